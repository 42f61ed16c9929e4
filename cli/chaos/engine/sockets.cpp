#include "chaos/engine/sockets.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#if defined(__linux__)
#include <linux/sockios.h>
#endif

namespace chaos {

namespace {

constexpr int narrow_receive_buffer = 65536;

#if defined(POLLRDHUP)
constexpr short hung_up = POLLRDHUP | POLLHUP | POLLERR;
#else
constexpr short hung_up = POLLHUP | POLLERR; // a FIN is then noticed by the end of the proxy only
#endif

} // namespace

void close_on_exec(int fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void prepare(tcp::socket& socket) {
    boost::system::error_code ignored;
    close_on_exec(socket.native_handle());
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
}

void narrow(int fd) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &narrow_receive_buffer, sizeof narrow_receive_buffer);
}

void reset(tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

bool is_drained(tcp::socket& socket) {
#if defined(SIOCOUTQ)
    int unacknowledged = 0;
    return ioctl(socket.native_handle(), SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0;
#else
    return socket.is_open();
#endif
}

bool has_hung_up(tcp::socket& socket) {
    pollfd asked = {socket.native_handle(), hung_up, 0};
    return poll(&asked, 1, 0) == 1;
}

bool was_reset(tcp::socket& socket) {
    pollfd asked = {socket.native_handle(), 0, 0};
    return poll(&asked, 1, 0) == 1 && (asked.revents & POLLERR) != 0;
}

} // namespace chaos
