#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bench {

// The number of the message that makes the echo server reset the connection.
constexpr std::uint64_t cut_number = UINT64_MAX;

// A message of which only the number changes: 8 bytes, little-endian, in front.
class numbered_message {
  public:
    explicit numbered_message(std::size_t size)
        : bytes_(size, pattern) {}

    std::string_view with(std::uint64_t number) {
        std::memcpy(bytes_.data(), &number, sizeof number);
        return bytes_;
    }

    static std::uint64_t number_of(std::string_view message) {
        std::uint64_t number = 0;
        std::memcpy(&number, message.data(), sizeof number);
        return number;
    }

    // Whether this can be an echo of it; a look at the last byte costs the same for each size.
    bool is_like(std::string_view echo) const {
        return echo.size() == bytes_.size() &&
               (echo.size() == sizeof(std::uint64_t) || echo.back() == pattern);
    }

  private:
    static constexpr char pattern = '.';
    std::string bytes_;
};

} // namespace bench
