#include "chaos/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <sys/resource.h>

#include "common/units.hpp"
#include "common/usage_error.hpp"

namespace cli {

namespace {

constexpr double longest_ms = 24.0 * 3'600'000;
constexpr std::size_t most_digits = 19; // that fit into 64 bits
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 60;
constexpr std::size_t descriptors_each = 3;    // one for a connection that one side has left
constexpr std::size_t descriptors_beside = 32; // of the program itself

// Cuts a scheme and a path off; returns the scheme's port, 0 for none.
std::uint16_t strip_url(std::string& text) {
    std::uint16_t port = 0;
    for (const auto& [scheme, its_port] :
         {std::pair<const char*, std::uint16_t>{"ws://", 80}, {"wss://", 443}, {"tcp://", 0}}) {
        if (text.rfind(scheme, 0) != 0) continue;
        text.erase(0, std::string(scheme).size());
        text.erase(std::min(text.find_first_of("/?"), text.size()));
        port = its_port;
        break;
    }
    return port;
}

[[noreturn]] void no_address(const std::string& option, const std::string& text) {
    throw usage_error(option + " " + text +
                      ": expected HOST:PORT, for example 127.0.0.1:8765, [::1]:8765 or "
                      "example.org:80");
}

// Without the unit of a duration or of a size it would not be clear which of them it is.
bool ends_as_size(const std::string& text) {
    return !text.empty() && (text.back() == 'B' || text.back() == 'b');
}

// CLI11's own sentence says what is wrong, not what would be right.
CLI::Validator with_sentence(CLI::Validator inner, const std::string& sentence) {
    return CLI::Validator(
        [inner, sentence](std::string& text) -> std::string {
            std::string converted = text;
            try {
                if (text.rfind('-', 0) != 0 && inner(converted).empty()) {
                    text = converted;
                    return {};
                }
            } catch (const CLI::ValidationError&) {
            }
            return sentence + ", not '" + text + "'";
        },
        "");
}

rlim_t raised_descriptor_limit(rlim_t wanted) {
    rlimit limit = {};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return wanted;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

} // namespace

CLI::Validator duration_argument() {
    return with_sentence(duration_in_ms(), "expected a duration, such as 500ms, 10s or 5min");
}

CLI::Validator size_argument() {
    return with_sentence(size_in_bytes(), "expected a size in bytes, such as 1000 or 64KiB");
}

CLI::Validator number_argument() {
    const CLI::Validator digits(
        [](std::string& text) {
            const bool good = !text.empty() && text.size() <= most_digits &&
                              text.find_first_not_of("0123456789") == std::string::npos;
            return std::string(good ? "" : "no number");
        },
        "");
    return with_sentence(digits, "expected a number, such as 10");
}

chaos::address parse_address(const std::string& option, const std::string& text) {
    std::string rest = text;
    chaos::address made;
    made.port = strip_url(rest);
    const std::size_t bracket = rest.rfind(']');
    const std::size_t colon = rest.rfind(':');
    const bool has_port =
        colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
    if (has_port) {
        const char* end = rest.data() + rest.size();
        const auto [stopped, error] = std::from_chars(rest.data() + colon + 1, end, made.port);
        if (error == std::errc::result_out_of_range)
            throw usage_error(option + " " + text + ": a port is a number from 0 to 65535");
        if (error != std::errc() || stopped != end) no_address(option, text);
        rest.erase(colon);
    } else if (made.port == 0) {
        no_address(option, text);
    }
    if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']')
        rest = rest.substr(1, rest.size() - 2);
    else if (rest.empty() || rest.find_first_of(":[]/ ") != std::string::npos)
        no_address(option, text);
    made.host = rest;
    return made;
}

chaos::milliseconds whole_ms(const std::string& option, double ms) {
    if (!(ms >= 1 && ms <= longest_ms)) throw usage_error(option + " must be between 1ms and 24h");
    return chaos::milliseconds(static_cast<std::int64_t>(ms));
}

chaos::moment parse_moment(const std::string& option, const std::string& text) {
    chaos::moment made;
    std::string number = text;
    if (duration_argument()(number).empty()) {
        made.age = whole_ms(option, std::stod(number));
        return made;
    }
    number = text;
    if (!ends_as_size(text) || !size_argument()(number).empty())
        throw usage_error(option + " " + text +
                          ": expected a duration, such as 500ms, 10s or 5min, or a size, such as "
                          "1000B or 64KiB");
    made.bytes = std::stoull(number);
    if (*made.bytes == 0 || *made.bytes > most_bytes)
        throw usage_error(option + " " + text + " must be between 1B and 1EiB");
    return made;
}

std::size_t make_room_for(std::size_t connections, bool is_default) {
    const rlim_t wanted = descriptors_each * connections + descriptors_beside;
    const rlim_t got = raised_descriptor_limit(wanted);
    if (got >= wanted) return connections;
    const rlim_t left = got > descriptors_beside ? got - descriptors_beside : 0;
    const std::size_t most = std::max<std::size_t>(1, left / descriptors_each);
    if (is_default) return most;
    throw usage_error("--connections " + std::to_string(connections) + " needs " +
                      std::to_string(wanted) + " descriptors and the system allows " +
                      std::to_string(got) + ": raise `ulimit -n`, or ask for at most " +
                      std::to_string(most));
}

} // namespace cli
