#include "hub/option_text.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/listen_address.hpp"
#include "base/units.hpp"
#include "base/url.hpp"
#include "hub/option_value.hpp"
#include "session/record.hpp"
#include "wire/utf8.hpp"

namespace resock::hub {

void refuse_option(std::string_view name, const std::string& why) {
    throw error(status::option, "option '" + printable(name, max_option_shown) + "': " + why);
}

std::string quoted_value(std::string_view text) {
    return "\"" + printable(text, max_option_shown) + "\"";
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t"; // OWS of RFC 9110 §5.6.3
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

namespace {

// Without the value, which may be a secret.
void check_header(std::string_view name, std::string_view value) {
    const std::size_t colon = value.find(':');
    if (colon == std::string_view::npos) {
        refuse_option(name, "a field is written \"Name: value\"; this one has no colon");
    }
    const std::string_view field = value.substr(0, colon);
    if (!wire::is_token(field)) {
        refuse_option(name, quoted_value(field) +
                                " is no name of an HTTP field; letters, digits and "
                                "!#$%&'*+-.^_`|~ are allowed, and no blank before the colon");
    }
    if (wire::is_reserved_field(field)) {
        refuse_option(
            name, "the field " + quoted_value(field) +
                      " belongs to the handshake, which sets it itself" +
                      (lower(field) == "sec-websocket-protocol" ? "; use http.subprotocols" : ""));
    }
    if (!wire::is_field_value(trimmed(value.substr(colon + 1)))) {
        refuse_option(name,
                      "the value of " + quoted_value(field) +
                          " has a line break or another control character, which HTTP forbids");
    }
}

void check_tokens(std::string_view name, std::string_view value) {
    std::vector<std::string> tokens = read_tokens(value);
    if (tokens.size() > max_subprotocols) {
        refuse_option(name, std::to_string(tokens.size()) + " subprotocols given; at most " +
                                std::to_string(max_subprotocols) + " are allowed");
    }
    for (const std::string& token : tokens) {
        if (wire::is_token(token)) continue;
        refuse_option(name, quoted_value(token) +
                                " is no subprotocol; letters, digits and !#$%&'*+-.^_`|~ "
                                "are allowed, several are separated by commas or spaces");
    }
    std::sort(tokens.begin(), tokens.end());
    const auto twice = std::adjacent_find(tokens.begin(), tokens.end());
    if (twice != tokens.end()) {
        refuse_option(name,
                      quoted_value(*twice) + " stands twice; each may stand once (RFC 6455 §4.1)");
    }
}

void check_url(std::string_view name, std::string_view value) {
    try {
        parse_url(value);
    } catch (const error& wrong) {
        refuse_option(name, wrong.what());
    }
}

void check_length(const option_row& row, std::string_view name, std::string_view value) {
    const std::uint64_t limit = parse_size(row.max).value();
    if (value.size() <= limit) return;
    refuse_option(name, "the value is " + std::to_string(value.size()) + " bytes long; at most " +
                            std::to_string(limit) + " are allowed");
}

void check_address(std::string_view name, std::string_view value) {
    try {
        parse_listen_address(value);
    } catch (const error& wrong) {
        refuse_option(name, wrong.what());
    }
}

// RFC 6454 §6.1: scheme and host in lower case, no path; or null.
void check_origins(std::string_view name, std::string_view value) {
    for (const std::string& each : read_tokens(value)) {
        const std::size_t host = each.find("://");
        const bool whole = host != std::string::npos && host > 0 && host + 3 < each.size() &&
                           each.find_first_of("/?#@*", host + 3) == std::string::npos;
        if (each == "null" || (whole && each == lower(each))) continue;
        refuse_option(name, quoted_value(each) +
                                " is no origin as browsers send it; write https://host or "
                                "http://host:port in lower case, without a path");
    }
}

void check_paths(std::string_view name, std::string_view value) {
    for (const std::string& each : read_tokens(value)) {
        const std::size_t star = each.find('*');
        const bool good_star =
            star == std::string::npos || (star + 1 == each.size() && each.ends_with("/*"));
        if (each.front() == '/' && good_star && each.find_first_of("?#") == std::string::npos)
            continue;
        refuse_option(name,
                      quoted_value(each) + " is no path; write /feed, or /feed/* for all below it");
    }
}

// Names and addresses as they stand in a URL, without a port.
void check_hosts(std::string_view name, std::string_view value) {
    for (const std::string& each : read_tokens(value)) {
        try {
            parse_url("ws://" + each + "/");
            const bool alone = each.ends_with(']') || each.find(':') == std::string::npos;
            if (alone && each.find_first_of("/?#@*") == std::string::npos) continue;
        } catch (const error&) { // said below
        }
        refuse_option(name, quoted_value(each) +
                                " is no host; write names or addresses such as ws2.example.org, "
                                "without scheme, port or path");
    }
}

// listen.health_path
void check_one_path(std::string_view name, std::string_view value) {
    if (value.empty() || (value.front() == '/' && value.find_first_of("?# \t") == value.npos))
        return;
    refuse_option(name,
                  quoted_value(value) + " is no path; write one such as /healthz, or nothing");
}

} // namespace

void check_bytes(const option_row& row, std::string_view name, std::string_view bytes) {
    if (row.type != option_type::bytes)
        throw error(status::not_supported,
                    "option '" + std::string(name) + "' is text: set it as text, not as bytes");
    // The only one: session.position.
    constexpr char version = 1;
    if (bytes.empty() || (bytes.size() == session::position_size && bytes.front() == version))
        return;
    refuse_option(name, "these " + std::to_string(bytes.size()) +
                            " bytes are none of resock_event_position: give back what that wrote, "
                            "unchanged, or 0 bytes where there is nothing yet");
}

void check_text_value(const option_row& row, std::string_view name, std::string_view value) {
    check_length(row, name, value);
    switch (row.type) {
    case option_type::header:
        return check_header(name, value);
    case option_type::tokens:
        return check_tokens(name, value);
    case option_type::url:
        return check_url(name, value);
    case option_type::address:
        return check_address(name, value);
    case option_type::origins:
        return check_origins(name, value);
    case option_type::paths:
        return check_paths(name, value);
    case option_type::hosts:
        return check_hosts(name, value);
    case option_type::bytes:
        refuse_option(name, "its value is bytes: set it with resock_options_set_bytes");
    case option_type::path:
        if (value.find('\0') == std::string_view::npos) return;
        refuse_option(name, "value " + quoted_value(value) + " has a zero byte; no path has");
    default:
        if (name == "listen.health_path") return check_one_path(name, value);
        if (wire::is_utf8(value)) return;
        refuse_option(name, "value " + quoted_value(value) + " is not UTF-8");
    }
}

} // namespace resock::hub
