#include "net/tcp_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <system_error>

namespace resock::net {

namespace {

using policy::cause;

constexpr const char* more_files = "raise the limit of open files";
constexpr const char* no_memory = "the memory of the system is used up";
constexpr const char* more_memory = "end what takes it, or add more";
constexpr const char* no_family = "this machine has no such kind of address";
constexpr const char* other_family = "check that this machine has IPv6, or use an IPv4 address";

constexpr auto errors = std::to_array<socket_error>({
    {ECONNREFUSED, "ECONNREFUSED", cause::tcp_refused},
    {ETIMEDOUT, "ETIMEDOUT", cause::tcp_timeout},
    {ECONNRESET, "ECONNRESET", cause::tcp_reset},
    {ECONNABORTED, "ECONNABORTED", cause::tcp_reset},
    {ENETRESET, "ENETRESET", cause::tcp_reset},
    {EPIPE, "EPIPE", cause::tcp_reset},
    {ENOTCONN, "ENOTCONN", cause::tcp_reset},
    {EHOSTUNREACH, "EHOSTUNREACH", cause::tcp_unreachable},
    {ENETUNREACH, "ENETUNREACH", cause::tcp_unreachable},
    {ENETDOWN, "ENETDOWN", cause::tcp_unreachable},
    {EHOSTDOWN, "EHOSTDOWN", cause::tcp_unreachable},
    {EADDRINUSE, "EADDRINUSE", cause::tcp_unreachable,
     "another socket has this address and port already",
     "listen on another port (port 0 takes a free one), or end the program that has it"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL", cause::tcp_unreachable,
     "the address is not of this machine, or all its local ports are taken",
     "use an address of this machine; to connect: keep fewer connections"},
    {EAFNOSUPPORT, "EAFNOSUPPORT", cause::tcp_unreachable, no_family, other_family},
    {EPROTONOSUPPORT, "EPROTONOSUPPORT", cause::tcp_unreachable, no_family, other_family},
    {EACCES, "EACCES", cause::tcp_unreachable,
     "not permitted: by a firewall of this machine, or to listen on a port below 1024",
     "check the firewall; listen on a port from 1024 on"},
    {EPERM, "EPERM", cause::tcp_unreachable, "not permitted, by a firewall of this machine",
     "check the firewall"},
    {EINVAL, "EINVAL", cause::tcp_unreachable, "an address that no route can take",
     "check the address; a link-local one needs its scope, as in fe80::1%eth0"},
    {EMFILE, "EMFILE", cause::tcp_unreachable, "this process has as many open files as it may",
     more_files},
    {ENFILE, "ENFILE", cause::tcp_unreachable, "the system has as many open files as it may",
     more_files},
    {ENOBUFS, "ENOBUFS", cause::tcp_unreachable, no_memory, more_memory},
    {ENOMEM, "ENOMEM", cause::tcp_unreachable, no_memory, more_memory},
});

const socket_error* find(int sys_errno) {
    const auto* found = std::find_if(errors.begin(), errors.end(), [&](const socket_error& each) {
        return each.sys_errno == sys_errno;
    });
    return found == errors.end() ? nullptr : found;
}

} // namespace

std::span<const socket_error> socket_errors() {
    return errors;
}

policy::cause tcp_cause(int sys_errno) {
    const socket_error* known = find(sys_errno);
    return known ? known->cause : cause::tcp_reset;
}

policy::failure tcp_failure(int sys_errno, const std::string& where) {
    policy::failure made;
    made.cause = tcp_cause(sys_errno);
    made.sys_errno = sys_errno;
    made.detail = where + ": " + std::generic_category().message(sys_errno);
    if (sys_errno == EMFILE || sys_errno == ENFILE)
        made.detail += std::string(" (") + more_files + ")";
    return made;
}

std::string to_text(const boost::asio::ip::tcp::endpoint& address) {
    const std::string host = address.address().to_string();
    const std::string port = std::to_string(address.port());
    return address.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

std::string to_text(const sockaddr& address) {
    boost::asio::ip::tcp::endpoint made;
    if (address.sa_family != AF_INET && address.sa_family != AF_INET6) return {};
    // Its own size() follows the family, which only the copy sets.
    const std::size_t size =
        address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::memcpy(made.data(), &address, size);
    return to_text(made);
}

} // namespace resock::net
