// What resock.hpp has for sessions, as far as this end alone decides.
#include <resock/resock.hpp>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;

resock::event wait_for(resock::hub& hub, resock::event_kind kind) {
    for (;;) {
        auto event = hub.poll(60s);
        REQUIRE(event);
        if (event->kind() == kind) return std::move(*event);
    }
}

template<class Call>
resock::status status_of(Call call) {
    try {
        call();
    } catch (const resock::error& thrown) {
        return thrown.status();
    }
    return resock::status::ok;
}

} // namespace

TEST_CASE("a position is set as bytes") {
    resock::options options;
    options.set("url", "ws://127.0.0.1:1/").set("delivery", "exactly-once");
    options.set_bytes("session.position", "");
    CHECK(options.get("session.position") == "0 bytes");
    CHECK(status_of([&] { options.set_bytes("session.position", "x"); }) == resock::status::option);
    CHECK(status_of([&] { options.set_bytes("url", "x"); }) == resock::status::not_supported);
    resock::hub hub;
    CHECK(status_of([&] { hub.open(options); }) == resock::status::option); // no outbox.path
}

TEST_CASE("calls of sessions on a plain link and its events") {
    resock::hub hub;
    resock::link link = hub.open("echo:");
    link.send("x");
    CHECK_FALSE(wait_for(hub, resock::event_kind::open).resumed());
    resock::event message = wait_for(hub, resock::event_kind::message);
    CHECK_FALSE(message.is_redelivered());
    CHECK_FALSE(message.is_expired());
    CHECK_FALSE(message.begun_anew());
    CHECK(message.reason() == resock::fail_reason::none);
    CHECK(message.lost_reason() == resock::lost_reason::none);
    CHECK_FALSE(message.token());
    message.done();
    CHECK(status_of([&] { message.position(); }) == resock::status::not_supported);
    CHECK(status_of([&] { link.done(1); }) == resock::status::not_supported);
    CHECK(status_of([&] { link.ask_token(1s); }) == resock::status::not_supported);
}

TEST_CASE("a listener drains to another address") {
    resock::hub hub;
    resock::listener door = hub.listen("ws://127.0.0.1:0");
    CHECK(status_of([&] { door.drain_to(1s, "nowhere"); }) == resock::status::option);
    door.drain_to(1s, "wss://other.example/", RESOCK_DRAIN_FINISH, 1012);
    CHECK(wait_for(hub, resock::event_kind::closed).listener_id() == door.id());
}
