// Errors of sockets as the causes of failures.md.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <span>
#include <string>
#include <sys/socket.h>

#include "policy/failure.hpp"

namespace resock::net {

struct socket_error {
    int sys_errno;
    const char* name; // "ECONNREFUSED"
    policy::cause cause;
    // Where they are others than the cause's.
    const char* meaning = "";
    const char* remedy = "";
};

// The errors that calls of sockets give.
std::span<const socket_error> socket_errors();

// ECONNREFUSED: tcp_refused; ECONNRESET, EPIPE: tcp_reset; ETIMEDOUT: tcp_timeout; no way there, no
// such address family, no descriptor left: tcp_unreachable. Anything else breaks the connection
// like a reset.
policy::cause tcp_cause(int sys_errno);

// `where` stands in front of the words: "127.0.0.1:80: Connection refused".
policy::failure tcp_failure(int sys_errno, const std::string& where);

// "127.0.0.1:8080", "[::1]:8080".
std::string to_text(const boost::asio::ip::tcp::endpoint& address);
// Likewise; "" for another family than AF_INET and AF_INET6.
std::string to_text(const sockaddr& address);

} // namespace resock::net
