#include "net/tcp_stream.hpp"

#include <fcntl.h>
#include <filesystem>
#include <set>

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

using namespace resock;
using net::readiness;
using test::loop;
using test::loopback_server;
using test::peer;

namespace {

// A stream behind an upgrade over plain TCP.
net::connected plain(loop& on, std::uint16_t port) {
    return test::opened(test::connect(on, test::request_to("ws", "127.0.0.1", port)));
}

void accept_upgrade(peer& client) {
    client.read_header();
    client.send(test::switching);
}

std::set<int> descriptors() {
    std::set<int> open;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        open.insert(std::stoi(entry.path().filename()));
    return open;
}

} // namespace

TEST_CASE("bytes go both ways, the end is told in order") {
    loopback_server server([](peer& client) {
        accept_upgrade(client);
        client.send(client.read(5));
    });
    loop on;
    auto opened = plain(on, server.port());
    net::stream& stream = *opened.stream;
    CHECK(stream.remote_address() == "127.0.0.1:" + std::to_string(server.port()));
    CHECK(stream.tls().empty());
    char byte = 0;
    CHECK(stream.read_some(&byte, 1).wait_for == readiness::read);
    CHECK(!test::write_all(on, stream, "hello"));
    CHECK(test::read_bytes(on, stream, 5).bytes == "hello");
    CHECK(test::read_bytes(on, stream, 1).end);
    CHECK(!stream.has_buffered());
}

TEST_CASE("shutdown gives the peer its end, what it still sends arrives") {
    loopback_server server([](peer& client) {
        accept_upgrade(client);
        client.read_to_end();
        client.send("bye");
    });
    loop on;
    auto opened = plain(on, server.port());
    opened.stream->shutdown();
    const auto outcome = test::read_bytes(on, *opened.stream, 4);
    CHECK(outcome.bytes == "bye");
    CHECK(outcome.end);
}

TEST_CASE("a full socket asks to wait, inspect tells what is left in it") {
    std::atomic<bool> go{false};
    std::atomic<std::size_t> total{0};
    loopback_server server([&](peer& client) {
        accept_upgrade(client);
        while (!go)
            std::this_thread::yield();
        while (total == 0)
            std::this_thread::yield();
        client.read(total);
        client.send("all");
        client.read_to_end();
    });
    loop on;
    auto opened = plain(on, server.port());
    net::stream& stream = *opened.stream;
    const std::string block(256 * 1024, 'x');
    std::size_t written = 0;
    for (;;) {
        const auto step = stream.write_some(block);
        REQUIRE(!step.failure);
        if (step.wait_for) {
            CHECK(step.wait_for == readiness::write);
            break;
        }
        written += step.bytes;
        REQUIRE(written < std::size_t{1} << 30);
    }
    const auto full = stream.inspect();
    CHECK(full.unacked > 0);
    CHECK(full.unacked <= written);
    CHECK(full.unsent <= full.unacked);
    CHECK(full.last_ack_age < std::chrono::minutes(1));
    total = written;
    go = true;
    CHECK(test::read_bytes(on, stream, 3).bytes == "all");
    const auto empty = stream.inspect();
    CHECK(empty.unacked == 0);
    CHECK(empty.unsent == 0);
    CHECK(empty.acked_total >= written);
    CHECK(empty.acked_total > full.acked_total);
}

TEST_CASE("a reset is told by read and by write, and raises no SIGPIPE") {
    loopback_server server([](peer& client) {
        accept_upgrade(client);
        client.read(1);
        client.reset_on_close();
    });
    loop on;
    auto opened = plain(on, server.port());
    CHECK(!test::write_all(on, *opened.stream, "x"));
    const auto outcome = test::read_bytes(on, *opened.stream, 1);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->cause == policy::cause::tcp_reset);
    CHECK(outcome.failure->sys_errno == ECONNRESET);
    CHECK(test::contains(outcome.failure->detail, "reset"));
    CHECK(test::contains(outcome.failure->host, std::to_string(server.port())));
    // SIGPIPE has its default action here: it would end the test program.
    const auto broken = test::write_all(on, *opened.stream, "more");
    REQUIRE(broken);
    CHECK(broken->cause == policy::cause::tcp_reset);
    CHECK(broken->sys_errno == EPIPE);
    opened.stream->shutdown(); // harmless
}

TEST_CASE("a stream that is gone calls no handler") {
    loopback_server server([](peer& client) {
        accept_upgrade(client);
        client.read(1);
        client.send("x");
        client.read_to_end();
    });
    loop on;
    auto opened = plain(on, server.port());
    CHECK(!test::write_all(on, *opened.stream, "?"));
    int calls = 0;
    SECTION("while it waits") {
        CHECK(test::read_bytes(on, *opened.stream, 1).bytes == "x");
        opened.stream->async_wait(readiness::read, [&] { ++calls; });
        opened.stream.reset();
    }
    SECTION("when both directions are ready") {
        test::wait(on, *opened.stream, readiness::read);
        opened.stream->async_wait(readiness::read, [&] {
            ++calls;
            opened.stream.reset();
        });
        opened.stream->async_wait(readiness::write, [&] {
            ++calls;
            opened.stream.reset();
        });
        on.run_until([&] { return calls == 1; });
        calls = 0;
    }
    on.run_ready();
    CHECK(calls == 0);
}

TEST_CASE("a context destroyed before its waiting streams does no harm") {
    loopback_server server([](peer& client) {
        accept_upgrade(client);
        client.read_to_end();
    });
    bool called = false;
    {
        loop on;
        auto opened = plain(on, server.port());
        const std::shared_ptr<net::stream> stream = std::move(opened.stream);
        stream->async_wait(readiness::read, [stream, &called] { called = true; });
    }
    CHECK(!called);
}

TEST_CASE("every descriptor is closed on exec") {
    const std::set<int> before = descriptors();
    loopback_server server([](peer& client) {
        accept_upgrade(client);
        client.read_to_end();
    });
    loop on;
    const auto opened = plain(on, server.port());
    std::size_t fresh = 0;
    for (const int fd : descriptors()) {
        if (before.count(fd)) continue;
        const int flags = ::fcntl(fd, F_GETFD);
        if (flags < 0) continue; // the directory that was read
        CAPTURE(fd, std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)));
        CHECK((flags & FD_CLOEXEC) != 0);
        ++fresh;
    }
    CHECK(fresh >= 5); // listener, its connection, ours, epoll, its wake-up
}
