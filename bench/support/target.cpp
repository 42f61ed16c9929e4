#include "target.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::string_view scheme = "ws://";

[[noreturn]] void refuse(std::string_view url) {
    throw std::invalid_argument("'" + std::string(url) +
                                "' is not ws://127.x.y.z:PORT[/PATH] or ws://[::1]:PORT[/PATH]: "
                                "this program talks only to servers on this machine");
}

std::uint16_t port_of(std::string_view text, std::string_view url) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) refuse(url);
    return port;
}

// False where `host` is no address of the loopback interface.
bool set_address(target& to, const std::string& host, std::uint16_t port) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        reinterpret_cast<sockaddr_in&>(to.address) = v4;
        to.address_size = sizeof v4;
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return false;
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    reinterpret_cast<sockaddr_in6&>(to.address) = v6;
    to.address_size = sizeof v6;
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

bool bind_source(int fd, const sources& from, std::uint32_t link_index) {
    const std::uint32_t number = link_index / from.links_per_address;
    const int on = 1;
    // The port is chosen when connecting, so each address has all ports for each server.
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(127u << 24 | std::uint32_t{from.net} << 16 |
                                    (number / 250 % 250) << 8 | (number % 250 + 1));
    return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

} // namespace

target::target(std::string_view url) {
    std::string_view rest = url;
    if (!rest.starts_with(scheme)) refuse(url);
    rest.remove_prefix(scheme.size());
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    path = slash == rest.size() ? "/" : std::string(rest.substr(slash));
    host = rest.substr(0, slash);
    const std::size_t colon = host.rfind(':');
    if (colon == std::string::npos) refuse(url);
    std::string name = host.substr(0, colon);
    if (name.size() > 2 && name.front() == '[' && name.back() == ']')
        name = name.substr(1, name.size() - 2);
    if (!set_address(*this, name, port_of(std::string_view(host).substr(colon + 1), url)))
        refuse(url);
}

int begin_connect(const target& to, const sources& from, std::uint32_t link_index) {
    const int fd =
        socket(to.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0) return -1;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool bound =
        !to.is_ipv4() || from.links_per_address == 0 || bind_source(fd, from, link_index);
    const auto* address = reinterpret_cast<const sockaddr*>(&to.address);
    if (bound && (connect(fd, address, to.address_size) == 0 || errno == EINPROGRESS)) return fd;
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
}

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

} // namespace bench
