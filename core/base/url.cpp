#include "base/url.hpp"

#include <arpa/inet.h> // inet_pton: a pure function, exact about IPv4 and IPv6 literals

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace resock {

namespace {

constexpr std::size_t max_url = 8192;
constexpr std::size_t max_host = 253; // RFC 1035 §2.3.4, in the dotted form
constexpr std::size_t max_label = 63;
constexpr std::size_t max_named = 200; // bytes of a refused text that an error repeats

std::string quoted(std::string_view text) {
    return "\"" + printable(text, max_named) + "\"";
}

// Behind the "://" of a scheme, where `text` has that.
std::string_view behind_scheme(std::string_view text) {
    const std::size_t colon = text.find_first_of(":/?#@");
    return text.substr(std::min(colon, text.size())).substr(0, 3) == "://" ? text.substr(colon + 3)
                                                                           : text;
}

// "user:pa/ss@host": what stands before the first "/", "?" or "#" is no host and port, and an "@"
// follows. The rest may be a password.
bool broken_user_info(std::string_view rest) {
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::size_t colon = authority.rfind(':');
    if (authority.find_first_of("@]") != std::string_view::npos) return false;
    if (colon == std::string_view::npos || rest.find('@') == std::string_view::npos) return false;
    return !std::all_of(authority.begin() + static_cast<std::ptrdiff_t>(colon) + 1, authority.end(),
                        is_digit);
}

// The refused text as an error may show it: without user info and query, which may hold secrets.
std::string safe_text(std::string_view text) {
    const std::string_view rest = behind_scheme(text);
    std::string made = printable(text.substr(0, text.size() - rest.size()), max_named);
    if (broken_user_info(rest)) return made + "…";
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::size_t at = authority.rfind('@');
    const std::size_t start = at == std::string_view::npos ? 0 : at + 1;
    if (start > 0) made += "…@";
    const std::size_t tail = rest.find_first_of("?#", start);
    made += printable(rest.substr(start, tail == std::string_view::npos ? tail : tail - start),
                      max_named);
    return tail == std::string_view::npos ? made : made + rest[tail] + "…";
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw error(status::invalid, "URL \"" + safe_text(text) + "\": " + why);
}

struct parts {
    std::string_view scheme, user_info, host, port, target;
    bool bracketed = false;
};

void check_scheme(std::string_view text, std::string_view name) {
    const std::string scheme = lower(name);
    if (scheme == "ws" || scheme == "wss" || scheme == "echo") return;
    if (scheme == "http") refuse(text, "scheme http is not WebSocket; write ws:// instead");
    if (scheme == "https") refuse(text, "scheme https is not WebSocket; write wss:// instead");
    refuse(text,
           "scheme " + quoted(name.substr(0, 20)) + " is not known; allowed are ws, wss, echo");
}

void check_no_controls(std::string_view text) {
    if (text.size() > max_url) {
        refuse(text, "is " + std::to_string(text.size()) + " bytes long; at most " +
                         std::to_string(max_url) + " are allowed");
    }
    for (const char c : text) {
        if (is_control(c)) {
            refuse(text, "holds the control character " + percent(c) + "; remove it");
        }
    }
}

// Splits "host:port", "[v6]:port", "user:password@host" apart; says what is wrong with the form.
void split_authority(std::string_view text, std::string_view authority, parts& out) {
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        out.user_info = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    if (!authority.empty() && authority.front() == '[') {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos) refuse(text, "\"]\" is missing behind the IPv6 address");
        out.bracketed = true;
        out.host = authority.substr(1, end - 1);
        authority.remove_prefix(end + 1);
        if (!authority.empty() && authority.front() != ':') {
            refuse(text, "only a port, as in [::1]:8080, may follow \"]\"");
        }
        out.port = authority.empty() ? authority : authority.substr(1);
        return;
    }
    const std::size_t colon = authority.find(':');
    out.host = authority.substr(0, colon);
    if (colon == std::string_view::npos) return;
    out.port = authority.substr(colon + 1);
    if (out.port.find(':') != std::string_view::npos) {
        refuse(text, "more than one \":\" in the host; an IPv6 address stands in brackets, "
                     "as in ws://[::1]:8080/");
    }
}

parts split(std::string_view text) {
    parts made;
    const std::size_t colons = text.find("://");
    const bool plausible =
        colons != std::string_view::npos && colons > 0 &&
        std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colons),
                    [](char c) { return is_letter(c) || is_digit(c) || c == '+'; });
    if (!plausible) {
        refuse(text, "no scheme in front; write ws://host/path, or wss://host/path with TLS");
    }
    made.scheme = text.substr(0, colons);
    check_scheme(text, made.scheme);
    const std::string_view rest = behind_scheme(text);
    if (broken_user_info(rest)) {
        refuse(text, "the user info holds \"/\", \"?\" or \"#\"; write them as %2F, %3F, %23");
    }
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    split_authority(text, rest.substr(0, end), made);
    made.target = rest.substr(end);
    return made;
}

std::string checked_ipv6(std::string_view text, std::string_view host) {
    if (host.find('%') != std::string_view::npos) {
        refuse(text, "an IPv6 address with a zone (\"%\") is not supported; "
                     "use a global address or a name");
    }
    const std::string address = lower(host);
    std::array<unsigned char, 16> ignored{};
    if (::inet_pton(AF_INET6, address.c_str(), ignored.data()) != 1) {
        refuse(text, quoted(host) + " in brackets is not an IPv6 address such as [::1]");
    }
    return address;
}

// A name that ends in a number can only be meant as an IPv4 address.
void check_ipv4(std::string_view text, const std::string& host) {
    const std::string_view last = std::string_view(host).substr(host.rfind('.') + 1);
    if (last.empty() || !std::all_of(last.begin(), last.end(), is_digit)) return;
    std::array<unsigned char, 4> ignored{};
    if (::inet_pton(AF_INET, host.c_str(), ignored.data()) != 1) {
        refuse(text, quoted(host) + " is not an IPv4 address; write four numbers of 0-255");
    }
}

void check_labels(std::string_view text, std::string_view host) {
    if (!host.empty() && host.back() == '.') host.remove_suffix(1);
    if (host.size() > max_host) {
        refuse(text, "the host is " + std::to_string(host.size()) + " bytes long; at most " +
                         std::to_string(max_host) + " are allowed");
    }
    for (std::size_t start = 0; start <= host.size();) {
        const std::size_t end = std::min(host.find('.', start), host.size());
        if (end == start) refuse(text, "the host " + quoted(host) + " has an empty part");
        if (end - start > max_label) {
            refuse(text, "a part of the host is " + std::to_string(end - start) +
                             " bytes long; at most " + std::to_string(max_label) + " are allowed");
        }
        start = end + 1;
    }
}

std::string checked_host(std::string_view text, const parts& from) {
    if (from.host.empty()) refuse(text, "no host; write one behind ://, as in ws://example.org/");
    if (from.bracketed) return checked_ipv6(text, from.host);
    for (const char c : from.host) {
        if (!is_ascii(c)) {
            refuse(text, "the host has letters outside ASCII; write it in punycode form, "
                         "as in xn--bcher-kva.example");
        }
        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.' && c != '_') {
            refuse(text, "the host may not hold " + quoted({&c, 1}) +
                             "; allowed are letters, digits, \"-\", \".\" and \"_\"");
        }
    }
    check_labels(text, from.host);
    std::string host = lower(from.host);
    check_ipv4(text, host);
    return host;
}

std::uint16_t checked_port(std::string_view text, std::string_view port, std::uint16_t standard) {
    if (port.empty()) return standard; // RFC 3986 §3.2.3: "host:" is allowed
    constexpr unsigned largest = 65535;
    unsigned value = 0;
    bool good = true;
    for (const char c : port) {
        good = good && is_digit(c);
        value = good ? std::min(value * 10 + static_cast<unsigned>(c - '0'), largest + 1) : 0;
    }
    if (!good || value == 0 || value > largest) {
        refuse(text, "port " + quoted(port.substr(0, 20)) + " is not a number of 1-65535");
    }
    return static_cast<std::uint16_t>(value);
}

bool whole_escape(std::string_view text, std::size_t at) {
    return at + 2 < text.size() && hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
}

// Refuses what RFC 3986 does not allow as it stands (pchar, "/", "?") in `part`.
void check_characters(std::string_view text, std::string_view part, const char* where) {
    for (std::size_t i = 0; i < part.size(); ++i) {
        const char c = part[i];
        if (c == '%' && !whole_escape(part, i)) {
            refuse(text, std::string("\"%\" in the ") + where +
                             " needs two hexadecimal digits behind it; write the character as %25");
        }
        const bool legal =
            is_letter(c) || is_digit(c) ||
            std::string_view("-._~!$&'()*+,;=:@/?%").find(c) != std::string_view::npos;
        if (legal) continue;
        const std::string named = is_ascii(c) ? quoted({&c, 1}) : "a byte outside ASCII";
        refuse(text,
               named + " in the " + where + " must be percent-encoded; write it as " + percent(c));
    }
}

std::string checked_target(std::string_view text, std::string_view target) {
    if (target.find('#') != std::string_view::npos) {
        refuse(text, "a fragment (\"#\") is not allowed in a WebSocket URL (RFC 6455 section 3); "
                     "remove it, or write the character as %23");
    }
    check_characters(text, target, "path or query");
    if (target.empty() || target.front() != '/') return "/" + std::string(target);
    return std::string(target);
}

// "user:password", decoded; RFC 7617 §2 forbids control characters, and ":" in the user.
std::string checked_user_info(std::string_view text, std::string_view raw) {
    check_characters(text, raw, "user info");
    std::string made;
    bool in_user = true;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        char c = raw[i];
        if (c == ':') in_user = false;
        if (c == '%') {
            c = static_cast<char>(hex_value(raw[i + 1]) * 16 + hex_value(raw[i + 2]));
            i += 2;
            if (is_control(c) || (in_user && c == ':')) {
                refuse(text, "the user info may not hold " + percent(c) +
                                 " (RFC 7617 section 2); send such credentials in http.header");
            }
        }
        made += c;
    }
    if (!made.empty() && in_user) made += ':';
    return made;
}

} // namespace

std::string url::authority() const {
    const bool ipv6 = host.find(':') != std::string::npos;
    std::string made = ipv6 ? "[" + host + "]" : host;
    if (scheme != scheme::echo && port != (secure() ? 443 : 80)) made += ":" + std::to_string(port);
    return made;
}

std::string url::shown() const {
    if (scheme == scheme::echo) return "echo:";
    const std::size_t query = target.find('?');
    std::string made = (secure() ? "wss://" : "ws://") + authority() + target.substr(0, query);
    return query == std::string::npos ? made : made + "?…";
}

url parse_url(std::string_view text) {
    check_no_controls(text);
    const std::string_view scheme = text.substr(0, text.find(':'));
    if (scheme.size() < text.size() && lower(scheme) == "echo") {
        const std::string_view rest = text.substr(scheme.size() + 1);
        if (!rest.empty() && rest != "//") refuse(text, "nothing may follow \"echo:\"");
        url echo;
        echo.scheme = url::scheme::echo;
        echo.port = 0;
        echo.target = "/";
        return echo;
    }
    const parts found = split(text);
    url made;
    if (lower(found.scheme) == "wss") made.scheme = url::scheme::wss;
    made.host = checked_host(text, found);
    made.port = checked_port(text, found.port, made.secure() ? 443 : 80);
    made.target = checked_target(text, found.target);
    made.user_info = checked_user_info(text, found.user_info);
    return made;
}

} // namespace resock
