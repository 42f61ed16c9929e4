// The stream that both sides send: numbered messages at a steady rate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "demo/settings.hpp"

namespace demo {

// 64 bytes that begin with the number.
std::string message_of(std::uint64_t number);
// Empty unless it is, byte for byte, what message_of gives.
std::optional<std::uint64_t> number_of(std::string_view message);

class pace {
  public:
    static constexpr milliseconds step{2}; // how often a sender looks

    pace(const settings& wanted, clock::time_point started)
        : messages_(wanted.messages)
        , rate_(wanted.rate)
        , started_(started) {}

    // How many messages the application has had to say by then.
    std::uint64_t due(clock::time_point now) const;

  private:
    std::uint64_t messages_;
    std::uint64_t rate_;
    clock::time_point started_;
};

} // namespace demo
