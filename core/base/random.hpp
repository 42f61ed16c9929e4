// Randomness below the line is handed in as a function that fills a block of bytes: a
// cryptographic generator in production, a seeded one in tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace resock {

using random_fill = std::function<void(std::span<std::uint8_t>)>;

// Draws from blocks, so that a mask key for each frame (RFC 6455 §5.3) costs no call. The block is
// made when it is first needed: the server role, which does not mask, holds none.
class random_source {
  public:
    explicit random_source(random_fill fill)
        : fill_(std::move(fill)) {}

    std::uint32_t u32() { return draw<std::uint32_t>(); }
    std::uint64_t u64() { return draw<std::uint64_t>(); }
    // In [0, 1).
    double unit() { return static_cast<double>(u64() >> 11) * 0x1p-53; }
    template<std::size_t N>
    std::array<std::uint8_t, N> bytes() {
        return draw<std::array<std::uint8_t, N>>();
    }

  private:
    template<class T>
    T draw() {
        static_assert(sizeof(T) <= sizeof(block));
        if (!block_) block_ = std::make_unique<block>();
        if (block_->size() - used_ < sizeof(T)) {
            fill_(*block_);
            used_ = 0;
        }
        T value;
        std::memcpy(&value, block_->data() + used_, sizeof(T));
        used_ += sizeof(T);
        return value;
    }

    random_fill fill_;
    using block = std::array<std::uint8_t, 1024>;
    std::unique_ptr<block> block_;
    std::size_t used_ = sizeof(block);
};

} // namespace resock
