// The bytes of one message, owned: one allocation, moved but never copied by accident.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace resock {

class payload {
  public:
    payload() = default;
    // Uninitialised room for `size` bytes.
    explicit payload(std::size_t size)
        : bytes_(size ? std::make_unique_for_overwrite<char[]>(size) : nullptr)
        , size_(size) {}

    static payload copy(std::string_view from) {
        payload made(from.size());
        if (!from.empty()) std::memcpy(made.data(), from.data(), from.size());
        return made;
    }

    char* data() { return bytes_.get(); }
    const char* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::string_view view() const { return {bytes_.get(), size_}; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

} // namespace resock
