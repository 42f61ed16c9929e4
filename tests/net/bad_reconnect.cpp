// Limits of reconnecting, and what brings a link back before its time.
#include "policy/backoff.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::loopback_server;
using test::web_socket;

namespace {

// Refuses with 503 until told otherwise.
struct moody_server {
    test::latch ready;
    test::journal arrived;
    loopback_server server{[this](test::peer& client) {
        web_socket peer(client);
        peer.request();
        if (!ready.is_set()) return peer.raw(test::http_answer("503 Service Unavailable"));
        peer.accept();
        peer.serve([this](const test::message& each) {
            arrived.add(each.bytes);
            return true;
        });
    }};
};

} // namespace

TEST_CASE("retry_now ends a long wait") {
    moody_server moody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(moody.server.port()), {{"reconnect.min", "1h"}, {"reconnect.max", "2h"}});
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.delay >= std::chrono::hours(1));
    app.until([&] { return app.state() == link::state::waiting; });
    app.send("kept");
    moody.ready.set();
    app.link().retry_now();
    app.await_open();
    app.await_confirmed(1);
}

TEST_CASE("reconnect.attempts used up: what is kept fails as not sent, then CLOSED") {
    moody_server moody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(moody.server.port()),
             {{"reconnect.min", "0"}, {"reconnect.max", "1ms"}, {"reconnect.attempts", "2"}});
    app.send("one");
    app.send("two");
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.limits_reached);
    CHECK(record.verdict == policy::verdict::stop);
    CHECK(record.http_status == 503);
    CHECK(has(record.why, "reconnect.attempts"));
    CHECK(app.failures() == std::vector<application::failure>{{1, 2, link::fail_reason::not_sent}});
    CHECK(app.count(event_kind::down) == 3); // the first and two more
    const auto at = app.link().status();
    CHECK(at.state == link::state::finished);
    CHECK(at.stats.attempts == 3);
    CHECK(at.stats.queued_messages == 0);
    CHECK(test::status_of([&] { app.send("late"); }) == status::closed);
    CHECK(test::status_of([&] { app.link().retry_now(); }) == status::closed);
}

TEST_CASE("reconnect.total used up") {
    moody_server moody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(moody.server.port()),
             {{"reconnect.min", "1ms"}, {"reconnect.max", "10ms"}, {"reconnect.total", "100ms"}});
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.limits_reached);
    CHECK(has(record.why, "reconnect.total"));
}

TEST_CASE("reconnect.hold: a stopped link can be revived") {
    const bool by_credentials = GENERATE(false, true);
    moody_server moody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(moody.server.port()),
             {{"reconnect.attempts", "0"}, {"reconnect.hold", "1h"}});
    app.send("kept");
    CHECK(app.await_record(event_kind::down).limits_reached);
    app.until([&] { return app.state() == link::state::stopped; });
    CHECK(app.count(event_kind::closed) == 0);
    moody.ready.set();
    if (by_credentials) {
        hub::options given(hub::option_scope::link);
        given.set("http.header", "X-Key: new");
        app.link().credentials(0, &given);
    } else {
        app.link().retry_now();
    }
    app.await_open();
    app.await_confirmed(1);
    CHECK(moody.arrived.all() == std::vector<std::string>{"kept"});
}

TEST_CASE("reconnect.hold that ends, ends the link") {
    const test::closed_port nobody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(nobody.port()),
             {{"reconnect.attempts", "0"}, {"reconnect.hold", "30ms"}});
    app.send("kept");
    app.await(event_kind::closed);
    CHECK(app.failures() == std::vector<application::failure>{{1, 1, link::fail_reason::not_sent}});
}

TEST_CASE("the 404 of a deploy does not stop a link that has been open") {
    const bool strict = GENERATE(false, true);
    std::atomic<int> connections{0};
    loopback_server server([&](test::peer& client) {
        web_socket peer(client);
        peer.request();
        if (++connections == 2) return peer.raw(test::http_answer("404 Not Found"));
        peer.accept();
        if (connections > 2) peer.serve();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"reconnect.min", "0"},
                                           {"reconnect.max", "1ms"},
                                           {"verdict.strict", strict ? "true" : "false"}});
    app.await_open();
    app.await(event_kind::down);
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.http_status == 404);
    if (strict) {
        CHECK(record.verdict == policy::verdict::stop);
        app.await(event_kind::closed);
        return;
    }
    CHECK(record.verdict == policy::verdict::slow);
    app.link().retry_now();
    app.await_open();
}

TEST_CASE("close while waiting or stopped ends at once and says what was not sent") {
    const bool stopped = GENERATE(false, true);
    const test::closed_port nobody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(nobody.port()), {{"reconnect.min", "1h"},
                                           {"reconnect.max", "1h"},
                                           {"reconnect.attempts", stopped ? "0" : "5"},
                                           {"reconnect.hold", "1h"},
                                           {"close.timeout", "30ms"}});
    app.await(event_kind::down);
    app.send("kept");
    app.link().close(1000, "");
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.culprit == policy::culprit::us);
    CHECK(app.failures() == std::vector<application::failure>{{1, 1, link::fail_reason::not_sent}});
}
