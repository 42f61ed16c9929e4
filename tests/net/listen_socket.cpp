#include "net/listen_socket.hpp"

#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.hpp"
#include "net/support/certificates.hpp"
#include "net/support/dialing.hpp"
#include "support/catch.hpp"

using namespace resock;
using net::bind_and_listen;
using net::bound_socket;
using test::dial;

namespace {

std::string refusal(const listen_address& at, bool shared = false) {
    try {
        bind_and_listen(at, shared);
    } catch (const error& refused) {
        CHECK(refused.code() == status::io);
        return refused.what();
    }
    return "";
}

listen_address on_port(std::uint16_t port, const std::string& host = "127.0.0.1") {
    listen_address made;
    made.host = host;
    made.port = port;
    return made;
}

listen_address unix_at(const std::string& path) {
    listen_address made;
    made.kind = listen_address::kind::unix_socket;
    made.path = path;
    return made;
}

int option_of(const bound_socket& from, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    REQUIRE(::getsockopt(from.fd.get(), level, name, &value, &size) == 0);
    return value;
}

bool has_ipv6() {
    const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 loopback{};
    loopback.sin6_family = AF_INET6;
    loopback.sin6_addr = in6addr_loopback;
    const bool bound =
        fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&loopback), sizeof(loopback)) == 0;
    if (fd >= 0) ::close(fd);
    return bound;
}

// A file of a unix socket at which nobody listens, as a killed process leaves it.
void leave_stale(const std::string& path) {
    const net::descriptor left(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, sizeof(at.sun_path) - 1);
    REQUIRE(::bind(left.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0);
    REQUIRE(std::filesystem::is_socket(path)); // and stays, when the descriptor is closed
}

} // namespace

TEST_CASE("port 0 is a port that the system chose, and connections come in") {
    const bound_socket made = bind_and_listen(on_port(0), false);
    CHECK(made.address.port != 0);
    CHECK(made.address.host == "127.0.0.1");
    CHECK(made.address.shown() == "ws://127.0.0.1:" + std::to_string(made.address.port));
    CHECK((::fcntl(made.fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(made.fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK(option_of(made, SOL_SOCKET, SO_ACCEPTCONN) == 1);
    CHECK(option_of(made, SOL_SOCKET, SO_REUSEADDR) == 1);
    CHECK(option_of(made, SOL_SOCKET, SO_REUSEPORT) == 0);
    CHECK(dial(made.address).get() >= 0);
}

TEST_CASE("a port can be listened at again at once, although connections of it linger") {
    std::uint16_t port = 0;
    {
        const bound_socket first = bind_and_listen(on_port(0), false);
        port = first.address.port;
        const auto client = dial(first.address);
        const net::descriptor served(
            ::accept4(first.fd.get(), nullptr, nullptr, SOCK_CLOEXEC)); // closed first: TIME_WAIT
        CHECK(served.get() >= 0);
    }
    CHECK(bind_and_listen(on_port(port), false).address.port == port);
}

TEST_CASE("an IPv6 address takes IPv6 only, so that IPv4 can have the same port") {
    if (!has_ipv6()) {
        WARN("no ::1 on this machine: not tried");
        return;
    }
    const bound_socket made = bind_and_listen(on_port(0, "::"), false);
    CHECK(option_of(made, IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    CHECK(made.address.shown() == "ws://[::]:" + std::to_string(made.address.port));
    CHECK(dial(on_port(made.address.port, "::1")).get() >= 0);
    const bound_socket beside = bind_and_listen(on_port(made.address.port), false);
    CHECK(beside.address.port == made.address.port);
}

TEST_CASE("an address that cannot be had is told with what the system said and the remedy") {
    const bound_socket taken = bind_and_listen(on_port(0), false);
    const std::string at = taken.address.shown();
    CHECK(refusal(taken.address) ==
          "cannot listen at " + at +
              ": Address already in use; another program listens there: stop it, or use another "
              "port (0 lets the system choose)");
    CHECK(refusal(on_port(0, "192.0.2.1")) ==
          "cannot listen at ws://192.0.2.1:0: Cannot assign requested address; this machine has "
          "no such address: use 127.0.0.1, 0.0.0.0 or [::]");
    const test::temporary_directory directory;
    const std::string deep = directory.path() + "/none/a.sock";
    CHECK(refusal(unix_at(deep)) ==
          "cannot listen at unix:" + deep +
              ": No such file or directory; its directory does not exist");
}

TEST_CASE("shared sockets have one port together, others do not") {
    const bound_socket first = bind_and_listen(on_port(0), true);
    CHECK(option_of(first, SOL_SOCKET, SO_REUSEPORT) == 1);
    const bound_socket second = bind_and_listen(first.address, true);
    CHECK(second.address.port == first.address.port);
    CHECK(refusal(first.address, false).find("Address already in use") != std::string::npos);
}

TEST_CASE("a duplicate is the same socket: it goes on when the first is closed") {
    std::optional<bound_socket> first = bind_and_listen(on_port(0), false);
    const bound_socket second = net::duplicate(*first);
    CHECK(second.fd.get() != first->fd.get());
    CHECK(second.address.port == first->address.port);
    CHECK((::fcntl(second.fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
    first.reset();
    CHECK(dial(second.address).get() >= 0);
}

TEST_CASE("a unix socket's file is replaced where it is stale, and only there") {
    const test::temporary_directory directory;
    const std::string path = directory.path() + "/a.sock";
    SECTION("none yet") {
        const bound_socket made = bind_and_listen(unix_at(path), false);
        CHECK(made.address.shown() == "unix:" + path);
        CHECK(dial(made.address).get() >= 0);
    }
    SECTION("stale") {
        leave_stale(path);
        CHECK(dial(unix_at(path)).get() < 0);
        const bound_socket made = bind_and_listen(unix_at(path), false);
        CHECK(dial(made.address).get() >= 0);
    }
    SECTION("in use") {
        const bound_socket living = bind_and_listen(unix_at(path), false);
        CHECK(refusal(unix_at(path)) ==
              "cannot listen at unix:" + path +
                  ": Address already in use; another program listens there: stop it or use "
                  "another path");
        CHECK(dial(living.address).get() >= 0);
    }
    SECTION("at the end only the own file is removed, by the last who has it") {
        std::optional<bound_socket> first = bind_and_listen(unix_at(path), false);
        std::optional<bound_socket> second = net::duplicate(*first);
        first.reset();
        CHECK(dial(unix_at(path)).get() >= 0);
        second.reset();
        CHECK_FALSE(std::filesystem::exists(path));
        first = bind_and_listen(unix_at(path), false);
        std::filesystem::rename(path, path + ".moved"); // and another one is put in its place
        const bound_socket other = bind_and_listen(unix_at(path), false);
        first.reset();
        CHECK(dial(other.address).get() >= 0);
    }
    SECTION("a file of another kind is nobody's to remove") {
        directory.write("a.sock", "precious");
        CHECK(refusal(unix_at(path)).find("Address already in use") != std::string::npos);
        CHECK(std::filesystem::file_size(path) == 8);
    }
    SECTION("a path of the greatest length") {
        const std::string longest =
            directory.path() + "/" + std::string(106 - directory.path().size(), 'p');
        REQUIRE(longest.size() == 107);
        const bound_socket made = bind_and_listen(unix_at(longest), false);
        CHECK(std::filesystem::is_socket(longest));
        CHECK(dial(made.address).get() >= 0);
    }
}
