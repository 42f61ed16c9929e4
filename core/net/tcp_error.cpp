#include "net/tcp_error.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <system_error>

namespace resock::net {

policy::cause tcp_cause(int sys_errno) {
    switch (sys_errno) {
    case ECONNREFUSED:
        return policy::cause::tcp_refused;
    case ETIMEDOUT:
        return policy::cause::tcp_timeout;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
    case EACCES: // a firewall's answer to connect
    case EPERM:
    case EINVAL: // an address that no route can take, such as a link-local one without its scope
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return policy::cause::tcp_unreachable;
    default:
        return policy::cause::tcp_reset;
    }
}

policy::failure tcp_failure(int sys_errno, const std::string& where) {
    policy::failure made;
    made.cause = tcp_cause(sys_errno);
    made.sys_errno = sys_errno;
    made.detail = where + ": " + std::generic_category().message(sys_errno);
    if (sys_errno == EMFILE || sys_errno == ENFILE)
        made.detail += " (raise the limit of open files)";
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
    made.resize(address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    std::memcpy(made.data(), &address, made.size());
    return to_text(made);
}

} // namespace resock::net
