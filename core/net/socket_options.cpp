#include "net/socket_options.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#if defined(__linux__)
#include <linux/sockios.h>
#endif

namespace resock::net {
namespace {

void set_int(int fd, int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof(value));
}

} // namespace

int open_tcp_socket(int family) {
#if defined(SOCK_CLOEXEC)
    return ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
#else
    const int fd = ::socket(family, SOCK_STREAM, IPPROTO_TCP);
    if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
#endif
}

void set_link_options(int fd) {
    set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
#if defined(TCP_NOTSENT_LOWAT)
    set_int(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent_low_water);
#endif
#if defined(SO_NOSIGPIPE)
    set_int(fd, SOL_SOCKET, SO_NOSIGPIPE, 1); // where there is no MSG_NOSIGNAL
#endif
}

#if defined(__linux__)
namespace {

// Offsets in struct tcp_info of <linux/tcp.h>, which only ever grows at its end. libc's own
// struct stops before bytes_acked, and the two headers exclude each other.
constexpr std::size_t last_ack_recv_at = 56; // u32, ms
constexpr std::size_t bytes_acked_at = 120;  // u64

template<class T>
bool read_at(const std::array<char, 256>& info, std::size_t known, std::size_t at, T& out) {
    if (known < at + sizeof(T)) return false;
    std::memcpy(&out, info.data() + at, sizeof(T));
    return true;
}

} // namespace

policy::transport_state transport_state_of(int fd) {
    policy::transport_state state;
    int bytes = 0;
    if (::ioctl(fd, SIOCOUTQNSD, &bytes) == 0) state.unsent = static_cast<std::uint64_t>(bytes);
    if (::ioctl(fd, SIOCOUTQ, &bytes) == 0) state.unacked = static_cast<std::uint64_t>(bytes);
    std::array<char, 256> info{};
    socklen_t known = info.size();
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, info.data(), &known) != 0) return state;
    std::uint32_t ack_age_ms = 0;
    if (read_at(info, known, last_ack_recv_at, ack_age_ms))
        state.last_ack_age = std::chrono::milliseconds(ack_age_ms);
    read_at(info, known, bytes_acked_at, state.acked_total);
    return state;
}
#else
policy::transport_state transport_state_of(int) {
    return {};
}
#endif

} // namespace resock::net
