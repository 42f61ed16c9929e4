// Peers that fall silent, and heartbeats that notice.
#include "policy/heartbeat.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::loopback_server;
using test::opcode;
using test::settings;
using test::web_socket;

namespace {

// Asks often. Who is to stay alive has time for the answer, however busy the machine is.
constexpr const char* short_time = "50ms";
constexpr const char* long_time = "10s";
const settings quick = {{"heartbeat.interval", short_time},
                        {"heartbeat.timeout", long_time},
                        {"reconnect.min", "0"},
                        {"reconnect.max", "10ms"}};

settings with(settings base, const settings& more) {
    base.insert(base.end(), more.begin(), more.end());
    return base;
}

void check_silence(const policy::disconnect_record& record) {
    CHECK(record.layer == policy::layer::heartbeat);
    CHECK(record.culprit == policy::culprit::network);
    CHECK(record.cause == policy::cause::silence);
    CHECK(record.verdict == policy::verdict::now);
    CHECK(record.close_code == 1006);
    CHECK(has(record.why, "peer silent for"));
    CHECK(record.up > duration::zero());
    CHECK(record.since_last_byte >= std::chrono::milliseconds(100));
}

} // namespace

TEST_CASE("a black hole: the first connection falls silent, the next carries what was kept") {
    const bool reads = GENERATE(true, false);
    test::latch silent_over;
    std::atomic<int> connections{0};
    test::journal arrived;
    loopback_server server(test::accepting([&](web_socket& peer) {
        if (++connections == 1) { // takes what comes, or not even that, and answers nothing
            while (reads && peer.read()) {
            }
            silent_over.wait();
            return;
        }
        peer.serve([&](const test::message& each) {
            arrived.add(each.bytes);
            return true;
        });
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), with(quick, {{"heartbeat.timeout", short_time}}));
    app.await_open();
    app.send("one");
    app.send("two");
    check_silence(app.await_record(event_kind::down));
    app.link().set("heartbeat.timeout", long_time);
    silent_over.set();
    const auto& open = *app.await(event_kind::open).open();
    CHECK(open.connection == 2);
    CHECK(open.downtime_ms < 10000);
    app.await_confirmed(2);
    CHECK(arrived.all() == std::vector<std::string>{"one", "two"});
    CHECK(app.failures().empty());
    CHECK(app.link().status().stats.messages_resent == 2);
}

TEST_CASE("a server that answers no ping but sends is alive") {
    test::latch enough;
    loopback_server server(test::accepting([&](web_socket& peer) {
        while (!enough.is_set()) {
            if (!peer.read(opcode::ping)) return; // each ping brings a message, never a pong
            peer.text("tick");
        }
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), quick);
    app.until([&] { return app.count(event_kind::message) >= 5; });
    enough.set();
    CHECK(app.count(event_kind::down) == 0);
}

TEST_CASE("the text heartbeat: its answers are no messages, its silence ends the connection") {
    std::atomic<int> questions{0};
    test::latch stop;
    loopback_server server(test::accepting([&](web_socket& peer) {
        while (const auto next = peer.read()) {
            if (next->code != opcode::text) continue; // a ping is not understood here
            if (next->payload != "are you there") {
                peer.text(next->payload);
                continue;
            }
            ++questions;
            if (!stop.is_set()) peer.text("yes");
        }
    }));
    const bool confirms = GENERATE(false, true);
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()),
             with(quick, {{"heartbeat.mode", "text"},
                          {"heartbeat.text", "are you there"},
                          {"heartbeat.answer", "yes"},
                          {"confirm", confirms ? "heartbeat" : "app"}}));
    app.await_open();
    const std::uint64_t id = app.send("payload");
    app.until([&] { return questions >= 3; });
    if (!confirms) app.link().confirm(id, false);
    app.await_confirmed(id);
    CHECK(app.messages() == std::vector<std::string>{"payload"});
    CHECK(app.count(event_kind::down) == 0);
    stop.set();
    app.link().set("heartbeat.timeout", short_time);
    check_silence(app.await_record(event_kind::down));
}

TEST_CASE("heartbeat.mode=off asks nothing") {
    test::latch asked;
    loopback_server server(test::accepting([&](web_socket& peer) {
        while (const auto next = peer.read()) {
            if (next->code == opcode::ping) asked.set();
            if (next->code == opcode::text) peer.text(next->payload);
        }
    }));
    application app(GENERATE(0u, 1u));
    // A message and its answer a few intervals later: no question in between.
    app.open(test::ws_url(server.port()), with(quick, {{"heartbeat.mode", "off"},
                                                       {"confirm", "app"},
                                                       {"message.ttl", "150ms"},
                                                       {"greeting.hold", "true"},
                                                       {"greeting.timeout", "10s"}}));
    app.await_open();
    app.send("held until its time is over");
    app.until([&] { return app.failures().size() == 1; });
    CHECK(app.failures()[0].reason == link::fail_reason::expired);
    CHECK_FALSE(asked.is_set());
    CHECK(app.count(event_kind::down) == 0);
}

TEST_CASE("a peer that confirms nothing while messages arrive is told of once") {
    loopback_server server(test::accepting([](web_socket& peer) {
        while (const auto next = peer.read())
            if (next->code == opcode::text || next->code == opcode::ping) peer.text("noise");
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), with(quick, {{"confirm.timeout", "30ms"}}));
    app.await_open();
    app.send("never confirmed");
    const auto& log = app.await(event_kind::log);
    CHECK(has(*log.text(), "confirm.timeout"));
    CHECK(has(*log.text(), "confirm=app"));
    CHECK(log.level() == static_cast<std::uint32_t>(link::log_level::warning));
    CHECK(app.count(event_kind::down) == 0);
    const std::size_t before = app.count(event_kind::message);
    app.until([&] { return app.count(event_kind::message) >= before + 5; });
    CHECK(app.count(event_kind::log) == 1);
}
