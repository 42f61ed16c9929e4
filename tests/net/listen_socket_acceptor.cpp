// Connections taken from a listening socket: many, none, and without descriptors.

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/resource.h>

#include "base/error.hpp"
#include "net/listen_socket.hpp"
#include "net/support/dialing.hpp"
#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

using namespace resock;
using net::acceptor;
using net::bind_and_listen;
using net::descriptor;
using test::dial;
using test::kept_sockets;
using test::loop;

namespace {

struct accepting {
    loop on;
    std::shared_ptr<kept_sockets> kept = std::make_shared<kept_sockets>();
    listen_address address;
    std::shared_ptr<acceptor> taking;

    explicit accepting(const listen_address& at) {
        net::bound_socket bound = bind_and_listen(at, false);
        address = bound.address;
        taking = std::make_shared<acceptor>(*on.io, std::move(bound), kept);
        taking->start();
    }
    void run_until_accepted(std::size_t count) {
        on.run_until([&] { return kept->sockets.size() >= count; });
    }
};

std::string text_of(const sockaddr_in& address) {
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
    return std::string(text) + ":" + std::to_string(ntohs(address.sin_port));
}

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// No descriptor can be opened while it lives.
class no_descriptors {
  public:
    no_descriptors() {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        rlimit none = before_;
        none.rlim_cur = 0; // those that are open stay open
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;

    // As many as that: descriptors below it that are closed can be opened again.
    void allow(int descriptors) const {
        rlimit some = before_;
        some.rlim_cur = static_cast<rlim_t>(descriptors);
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &some) == 0);
    }

  private:
    rlimit before_{};
};

// Takes every free descriptor below the highest one in use, so that a limit there leaves none.
struct filled_descriptors {
    std::vector<descriptor> fillers;
    int limit = 0;
    filled_descriptors() {
        constexpr int enough = 64;
        for (int i = 0; i < enough; ++i)
            fillers.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        for (const descriptor& each : fillers)
            limit = std::max(limit, each.get() + 1);
    }
};

} // namespace

TEST_CASE("an accepted connection comes with its address, non-blocking and close-on-exec") {
    accepting server(test::loopback());
    const descriptor client = dial(server.address);
    server.run_until_accepted(1);
    const net::accepted_socket& made = server.kept->sockets[0];
    sockaddr_in own{};
    socklen_t size = sizeof(own);
    REQUIRE(::getsockname(client.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0);
    CHECK(made.address == text_of(own));
    CHECK(made.ip == "127.0.0.1");
    CHECK(made.family == AF_INET);
    CHECK((::fcntl(made.fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(made.fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK(server.kept->last_at.shown() == server.address.shown());
}

TEST_CASE("IPv6 is counted by its /64 network") {
    net::descriptor probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 own{};
    own.sin6_family = AF_INET6;
    own.sin6_addr = in6addr_loopback;
    if (::bind(probe.get(), reinterpret_cast<sockaddr*>(&own), sizeof(own)) != 0) {
        WARN("no ::1 on this machine: not tried");
        return;
    }
    accepting server(test::loopback("::1"));
    const descriptor client = dial(server.address);
    server.run_until_accepted(1);
    CHECK(server.kept->sockets[0].address.rfind("[::1]:", 0) == 0);
    CHECK(server.kept->sockets[0].ip == "[::]"); // ::1 without its last 64 bits
    CHECK(server.kept->sockets[0].family == AF_INET6);
}

TEST_CASE("more connections than one turn takes are all accepted") {
    accepting server(test::loopback());
    std::vector<descriptor> clients;
    constexpr std::size_t count = acceptor::per_turn * 2 + 3;
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(dial(server.address));
    server.on.io->run_one(); // one turn
    CHECK(server.kept->sockets.size() == acceptor::per_turn);
    server.run_until_accepted(count);
    CHECK(server.kept->sockets.size() == count);
    clients.push_back(dial(server.address)); // and whoever comes later
    server.run_until_accepted(count + 1);
}

TEST_CASE("a unix socket's connections have its path as address, and its file goes with it") {
    const test::temporary_directory directory;
    listen_address at;
    at.kind = listen_address::kind::unix_socket;
    at.path = directory.path() + "/a.sock";
    accepting server(at);
    const descriptor client = dial(at);
    server.run_until_accepted(1);
    CHECK(server.kept->sockets[0].address == "unix:" + at.path);
    CHECK(server.kept->sockets[0].ip.empty());
    CHECK(server.kept->sockets[0].family == AF_UNIX);
    SECTION("closed") {
        server.taking->close();
        CHECK_FALSE(std::filesystem::exists(at.path));
        // One that is bound there since is another's: a second close leaves it alone.
        const net::bound_socket next = bind_and_listen(at, false);
        server.taking->close();
        CHECK(std::filesystem::exists(at.path));
    }
    SECTION("destroyed") {
        server.taking.reset();
        CHECK_FALSE(std::filesystem::exists(at.path));
    }
}

TEST_CASE("nothing is accepted after close, and the wait that was under way is of no effect") {
    accepting server(test::loopback());
    const descriptor client = dial(server.address);
    server.taking->close();
    server.on.run_ready();
    CHECK(server.kept->sockets.empty());
    CHECK(dial(server.address).get() < 0);
}

TEST_CASE("no descriptor is left behind, whoever goes first") {
    const std::size_t before = open_descriptors();
    const bool close_first = GENERATE(false, true);
    {
        accepting server(test::loopback());
        std::vector<descriptor> clients;
        for (int i = 0; i < 10; ++i)
            clients.push_back(dial(server.address));
        server.run_until_accepted(10);
        clients.push_back(dial(server.address)); // and one that nobody takes
        if (close_first) server.taking->close();
    }
    CHECK(open_descriptors() == before);
    CHECK_THROWS_AS(bind_and_listen(test::loopback("192.0.2.1"), false), error);
    CHECK(open_descriptors() == before);
}

TEST_CASE("an acceptor whose owner is gone accepts nothing") {
    accepting server(test::loopback());
    const descriptor client = dial(server.address);
    const std::weak_ptr<kept_sockets> gone = server.kept;
    server.kept.reset();
    server.on.run_ready();
    CHECK(gone.expired());
}

TEST_CASE("without descriptors the peer is answered with the one in reserve, each in turn") {
    accepting server(test::loopback());
    const descriptor first = dial(server.address);
    const descriptor second = dial(server.address);
    const descriptor third = dial(server.address);
    const filled_descriptors full;
    {
        const no_descriptors limited;
        limited.allow(full.limit); // what is given back can be taken again, and nothing more
        server.on.run_until([&] { return server.kept->answered == 3; });
    }
    CHECK(server.kept->error == EMFILE);
    CHECK(server.kept->times_exhausted == 3);
    CHECK(server.kept->sockets.empty());
    for (const descriptor* each : {&first, &second, &third})
        CHECK(test::peer(each->get()).read(10) == "503");
    const descriptor later = dial(server.address); // well again
    server.run_until_accepted(1);
}

TEST_CASE("where not even the reserve helps the acceptor rests, and goes on by itself") {
    accepting server(test::loopback());
    const descriptor client = dial(server.address);
    {
        const no_descriptors limited;
        server.on.run_until([&] { return server.kept->times_exhausted > 0; });
        CHECK(server.kept->answered == 0);
    }
    server.run_until_accepted(1);
    CHECK(server.kept->sockets.size() == 1);
    // The reserve is there again, for the next time.
    const descriptor next = dial(server.address);
    const filled_descriptors full;
    const no_descriptors limited;
    limited.allow(full.limit);
    server.on.run_until([&] { return server.kept->answered == 1; });
}
