#include "demo/stream.hpp"

#include <algorithm>
#include <charconv>

namespace demo {

namespace {

constexpr std::size_t message_bytes = 64;

} // namespace

std::string message_of(std::uint64_t number) {
    std::string made = std::to_string(number);
    made.resize(message_bytes, '.');
    return made;
}

std::optional<std::uint64_t> number_of(std::string_view message) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(message.data(), message.data() + message.size(), number);
    if (read.ec != std::errc() || message != message_of(number)) return std::nullopt;
    return number;
}

std::uint64_t pace::due() const {
    const clock::time_point now = clock::now();
    const clock::time_point begun_at = begun_at_;
    if (now <= begun_at) return 0;
    const std::chrono::duration<double> elapsed = now - begun_at;
    const double reached = elapsed.count() * static_cast<double>(rate_);
    return static_cast<std::uint64_t>(std::min(reached, static_cast<double>(messages_)));
}

} // namespace demo
