#include "base/listen_address.hpp"

#include <arpa/inet.h> // inet_pton: a pure function, exact about IPv4 and IPv6 literals

#include <array>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/url.hpp"

namespace resock {

namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr std::size_t max_path = 107; // of sockaddr_un, with its NUL 108
constexpr std::size_t max_named = 200;

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw error(status::invalid,
                "listening address \"" + printable(text, max_named) + "\": " + why);
}

listen_address unix_socket(std::string_view text) {
    listen_address made;
    made.kind = listen_address::kind::unix_socket;
    made.path = std::string(text.substr(unix_scheme.size()));
    if (made.path.empty())
        refuse(text, "no path; write it behind unix:, as in unix:/run/feed.sock");
    if (made.path.size() > max_path)
        refuse(text, "the path has " + std::to_string(made.path.size()) +
                         " bytes; a unix socket's may have " + std::to_string(max_path));
    if (made.path.find('\0') != std::string::npos) refuse(text, "a zero byte; no path has one");
    return made;
}

bool is_address(const std::string& host) {
    std::array<unsigned char, 16> ignored{};
    return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

// "ws://127.0.0.1:0" without its ":0", which no URL may have.
std::string_view without_port_zero(std::string_view text) {
    if (text.ends_with('/') && !text.ends_with("://")) text.remove_suffix(1);
    constexpr std::string_view zero = ":0";
    return text.ends_with(zero) ? text.substr(0, text.size() - zero.size()) : std::string_view();
}

} // namespace

std::string listen_address::shown() const {
    if (kind == kind::unix_socket) return std::string(unix_scheme) + path;
    const bool ipv6 = host.find(':') != std::string::npos;
    return (secure() ? "wss://" : "ws://") + (ipv6 ? "[" + host + "]" : host) + ":" +
           std::to_string(port);
}

listen_address parse_listen_address(std::string_view text) {
    if (text.starts_with(unix_scheme)) return unix_socket(text);
    if (text.find("://") == std::string_view::npos)
        refuse(text, "write ws://ADDRESS:PORT, wss://ADDRESS:PORT or unix:PATH");
    const std::string_view any_port = without_port_zero(text);
    const url parsed = parse_url(any_port.empty() ? text : any_port);
    if (parsed.scheme == url::scheme::echo) refuse(text, "echo: cannot be listened at");
    if (!parsed.user_info.empty())
        refuse(text, "user info does not belong here; listen.token asks clients for a token");
    if (parsed.target != "/")
        refuse(text, "a path does not belong here; listen.paths has those that are served");
    listen_address made;
    made.kind = parsed.secure() ? listen_address::kind::wss : listen_address::kind::ws;
    made.host = parsed.host == "localhost" ? "127.0.0.1" : parsed.host;
    made.port = any_port.empty() ? parsed.port : 0;
    if (!is_address(made.host))
        refuse(text, "\"" + printable(made.host, max_named) +
                         "\" is a name; write an address of this machine, such as 127.0.0.1, "
                         "0.0.0.0 (all of IPv4) or [::] (all of IPv6)");
    return made;
}

} // namespace resock
