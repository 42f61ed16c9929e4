// Where a listener listens: ws://ADDRESS:PORT, wss://ADDRESS:PORT or unix:PATH.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace resock {

struct listen_address {
    enum class kind { ws, wss, unix_socket };
    enum kind kind = kind::ws;
    std::string host;       // an IPv4 or IPv6 address, without brackets; "" of a unix socket
    std::uint16_t port = 0; // 0: the system chooses one
    std::string path;       // of a unix socket

    bool secure() const { return kind == kind::wss; }
    // "ws://127.0.0.1:8080", "wss://[::1]:443", "unix:/run/feed.sock".
    std::string shown() const;
};

// `localhost` is 127.0.0.1; without a port 80, or 443 for wss.
// Throws error(status::invalid) naming the text, what is wrong and what is allowed: another scheme,
// a name instead of an address, a path behind the address (listen.paths is for that), user info;
// a unix path that is empty or longer than 107 bytes.
listen_address parse_listen_address(std::string_view text);

} // namespace resock
