// Peers that send more than anyone takes, and applications that take nothing.
#include "hub/event_queue.hpp"

#include "net/io_worker.hpp"
#include "net/link_support/memory.hpp"
#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::frame_of;
using test::has;
using test::loopback_server;
using test::opcode;
using test::web_socket;

namespace {

// Beside what the options bound: four reads of one turn, and the buffers of both ends.
constexpr std::size_t slack = 4 * net::io_worker::read_size + (1u << 20);

std::string numbered(int number, std::size_t size) {
    std::string made = std::to_string(number);
    made.resize(size, '.');
    return made;
}

int number_of(std::string_view text) {
    return std::stoi(std::string(text.substr(0, text.find('.'))));
}

} // namespace

TEST_CASE("a flood while nobody polls: reading pauses, memory stays bounded, nothing is lost") {
    constexpr int total = 40000;
    constexpr std::size_t size = 1000; // together far above events.bytes and the sockets' buffers
    constexpr std::size_t events_bytes = 1u << 20;
    std::atomic<int> sent{0};
    loopback_server server(test::accepting([&](web_socket& peer) {
        for (; sent < total; ++sent)
            peer.text(numbered(sent, size));
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    const test::memory_mark memory;
    app.open(
        test::ws_url(server.port()),
        {{"events.bytes", "1MiB"}, {"heartbeat.interval", "10ms"}, {"heartbeat.timeout", "5s"}});
    int next = 0, wrong = 0;
    std::array<hub::event_ptr, 256> batch;
    while (next < total) {
        const std::size_t count = app.hub().poll(10000, batch);
        REQUIRE(count > 0);
        for (std::size_t i = 0; i < count; ++i) {
            const hub::event_ptr each = std::move(batch[i]);
            INFO(hub::to_string(each->kind) << (each->text() ? ' ' + *each->text() : ""));
            if (each->kind == event_kind::message)
                wrong += number_of(each->bytes()) != next++;
            else
                CHECK((each->kind == event_kind::open || each->kind == event_kind::log));
        }
    }
    CHECK(wrong == 0);
    CHECK(memory.worst() < 2 * events_bytes + slack);
    CHECK(app.link().status().stats.connections == 1);
}

TEST_CASE("a poller that stops: the peer is held back, the link stays up and goes on") {
    constexpr int total = 2000;
    constexpr std::size_t size = 4000;
    std::atomic<int> sent{0};
    const test::settings quick = {{"events.messages", "100"},
                                  {"heartbeat.interval", "50ms"},
                                  {"heartbeat.timeout", "300ms"},
                                  {"reconnect.attempts", "0"}};
    loopback_server server(test::accepting([&](web_socket& peer) {
        for (; sent < total; ++sent)
            peer.text(numbered(sent, size));
        peer.serve();
    }));
    application app(1);
    const test::memory_mark memory;
    hub::hub_link& link = app.open(test::ws_url(server.port()), quick);
    app.await_open();
    const std::size_t early = app.count(event_kind::message);
    // Sending goes on while nobody polls.
    const std::uint64_t id = app.send("still here");
    link.flush(link::level::written, 10000);
    // As long as it takes the same heartbeat to give up a peer that really is silent.
    loopback_server silent([](test::peer& client) {
        web_socket peer(client);
        peer.accept();
        while (peer.read()) {
        }
    });
    const auto other =
        app.hub().open(test::link_settings_of(test::ws_url(silent.port()), quick), 8);
    hub::event_ptr event;
    do {
        REQUIRE(app.hub().poll(*other, 10000, {&event, 1}) == 1);
    } while (event->kind != event_kind::closed);
    app.hub().release(other);
    link.set("heartbeat.timeout", "10s"); // from here on the peer has all the time it needs
    CHECK(link.status().stats.messages_received < total);
    CHECK(link.status().stats.connections == 1);
    CHECK(memory.worst() < (100 + early) * (size + 128) + slack);
    app.until([&] { return app.count(event_kind::message) == total; });
    app.await_confirmed(id);
    CHECK(app.count(event_kind::down) == 0);
    int next = 0, wrong = 0;
    for (const std::string& each : app.messages())
        wrong += number_of(each) != next++;
    CHECK(wrong == 0);
}

TEST_CASE("a ping flood: the last is answered, what we owe stays small") {
    constexpr int total = 50000;
    const std::string payload(125, 'p');
    std::atomic<int> pongs{0};
    test::latch done;
    loopback_server server(test::accepting([&](web_socket& peer) {
        std::string burst;
        for (int i = 0; i < total; ++i) {
            burst += frame_of(opcode::ping, numbered(i, 125));
            if (burst.size() < 65536) continue;
            peer.raw(burst);
            burst.clear();
        }
        peer.raw(burst + frame_of(opcode::ping, "last"));
        while (const auto pong = peer.read(opcode::pong)) {
            ++pongs;
            if (pong->payload == "last") break;
        }
        done.set();
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    const test::memory_mark memory;
    app.open(test::ws_url(server.port()));
    app.until([&] { return done.is_set(); });
    CHECK(pongs >= 1);
    CHECK(memory.worst() < slack + (2u << 20));
    app.await_confirmed(app.send("and still up"));
    CHECK(app.count(event_kind::down) == 0);
}

TEST_CASE("a peer that floods pings and reads nothing cannot make us keep its answers") {
    constexpr int bursts = 200;
    std::string burst;
    for (int i = 0; i < 1000; ++i)
        burst += frame_of(opcode::ping, std::string(125, 'p'));
    test::latch sent;
    loopback_server server(test::accepting([&](web_socket& peer) {
        for (int i = 0; i < bursts; ++i)
            peer.raw(burst);
        sent.set();
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    const test::memory_mark memory;
    app.open(test::ws_url(server.port()));
    app.until([&] { return sent.is_set(); });
    CHECK(memory.worst() < slack + (2u << 20)); // 25 MB came
    app.await_confirmed(app.send("and still up"));
}

TEST_CASE("a slow callback delays only events") {
    constexpr int total = 300;
    loopback_server server(test::accepting([](web_socket& peer) {
        for (int i = 0; i < total; ++i)
            peer.text(numbered(i, 1000));
        peer.serve();
    }));
    test::latch go_on, all;
    test::journal seen;
    application app(1);
    app.hub().dispatch([&](hub::event_ptr event) {
        if (event->kind == event_kind::open) go_on.wait();
        if (event->kind == event_kind::message) seen.add(std::string(event->bytes()));
        if (event->kind == event_kind::down) seen.add("DOWN");
        if (seen.size() == total) all.set();
    });
    app.open(
        test::ws_url(server.port()),
        {{"events.messages", "10"}, {"heartbeat.interval", "10ms"}, {"heartbeat.timeout", "10s"}});
    app.send("while the callback stands still");
    app.link().flush(link::level::written, 10000);
    CHECK(seen.size() == 0);
    go_on.set();
    REQUIRE(all.wait());
    int next = 0, wrong = 0;
    for (const std::string& each : seen.all())
        wrong += number_of(each) != next++;
    CHECK(wrong == 0);
}
