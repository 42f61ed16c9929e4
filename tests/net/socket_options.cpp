#include "net/socket_options.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace resock;

namespace {

int option(int fd, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    ::getsockopt(fd, IPPROTO_TCP, name, &value, &size);
    return value;
}

} // namespace

TEST_CASE("a socket is closed on exec and has the options of a link") {
    const int fd = net::open_tcp_socket(AF_INET);
    REQUIRE(fd >= 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(option(fd, TCP_NODELAY) == 0);
    net::set_link_options(fd);
    CHECK(option(fd, TCP_NODELAY) == 1);
#if defined(TCP_NOTSENT_LOWAT)
    CHECK(option(fd, TCP_NOTSENT_LOWAT) == net::unsent_low_water);
#endif
    ::close(fd);
    CHECK(net::open_tcp_socket(-1) == -1);
    net::set_link_options(-1); // failing is no error
}

TEST_CASE("what the kernel tells of something that is no TCP socket is nothing") {
    const auto state = net::transport_state_of(-1);
    CHECK(state.unsent == 0);
    CHECK(state.unacked == 0);
    CHECK(state.acked_total == 0);
    CHECK(state.last_ack_age == duration::max());
}
