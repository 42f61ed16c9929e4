// Close codes of the server: what the record says and what the link does.
#include "policy/verdict.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::journal;
using test::loopback_server;
using test::opcode;
using test::settings;
using test::web_socket;

namespace {

const settings quick = {{"reconnect.min", "0"}, {"reconnect.max", "10ms"}};

} // namespace

TEST_CASE("each close code: its verdict, whom it blames, and our echo of it") {
    using policy::culprit;
    using policy::verdict;
    struct row {
        std::uint16_t code; // 1005: a Close frame without one
        policy::verdict verdict;
        policy::culprit culprit;
    };
    const row rows[] = {
        {1000, verdict::stop, culprit::peer},     {1001, verdict::now, culprit::peer},
        {1002, verdict::backoff, culprit::us},    {1003, verdict::stop, culprit::us},
        {1005, verdict::backoff, culprit::peer},  {1007, verdict::stop, culprit::us},
        {1008, verdict::stop, culprit::us},       {1009, verdict::stop, culprit::us},
        {1010, verdict::stop, culprit::peer},     {1011, verdict::backoff, culprit::peer},
        {1012, verdict::spread, culprit::peer},   {1013, verdict::slow, culprit::peer},
        {1014, verdict::backoff, culprit::proxy}, {3000, verdict::stop, culprit::us},
        {3003, verdict::stop, culprit::us},       {3008, verdict::backoff, culprit::us},
        {3999, verdict::backoff, culprit::peer},  {4000, verdict::backoff, culprit::peer},
        {4999, verdict::backoff, culprit::peer},
    };
    const unsigned threads = GENERATE(0u, 1u);
    for (const row& each : rows) {
        CAPTURE(each.code);
        journal echoes;
        loopback_server server(test::accepting([&](web_socket& peer) {
            peer.raw(each.code == 1005 ? test::frame_of(opcode::close, "")
                                       : test::close_of(each.code, "because"));
            if (const auto close = peer.read(opcode::close))
                echoes.add(std::to_string(close->close_code()));
            peer.read(); // the end
        }));
        application app(threads);
        app.open(test::ws_url(server.port()));
        const auto& record = app.await_record(event_kind::down);
        CHECK(app.last().was_open());
        CHECK(record.layer == policy::layer::websocket);
        CHECK(record.cause == policy::cause::none);
        CHECK(record.close_code == each.code);
        CHECK(record.close_reason == (each.code == 1005 ? "" : "because"));
        CHECK_FALSE(record.closed_by_us);
        CHECK(record.culprit == each.culprit);
        CHECK(record.verdict == each.verdict);
        CHECK(record.delay.has_value() == (each.verdict != verdict::stop));
        CHECK(has(record.why, std::to_string(each.code)));
        app.until([&] { return echoes.size() >= 1; }); // it may be back already
        CHECK(echoes.all()[0] == std::to_string(each.code));
        if (each.verdict == verdict::stop) app.await(event_kind::closed);
    }
}

TEST_CASE("a socket that just ends is 1006") {
    const bool reset = GENERATE(false, true);
    std::atomic<int> connections{0};
    loopback_server server(test::accepting([&](web_socket& peer) {
        if (++connections > 1) return peer.serve();
        peer.read(opcode::text);
    }));
    loopback_server resetting([&](test::peer& client) {
        web_socket peer(client);
        peer.accept();
        if (++connections > 1) return peer.serve();
        peer.read(opcode::text);
        client.reset_on_close();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(reset ? resetting.port() : server.port()), quick);
    app.send("hello");
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.close_code == 1006);
    CHECK(record.culprit == policy::culprit::network);
    CHECK(record.verdict == policy::verdict::now);
    if (reset) {
        CHECK(record.cause == policy::cause::tcp_reset);
        CHECK(record.sys_errno == ECONNRESET);
    }
    app.await_confirmed(1);
    CHECK(app.link().status().stats.connections == 2);
}

TEST_CASE("verdict.<code> overrides a row") {
    std::atomic<int> connections{0};
    loopback_server server(test::accepting([&](web_socket& peer) {
        peer.raw(test::close_of(++connections == 1 ? 1000 : 4001));
        peer.read(opcode::close);
    }));
    application app(GENERATE(0u, 1u));
    auto wanted = quick;
    wanted.push_back({"verdict.1000", "backoff"});
    wanted.push_back({"verdict.4001", "stop"});
    app.open(test::ws_url(server.port()), wanted);
    CHECK(app.await_record(event_kind::down).verdict == policy::verdict::backoff);
    const auto& last = app.await_record(event_kind::closed);
    CHECK(last.close_code == 4001);
    CHECK(last.verdict == policy::verdict::stop);
}

TEST_CASE("our close: code and reason reach the server, nothing more is accepted") {
    journal closes;
    loopback_server server(test::accepting([&](web_socket& peer) {
        while (const auto next = peer.read()) {
            if (next->code == opcode::ping) peer.raw(test::frame_of(opcode::pong, next->payload));
            if (next->code != opcode::close) continue;
            closes.add(std::to_string(next->close_code()) + ' ' + next->close_reason());
            return peer.raw(test::frame_of(opcode::close, next->payload));
        }
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()));
    app.await_open();
    app.send("first the message");
    app.link().close(4321, "gute Nacht, süße Welt");
    CHECK(test::status_of([&] { app.send("too late"); }) == status::closed);
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.close_code == 4321);
    CHECK(record.culprit == policy::culprit::us);
    CHECK(has(record.why, "closed by this side with code 4321"));
    CHECK(closes.all() == std::vector<std::string>{"4321 gute Nacht, süße Welt"});
    CHECK(app.confirmed_through() == 1);
}

TEST_CASE("a server that never answers our Close is left after close.handshake") {
    loopback_server server(test::accepting([](web_socket& peer) {
        while (peer.read()) {
        }
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"close.handshake", "50ms"}});
    app.await_open();
    app.link().close(1000, "");
    CHECK(has(app.await_record(event_kind::closed).why, "closed by this side"));
    CHECK(app.failures().empty());
}

TEST_CASE("close waits for confirmation until close.timeout, then says what is in doubt") {
    loopback_server server(test::accepting([](web_socket& peer) {
        while (peer.read()) {
        }
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"close.timeout", "50ms"}, {"close.handshake", "50ms"}});
    app.await_open();
    app.send("one");
    app.send("two");
    app.link().close(1000, "");
    app.await(event_kind::closed);
    CHECK(app.failures() == std::vector<application::failure>{{1, 2, link::fail_reason::in_doubt}});
}

TEST_CASE("codes that an application may not send are refused") {
    application app(0);
    app.open("echo:");
    for (const int code : {0, 999, 1002, 1005, 1006, 1015, 2999, 5000})
        CHECK(test::status_of([&] { app.link().close(static_cast<std::uint16_t>(code), ""); }) ==
              status::invalid);
    CHECK(test::status_of([&] { app.link().close(1000, std::string(124, 'x')); }) ==
          status::invalid);
    CHECK(test::status_of([&] { app.link().close(1000, "\xff"); }) == status::invalid);
    app.await_open(); // and did nothing
    app.link().close(1001, "");
    app.await(event_kind::closed);
}
