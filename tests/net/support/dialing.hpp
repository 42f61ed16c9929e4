// Blocking clients of a listening socket, and the owner of an acceptor that keeps what came.
#pragma once

#include <arpa/inet.h>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <utility>
#include <vector>

#include "net/listen_socket.hpp"

namespace resock::test {

// Connected, or −1 where nobody listens. Its waits end after 20 s.
inline net::descriptor dial(const listen_address& to) {
    sockaddr_storage at{};
    socklen_t size = 0;
    if (to.kind == listen_address::kind::unix_socket) {
        auto& path = reinterpret_cast<sockaddr_un&>(at);
        path.sun_family = AF_UNIX;
        std::memcpy(path.sun_path, to.path.c_str(), to.path.size() + 1);
        size = sizeof(path);
    } else if (to.host.find(':') != std::string::npos) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(at);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(to.port);
        ::inet_pton(AF_INET6, to.host.c_str(), &v6.sin6_addr);
        size = sizeof(v6);
    } else {
        auto& v4 = reinterpret_cast<sockaddr_in&>(at);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(to.port);
        ::inet_pton(AF_INET, to.host.c_str(), &v4.sin_addr);
        size = sizeof(v4);
    }
    net::descriptor made(::socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(made.get(), reinterpret_cast<sockaddr*>(&at), size) != 0)
        return net::descriptor();
    const timeval limit{20, 0};
    ::setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    return made;
}

inline listen_address loopback(const char* host = "127.0.0.1") {
    listen_address made;
    made.host = host;
    return made;
}

struct kept_sockets final : net::acceptor_events {
    void accepted(net::accepted_socket made, const listen_address& at) override {
        sockets.push_back(std::move(made));
        last_at = at;
    }
    void exhausted(net::descriptor fd, const listen_address&, int sys_errno) override {
        ++times_exhausted;
        error = sys_errno;
        if (fd.get() < 0) return;
        ++answered;
        ::send(fd.get(), "503", 3, MSG_NOSIGNAL);
    }
    std::vector<net::accepted_socket> sockets;
    listen_address last_at;
    int times_exhausted = 0;
    int answered = 0;
    int error = 0;
};

} // namespace resock::test
