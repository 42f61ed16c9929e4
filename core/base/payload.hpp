// The bytes of one message, owned: one block, moved but never copied by accident.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "base/block.hpp"

namespace resock {

class payload {
  public:
    payload() = default;
    // Uninitialised room for `size` bytes.
    explicit payload(std::size_t size)
        : payload(size ? new_block(size) : nullptr, size) {}
    payload(std::size_t size, block_source& source)
        : payload(size ? source.take(size) : nullptr, size) {}
    payload(payload&& other) noexcept
        : bytes_(std::move(other.bytes_))
        , size_(std::exchange(other.size_, 0)) {}
    payload& operator=(payload&& other) noexcept {
        bytes_ = std::move(other.bytes_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }

    static payload copy(std::string_view from) { return payload(from.size()).fill(from); }
    static payload copy(std::string_view from, block_source& source) {
        return payload(from.size(), source).fill(from);
    }

    char* data() { return bytes_.get(); }
    const char* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::string_view view() const { return {bytes_.get(), size_}; }

  private:
    payload(void* block, std::size_t size)
        : bytes_(static_cast<char*>(block))
        , size_(size) {}
    payload fill(std::string_view from) && {
        if (!from.empty()) std::memcpy(data(), from.data(), from.size());
        return std::move(*this);
    }

    std::unique_ptr<char, block_deleter> bytes_;
    std::size_t size_ = 0;
};

} // namespace resock
