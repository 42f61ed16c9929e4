// ws:, wss: and echo: URLs (RFC 6455 §3, RFC 3986).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace resock {

struct url {
    enum class scheme { ws, wss, echo };
    enum scheme scheme = scheme::ws;
    std::string host;        // without brackets: "example.org", "127.0.0.1", "::1"
    std::uint16_t port = 80; // 443 for wss where none is given; 0 for echo
    std::string target;      // path and query, percent-encoded: "/chat?room=1"; "/" at least
    // "user:password" decoded, with the ":" even where no password is given; empty where there is
    // none. Sent as Basic credentials (RFC 7617).
    std::string user_info;

    bool secure() const { return scheme == scheme::wss; }
    // For the Host field: brackets around IPv6, port only where it is not the default.
    std::string authority() const;
    // For people and logs: without user info, the query replaced by "?…" (it may hold a token).
    std::string shown() const;
};

// "ws://host" has the target "/". Scheme and host come out in lower case. `echo:` and `echo://`
// have no host.
// Throws error(status::invalid) naming the text (without secrets), what is wrong and what is
// allowed: scheme other than ws, wss, echo (http and https get the hint to use ws and wss); no
// host, one outside ASCII, one that is no name or address; an IPv6 zone; port outside 1–65535; a
// fragment (RFC 6455 §3); characters that RFC 3986 wants percent-encoded; control characters;
// longer than 8 KiB.
url parse_url(std::string_view text);

} // namespace resock
