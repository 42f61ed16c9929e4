// What a break does to messages, and the search for one that a server does not take.
#include "link/kept_queue.hpp"

#include <set>

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::frame_of;
using test::has;
using test::journal;
using test::loopback_server;
using test::opcode;
using test::settings;
using test::web_socket;

namespace {

const settings quick = {{"reconnect.min", "0"}, {"reconnect.max", "5ms"}};

settings with(settings base, const settings& more) {
    base.insert(base.end(), more.begin(), more.end());
    return base;
}

} // namespace

TEST_CASE("at-least-once over a line that is cut again and again: nothing lost, in order") {
    constexpr int total = 2000;
    std::atomic<int> connections{0};
    journal arrived;
    loopback_server server([&](test::peer& client) {
        web_socket peer(client);
        peer.accept();
        const int connection = ++connections;
        int left = 150; // messages that this connection carries before it is cut
        peer.serve([&](const test::message& each) {
            arrived.add(each.bytes);
            return connection > 10 || --left > 0;
        });
        if (connection <= 10) client.reset_on_close();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), quick);
    for (int i = 0; i < total; ++i)
        app.send(std::to_string(i));
    app.await_confirmed(total);
    CHECK(app.failures().empty());
    // Without the repeated ones: each once and in order; a resend goes back, never ahead.
    int next = 0, ahead = 0;
    for (const std::string& each : arrived.all()) {
        const int number = std::stoi(each);
        ahead += number > next;
        next = std::max(next, number + 1);
    }
    CHECK(ahead == 0);
    CHECK(next == total);
    CHECK(app.link().status().stats.connections > 5);
    CHECK(app.link().status().stats.queued_messages == 0);
}

TEST_CASE("at-most-once: what was written and unconfirmed at a cut is in doubt, the rest goes on") {
    std::atomic<int> connections{0};
    journal arrived;
    loopback_server server(test::accepting([&](web_socket& peer) {
        if (++connections == 1) { // takes one and dies without a pong
            peer.read(opcode::text);
            return;
        }
        peer.serve([&](const test::message& each) {
            arrived.add(each.bytes);
            return true;
        });
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), with(quick, {{"delivery", "at-most-once"}}));
    app.await_open();
    app.send("one");
    app.await(event_kind::down);
    app.send("two");
    app.await_confirmed(2);
    CHECK(app.failures() == std::vector<application::failure>{{1, 1, link::fail_reason::in_doubt}});
    CHECK(arrived.all() == std::vector<std::string>{"two"});
}

TEST_CASE("the culprit of a 1009 is found, everything else arrives in order") {
    constexpr int total = 30;
    constexpr int culprit = 17;
    const int code = GENERATE(1003, 1007, 1009);
    journal arrived;
    loopback_server server(test::accepting([&](web_socket& peer) {
        bool bad = false;
        peer.serve([&](const test::message& each) {
            bad = has(each.bytes, "bad");
            if (!bad) arrived.add(each.bytes);
            return !bad;
        });
        if (!bad) return;
        peer.raw(test::close_of(static_cast<std::uint16_t>(code), "no"));
        peer.read(opcode::close);
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), quick);
    for (int i = 1; i <= total; ++i)
        app.send(std::to_string(i) + (i == culprit ? " bad" : " good"));
    app.await_confirmed(total);
    CHECK(app.failures() ==
          std::vector<application::failure>{{culprit, culprit, link::fail_reason::refused}});
    // Each of the others, in order, some of them twice.
    int next = 1, ahead = 0;
    std::set<std::string> different;
    for (const std::string& each : arrived.all()) {
        int number = std::stoi(each);
        different.insert(each);
        if (number == next) ++next;
        if (next == culprit) ++next;
        ahead += number > next;
    }
    CHECK(ahead == 0);
    CHECK(different.size() == total - 1);
    const auto records = app.link().history();
    REQUIRE(!records.empty());
    CHECK(records.back().close_code == code);
    CHECK(records.back().message_id == culprit);
    CHECK(has(records.back().why, "message " + std::to_string(culprit)));
    CHECK(records.size() <= 3); // one break, then one at a time
}

TEST_CASE("with confirm=app a server that refuses a message stops the link") {
    loopback_server server(test::accepting([&](web_socket& peer) {
        peer.read(opcode::text);
        peer.raw(test::close_of(1009));
        peer.read(opcode::close);
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), with(quick, {{"confirm", "app"}}));
    app.send("too big for it");
    CHECK(app.await_record(event_kind::closed).close_code == 1009);
    CHECK(app.failures() == std::vector<application::failure>{{1, 1, link::fail_reason::in_doubt}});
}

TEST_CASE("a server that answers only the last ping confirms everything before it") {
    constexpr int total = 3000;
    loopback_server server(test::accepting([](web_socket& peer) {
        std::string last;
        int messages = 0;
        while (const auto next = peer.read()) {
            if (next->code == opcode::ping) last = next->payload;
            if (next->code == opcode::text) ++messages;
            if (messages < total || last.empty()) continue;
            peer.raw(frame_of(opcode::pong, last));
            last.clear();
        }
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()));
    for (int i = 0; i < total; ++i)
        app.send("x");
    app.await_confirmed(total);
    CHECK(app.count(event_kind::down) == 0);
}

TEST_CASE("pongs that nobody asked for, also of an earlier connection, confirm nothing") {
    std::atomic<int> connections{0};
    test::latch seen;
    std::string stale;
    loopback_server server(test::accepting([&](web_socket& peer) {
        if (++connections == 1) {
            const auto ping = peer.read(opcode::ping);
            if (ping) stale = ping->payload;
            return;
        }
        peer.read(opcode::text);
        peer.raw(frame_of(opcode::pong, stale) + frame_of(opcode::pong, "") +
                 frame_of(opcode::pong, std::string(125, '\xff')) +
                 frame_of(opcode::text, "answered"));
        seen.wait();
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), quick);
    app.send("kept");
    app.await(event_kind::down);
    app.await(event_kind::message);
    CHECK(app.confirmed_through() == 0);
    CHECK(app.link().status().stats.queued_messages == 1);
    seen.set();
    app.link().close(1000, "");
    app.await(event_kind::closed);
    CHECK(app.confirmed_through() == 1);
}

TEST_CASE("unkept messages end when written, on a kept link too") {
    test::latch cut;
    std::atomic<int> connections{0};
    loopback_server server(test::accepting([&](web_socket& peer) {
        if (++connections > 1) return peer.serve();
        while (const auto next = peer.read()) // takes, confirms nothing
            if (has(next->payload, "last")) return;
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), quick);
    app.await_open();
    hub::outgoing note;
    note.bytes = "a note, the last";
    note.unkept = true;
    const std::uint64_t id = app.link().send(note);
    app.await(event_kind::down);
    const std::uint64_t kept = app.send("kept");
    app.await_confirmed(kept);
    CHECK(id + 1 == kept);
    CHECK(app.link().status().stats.messages_resent == 0);
}
