#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace bench {

// Where the server is. Only this machine: a load generator pointed at a stranger is an attack.
struct target {
    sockaddr_storage address{};
    socklen_t address_size = 0;
    std::string host; // as in the field Host
    std::string path;

    // Throws std::invalid_argument with a sentence; `url` is ws://127.x.y.z:PORT[/PATH] or
    // ws://[::1]:PORT[/PATH].
    explicit target(std::string_view url);

    bool is_ipv4() const { return address.ss_family == AF_INET; }
};

// Addresses of this machine that links come from, as strangers come from many: 127.`net`.x.y, a
// new one after each `links_per_address`; 0: the kernel chooses (always so with IPv6).
struct sources {
    std::uint8_t net = 0;
    std::uint32_t links_per_address = 0;
};

// A socket, non-blocking, whose connection was begun; -1 with errno.
int begin_connect(const target& to, const sources& from, std::uint32_t link_index);

// As many descriptors as the hard limit allows; returns how many that are.
std::uint64_t raise_descriptor_limit();

} // namespace bench
