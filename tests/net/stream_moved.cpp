// A connection that goes on another I/O thread, over each kind of stream.

#include <atomic>
#include <sys/socket.h>
#include <thread>

#include "net/descriptor.hpp"
#include "net/echo_stream.hpp"
#include "net/support/tls.hpp"
#include "net/tcp_stream.hpp"

using namespace resock;
using net::readiness;
using test::loop;

namespace {

enum class kind { tcp, tls, unix_socket };

// The other end, blocking.
struct far_end {
    std::function<void(std::string_view)> send;
    std::function<std::string(std::size_t)> read;
    std::function<void()> wait_for_end;
};
using script = std::function<void(far_end&)>;

void run_plain(test::peer& socket, const script& then) {
    far_end end{[&](std::string_view bytes) { socket.send(bytes); },
                [&](std::size_t size) { return socket.read(size); }, [&] { socket.read_to_end(); }};
    then(end);
}

void run_tls(test::tls_peer& client, const script& then) {
    far_end end{[&](std::string_view bytes) { client.send(bytes); },
                [&](std::size_t size) { return client.read(size); },
                [&] { client.socket().read_to_end(); }};
    then(end);
}

// A stream on `first`, to be moved to `second`; the script of its far end runs meanwhile.
class moving {
  public:
    moving(kind of, script then) {
        if (of == kind::unix_socket) {
            int ends[2] = {-1, -1};
            REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
            net::stream_socket socket(*first->io, boost::asio::generic::stream_protocol(AF_UNIX, 0),
                                      ends[0]);
            stream = std::make_unique<net::tcp_stream>(std::move(socket), "unix:test");
            far_ = std::thread([fd = ends[1], then = std::move(then)] {
                const net::descriptor closes(fd);
                test::peer socket(fd);
                run_plain(socket, then);
            });
            return;
        }
        const bool tls = of == kind::tls;
        if (tls) {
            test::tls_server_options options;
            options.own = test::make_identity({});
            server_.emplace(test::over_tls(options, [then](test::tls_peer& client) {
                client.read_header();
                client.send(test::switching);
                run_tls(client, then);
            }));
        } else {
            server_.emplace([then](test::peer& client) {
                client.read_header();
                client.send(test::switching);
                run_plain(client, then);
            });
        }
        auto request = test::request_to(tls ? "wss" : "ws", "127.0.0.1", server_->port());
        request.tls.verify = false;
        stream = test::opened(test::connect(*first, request)).stream;
    }
    ~moving() {
        stream.reset();
        if (far_.joinable()) far_.join();
    }
    void move() {
        stream->move_to(*second.io);
        first.reset(); // nothing needs the former one any more
    }
    // On another thread, as the second loop's owner would.
    template<class Use>
    void there(Use use) {
        std::thread(use).join();
    }

    std::optional<loop> first{std::in_place};
    loop second;
    std::unique_ptr<net::stream> stream;

  private:
    std::optional<test::loopback_server> server_;
    std::thread far_;
};

std::string block_of(std::size_t size) {
    std::string block(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        block[i] = static_cast<char>(i * 7 + i / 251);
    return block;
}

kind any_kind() {
    return GENERATE(kind::tcp, kind::tls, kind::unix_socket);
}

} // namespace

TEST_CASE("a moved stream goes on where it was, both ways") {
    const kind of = any_kind();
    CAPTURE(int(of));
    const std::string block = block_of(std::size_t{2} << 20);
    moving at(of, [&](far_end& end) {
        end.send(end.read(5));
        end.send("in flight");
        const std::string got = end.read(block.size());
        end.send(got);
        end.wait_for_end();
    });
    CHECK(!test::write_all(*at.first, *at.stream, "first"));
    CHECK(test::read_bytes(*at.first, *at.stream, 5).bytes == "first");
    test::wait(*at.first, *at.stream, readiness::read);
    CHECK(test::read_bytes(*at.first, *at.stream, 3).bytes == "in "); // TLS holds what follows
    const std::string remote = at.stream->remote_address();
    const std::string tls = at.stream->tls();
    const bool buffered = at.stream->has_buffered();
    CHECK(buffered == (of == kind::tls));
    at.move();
    CHECK(at.stream->remote_address() == remote);
    CHECK(at.stream->tls() == tls);
    CHECK(at.stream->has_buffered() == buffered);

    std::optional<policy::failure> failure;
    std::string rest, got;
    at.there([&] {
        test::wait(at.second, *at.stream, readiness::read);
        rest = test::read_bytes(at.second, *at.stream, 6).bytes;
        failure = test::write_all(at.second, *at.stream, block);
        got = test::read_bytes(at.second, *at.stream, block.size()).bytes;
        at.stream->shutdown();
    });
    CHECK(rest == "flight");
    CHECK_FALSE(failure);
    CHECK((got == block));
}

TEST_CASE("a stream that is full when it is moved goes on with the same bytes") {
    const kind of = any_kind();
    CAPTURE(int(of));
    std::atomic<bool> go{false};
    std::atomic<std::size_t> total{0};
    std::string received;
    moving at(of, [&](far_end& end) {
        go.wait(false);
        received = end.read(total);
        end.send("all");
        end.wait_for_end();
    });
    const std::string block = block_of(std::size_t{256} << 10);
    std::string sent;
    std::string_view left = block;
    for (;;) {
        const auto step = at.stream->write_some(left);
        REQUIRE(!step.failure);
        if (step.wait_for) break;
        sent += left.substr(0, step.bytes);
        left.remove_prefix(step.bytes);
        if (left.empty()) left = block;
        REQUIRE(sent.size() < std::size_t{64} << 20);
    }
    at.move();
    sent += left;
    total = sent.size();
    go = true;
    go.notify_one();
    std::optional<policy::failure> failure;
    std::string answer;
    at.there([&] {
        failure = test::write_all(at.second, *at.stream, left);
        answer = test::read_bytes(at.second, *at.stream, 3).bytes;
    });
    CHECK_FALSE(failure);
    CHECK(answer == "all");
    CHECK((received == sent));
}

TEST_CASE("the end is told where the stream is now") {
    const kind of = GENERATE(kind::tcp, kind::unix_socket);
    CAPTURE(int(of));
    moving at(of, [&](far_end& end) { end.send(end.read(1)); });
    at.move();
    test::read_outcome outcome;
    at.there([&] {
        test::write_all(at.second, *at.stream, "x");
        outcome = test::read_bytes(at.second, *at.stream, 2);
    });
    CHECK(outcome.bytes == "x");
    CHECK(outcome.end);
}

TEST_CASE("a handler that was ready when the stream left is not called, a new one is") {
    const kind of = any_kind();
    CAPTURE(int(of));
    moving at(of, [&](far_end& end) {
        end.read(1);
        end.send("x");
        end.wait_for_end();
    });
    CHECK(!test::write_all(*at.first, *at.stream, "?"));
    test::wait(*at.first, *at.stream, readiness::read);
    int stale = 0;
    at.stream->async_wait(readiness::read, [&] { ++stale; });
    at.stream->async_wait(readiness::write, [&] { ++stale; });
    at.stream->move_to(*at.second.io);
    at.first->run_ready();
    CHECK(stale == 0);
    test::wait(at.second, *at.stream, readiness::read);
    test::wait(at.second, *at.stream, readiness::write);
    CHECK(test::read_bytes(at.second, *at.stream, 1).bytes == "x");
    at.second.run_ready();
    CHECK(stale == 0);
}

TEST_CASE("a stream may move there and back, many times") {
    const kind of = any_kind();
    CAPTURE(int(of));
    constexpr int rounds = 50;
    moving at(of, [&](far_end& end) {
        for (int i = 0; i < rounds; ++i)
            end.send(end.read(4));
        end.wait_for_end();
    });
    for (int i = 0; i < rounds; ++i) {
        loop& here = i % 2 ? *at.first : at.second;
        at.stream->move_to(*here.io);
        REQUIRE(!test::write_all(here, *at.stream, "echo"));
        REQUIRE(test::read_bytes(here, *at.stream, 4).bytes == "echo");
    }
}

TEST_CASE("the echo peer moves with what it has not yet answered") {
    loop first, second;
    net::echo_stream stream(*first.io);
    CHECK(stream.write_some("\x81\x82\x01\x01\x01\x01ih").bytes == 8);
    stream.move_to(*second.io);
    test::wait(second, stream, readiness::read);
    CHECK(test::read_bytes(second, stream, 4).bytes == "\x81\x02hi");
    first.run_ready();
}
