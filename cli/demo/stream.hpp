// The stream that both sides send: numbered messages at a steady rate.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "demo/settings.hpp"

namespace demo {

// 64 bytes that begin with the number.
std::string message_of(std::uint64_t number);
// Empty unless it is, byte for byte, what message_of gives.
std::optional<std::uint64_t> number_of(std::string_view message);

// Says when the messages are due; the same for both sides, from any thread.
class pace {
  public:
    static constexpr milliseconds step{2}; // how often a sender looks

    explicit pace(const settings& wanted)
        : messages_(wanted.messages)
        , rate_(wanted.rate) {}

    void begin(clock::time_point at) { begun_at_ = at; }
    // How many messages the application has had to say by now; 0 before begin().
    std::uint64_t due() const;

  private:
    const std::uint64_t messages_;
    const std::uint64_t rate_;
    std::atomic<clock::time_point> begun_at_{clock::time_point::max()};
};

} // namespace demo
