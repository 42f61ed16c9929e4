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
    std::uint16_t port = 80; // 443 for wss where none is given
    std::string target;      // path and query, percent-encoded: "/chat?room=1"; "/" at least
    std::string user_info;   // "user:password" decoded, empty where none; sent as Basic credentials

    bool secure() const { return scheme == scheme::wss; }
    // For the Host field: brackets around IPv6, port only where it is not the default.
    std::string authority() const;
    // For people and logs: without user info, the query replaced by "?…" (it may hold a token).
    std::string shown() const;
};

// Throws error(status::invalid) naming the text, what is wrong and what is allowed: scheme other
// than ws, wss, echo (http and https get the hint to use ws and wss); no host; port outside
// 1–65535; a fragment (RFC 6455 §3); control characters; longer than 8 KiB.
url parse_url(std::string_view text);

} // namespace resock
