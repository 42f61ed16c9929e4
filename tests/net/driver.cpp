#include "net/driver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include "net/descriptor.hpp"
#include "net/link_support/web_socket.hpp"
#include "net/support/loop.hpp"
#include "net/tcp_stream.hpp"

using namespace resock;
using test::loopback_server;
using test::web_socket;

namespace {

// Notes what the machine reports, as the façade would.
struct notes final : net::observer {
    void on(link::out::deliver&& each) override { messages.emplace_back(each.bytes); }
    void on(link::out::opened&& each) override { opened.push_back(std::move(each)); }
    void on(link::out::down&& each) override { downs.push_back(std::move(each.record)); }
    void on(const link::out::confirmed& each) override {
        if (each.level == link::level::received) confirmed = each.through;
    }
    void on(const link::out::failed& each) override { failed += each.messages; }
    void on(const link::out::made_room&) override {}
    void on(const link::out::ask&) override {}
    void on(link::out::log&&) override {}
    void on(link::out::finish&&) override { finished = true; }
    answer burst_ended(const link::machine& machine) override {
        ++bursts;
        state = machine.state();
        return {may_read, std::exchange(give_up, std::nullopt)};
    }

    std::vector<std::string> messages;
    std::vector<link::out::opened> opened;
    std::vector<policy::disconnect_record> downs;
    std::uint64_t confirmed = 0;
    std::uint64_t failed = 0;
    bool finished = false;
    bool may_read = true;
    std::optional<link::in::abandon> give_up;
    int bursts = 0;
    link::state state = link::state::idle;
};

// A driver on a worker that this thread runs.
struct driven {
    std::shared_ptr<net::io_worker> worker = std::make_shared<net::io_worker>();
    std::shared_ptr<net::resolver> names = std::make_shared<net::resolver>();
    notes told;
    std::shared_ptr<net::driver> driver;

    explicit driven(const std::string& url, net::driver_options options = {}) {
        link::config config;
        config.url = parse_url(url);
        config.reconnect.min = duration::zero();
        config.reconnect.max = std::chrono::milliseconds(5);
        begin(config, options);
    }
    explicit driven(const link::config& config) { begin(config, {}); }
    void begin(const link::config& config, const net::driver_options& options) {
        driver = std::make_shared<net::driver>(
            worker, names, std::make_shared<const link::config>(config), options, told);
        tell(link::in::open{});
    }
    ~driven() {
        driver->stop();
        driver.reset();
        worker->io->poll();
    }
    void tell(link::in::event event) {
        driver->step(std::move(event));
        driver->end_burst();
    }
    void send(std::uint64_t id, std::string_view bytes) {
        link::in::send message;
        message.id = id;
        message.data = payload::copy(bytes);
        tell(std::move(message));
    }
    template<class Done>
    void until(Done done) {
        const auto limit = std::chrono::steady_clock::now() + test::wait_limit;
        while (!done())
            if (worker->io->run_one_until(limit) == 0) FAIL("waited in vain");
    }
};

// A driver in the server role, and the client at the other end of its socket.
struct serving {
    std::unique_ptr<driven> on;
    net::descriptor client;
    std::unique_ptr<net::stream> stream;

    serving() {
        link::config config;
        config.role = wire::role::server;
        on = std::make_unique<driven>(config);
        int ends[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        client = net::descriptor(ends[0]);
        const timeval limit{20, 0};
        ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        net::stream_socket socket(*on->worker->io,
                                  boost::asio::generic::stream_protocol(AF_UNIX, 0), ends[1]);
        stream = std::make_unique<net::tcp_stream>(std::move(socket), "192.0.2.7:4711");
    }
    void adopt(std::string leftover = {}) {
        on->driver->adopt(std::move(stream), {std::move(leftover), "192.0.2.7:4711", "", "chat"},
                          {});
    }
    void say(test::opcode code, std::string_view bytes) {
        test::peer(client.get()).send(test::frame_of(code, bytes, true, 0x01020304));
    }
    std::string read(std::size_t bytes) { return test::peer(client.get()).read(bytes); }
};

} // namespace

TEST_CASE("an accepted connection is taken over with what stood behind its request") {
    serving at;
    at.on->send(1, "before");
    CHECK(at.on->told.bursts > 0);
    at.adopt(test::frame_of(test::opcode::text, "early", true, 0x01020304));
    REQUIRE(at.on->told.opened.size() == 1);
    CHECK(at.on->told.opened[0].address == "192.0.2.7:4711");
    CHECK(at.on->told.opened[0].subprotocol == "chat");
    CHECK(at.on->told.messages == std::vector<std::string>{"early"});
    const std::string before = test::frame_of(test::opcode::binary, "before");
    CHECK(at.read(before.size()) == before);
    at.say(test::opcode::text, "later");
    at.on->until([&] { return at.on->told.messages.size() == 2; });
    CHECK(at.on->told.messages[1] == "later");
    at.client = net::descriptor(); // gone: there is no second connection
    at.on->until([&] { return at.on->told.finished; });
    CHECK(at.on->told.downs.size() == 1);
    CHECK(at.on->told.failed == 1);
}

TEST_CASE("a connection that is accepted after the application closed is closed too") {
    serving at;
    at.on->tell(link::in::close{1001, ""});
    CHECK(at.on->told.finished);
    at.adopt("x");
    CHECK(at.on->told.opened.empty());
    CHECK(at.read(1).empty());
}

TEST_CASE("a connection that the observer gives up is told why and closed") {
    serving at;
    at.adopt();
    at.on->told.give_up = link::in::abandon{1013, "no memory left"};
    at.say(test::opcode::text, "x");
    at.on->until([&] { return at.on->told.finished; });
    const std::string close = test::close_of(1013, "no memory left");
    CHECK(at.read(close.size() + 1) == close); // and the end of the stream
    REQUIRE(at.on->told.downs.size() == 1);
    CHECK(at.on->told.downs[0].close_code == 1013);
}

TEST_CASE("opens, carries messages both ways, closes in order") {
    loopback_server server(test::accepting([](web_socket& peer) { peer.echo(); }));
    driven on(test::ws_url(server.port()));
    on.until([&] { return !on.told.opened.empty(); });
    CHECK(on.told.opened[0].address == "127.0.0.1:" + std::to_string(server.port()));
    on.send(1, "one");
    on.send(2, std::string(3u << 20, 'x')); // more than a socket takes at once
    on.until([&] { return on.told.confirmed == 2 && on.told.messages.size() == 2; });
    CHECK(on.told.messages[0] == "one");
    CHECK(on.told.messages[1].size() == 3u << 20);
    on.tell(link::in::close{});
    on.until([&] { return on.told.finished; });
    CHECK(on.told.failed == 0);
}

TEST_CASE("an attempt that fails is followed by another") {
    const test::closed_port nobody;
    driven on(test::ws_url(nobody.port()));
    on.until([&] { return on.told.downs.size() == 3; });
    CHECK(on.told.downs[2].attempt == 3);
    CHECK(on.told.downs[2].cause == policy::cause::tcp_refused);
}

TEST_CASE("bytes behind the 101 come without another read") {
    loopback_server server([](test::peer& client) {
        web_socket peer(client);
        peer.accept(test::frame_of(test::opcode::text, "early"));
        peer.serve();
    });
    driven on(test::ws_url(server.port()));
    on.until([&] { return !on.told.messages.empty(); });
    CHECK(on.told.messages[0] == "early");
    CHECK(on.told.opened.size() == 1);
}

TEST_CASE("reading rests while the observer wants nothing, and goes on") {
    test::latch first_read;
    loopback_server server(test::accepting([&](web_socket& peer) {
        peer.text("first");
        first_read.wait();
        peer.text("second");
        peer.serve();
    }));
    driven on(test::ws_url(server.port()));
    on.until([&] { return !on.told.messages.empty(); });
    on.told.may_read = false;
    on.driver->end_burst(); // the answer to it counts from now on
    first_read.set();
    // A message of ours is written and its pong waits unread in the socket.
    on.send(1, "out");
    on.until([&] { return on.driver->machine().stats().written_below == 2; });
    on.worker->io->poll();
    CHECK(on.told.messages.size() == 1);
    CHECK(on.told.confirmed == 0);
    on.told.may_read = true;
    on.driver->set_reading(true);
    on.driver->end_burst();
    on.until([&] { return on.told.confirmed == 1; });
    CHECK(on.told.messages == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a peer that says why and resets is still heard") {
    loopback_server server([](test::peer& client) {
        web_socket peer(client);
        peer.accept();
        peer.read(test::opcode::binary);
        peer.raw(test::close_of(1008, "not you"));
        // Unread bytes make the close below a reset.
    });
    driven on(test::ws_url(server.port()));
    on.send(1, "first");
    on.send(2, std::string(1u << 20, 'x'));
    on.until([&] { return !on.told.downs.empty(); });
    // The reset may overtake the Close frame; where it did not, it is told.
    const auto& record = on.told.downs[0];
    CHECK((record.close_code == 1008 || record.cause == policy::cause::tcp_reset));
    if (record.close_code == 1008) CHECK(record.close_reason == "not you");
}

TEST_CASE("after stop nobody is told anything") {
    loopback_server server(test::accepting([](web_socket& peer) {
        for (int i = 0; i < 1000; ++i)
            peer.text("flood");
        peer.serve();
    }));
    const bool connected = GENERATE(false, true);
    driven on(test::ws_url(server.port()));
    if (connected) on.until([&] { return !on.told.messages.empty(); });
    on.driver->stop();
    const std::size_t messages = on.told.messages.size();
    const int bursts = on.told.bursts;
    on.send(1, "into the void");
    on.driver->set_reading(true);
    on.worker->io->poll();
    CHECK(on.told.messages.size() == messages);
    CHECK(on.told.bursts == bursts);
    CHECK(on.told.downs.empty());
}

TEST_CASE("a driver dropped while it connects leaves nothing that calls it") {
    const test::black_hole nobody;
    auto worker = std::make_shared<net::io_worker>();
    {
        driven on(test::ws_url(nobody.port()));
        worker = on.worker;
        worker->io->poll();
    }
    worker->io->poll();
    CHECK(worker.use_count() == 1);
}

TEST_CASE("what has come by the time a write returns is read at once") {
    serving at;
    at.adopt();
    at.say(test::opcode::text, "quick");
    at.on->send(1, "question");
    CHECK(at.on->told.messages == std::vector<std::string>{"quick"});
}

TEST_CASE("a ping that is read behind a write is answered at once") {
    serving at;
    at.adopt();
    at.say(test::opcode::ping, "there?");
    at.on->send(1, "question");
    const std::string both = test::frame_of(test::opcode::binary, "question") +
                             test::frame_of(test::opcode::pong, "there?");
    CHECK(at.read(both.size()) == both);
}

TEST_CASE("driven: reading is armed before the worker waits, also where it was left out before") {
    serving at;
    at.on->worker->driven = true;
    at.adopt();
    at.say(test::opcode::text, "one");
    at.on->send(1, "question");
    REQUIRE(at.on->told.messages.size() == 1);
    at.on->worker->io->poll(); // what was armed before the first write, if it was
    CHECK(at.on->worker->unarmed.size() <= 2);
    net::driver::arm_reads(*at.on->worker);
    CHECK(at.on->worker->unarmed.empty());
    at.say(test::opcode::text, "two");
    at.on->until([&] { return at.on->told.messages.size() == 2; });
}

TEST_CASE("messages taken together are staged by go_on") {
    serving at;
    at.adopt();
    at.on->driver->begin_burst();
    for (std::uint64_t id = 1; id <= 3; ++id) {
        link::in::send message;
        message.id = id;
        message.data = payload::copy("abc");
        at.on->driver->take(std::move(message));
    }
    CHECK(at.on->driver->machine().output().empty());
    at.on->driver->go_on();
    at.on->driver->end_burst();
    const std::string frame = test::frame_of(test::opcode::binary, "abc");
    CHECK(at.read(3 * frame.size()) == frame + frame + frame);
}
