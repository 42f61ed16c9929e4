#include "hub/hub.hpp"

#include "net/link_support/application.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::status_of;

namespace {

const test::settings asking = {{"credentials.when", "always"}};

hub::options given(const std::string& name, const std::string& value) {
    hub::options made(hub::option_scope::link);
    made.set(name, value);
    return made;
}

} // namespace

TEST_CASE("credentials.when=always asks before the first attempt") {
    application app(GENERATE(0u, 1u));
    app.open("echo:", asking);
    const auto& asked = app.await(event_kind::credentials);
    CHECK(asked.credentials()->attempt == 0);
    CHECK(asked.credentials()->http_status == 0);
    CHECK(app.link().status().stats.attempts == 0);
    const hub::options header = given("http.header", "Authorization: Bearer x");
    app.link().credentials(asked.id(), &header);
    app.await_open();
    app.await_confirmed(app.send("hello"));
}

TEST_CASE("a url may be the answer") {
    const test::settings wanted = {
        {"credentials.when", "always"}, {"reconnect.min", "1h"}, {"reconnect.max", "1h"}};
    application app(GENERATE(0u, 1u));
    app.open("ws://127.0.0.1:1/", wanted);
    const hub::options url = given("url", "echo:");
    app.link().credentials(app.await(event_kind::credentials).id(), &url);
    CHECK(app.await(event_kind::open).open()->address == "echo");
}

TEST_CASE("null: none to be had") {
    application app(GENERATE(0u, 1u));
    app.open("echo:", asking);
    app.link().credentials(app.await(event_kind::credentials).id(), nullptr);
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.layer == policy::layer::local);
    CHECK(record.verdict == policy::verdict::stop);
}

TEST_CASE("an answer to a question that was not asked changes nothing") {
    application app(GENERATE(0u, 1u));
    app.open("echo:", asking);
    const std::uint64_t id = app.await(event_kind::credentials).id();
    app.link().credentials(id + 1, nullptr);
    const hub::options header = given("http.header", "X-A: b");
    app.link().credentials(id, &header);
    app.await_open();
    CHECK(app.count(event_kind::down) == 0);
}

TEST_CASE("options that hold no credentials are refused with the remedy") {
    application app(0);
    app.open("echo:", asking);
    const std::uint64_t id = app.await(event_kind::credentials).id();
    const hub::options neither = given("heartbeat.mode", "off");
    const hub::options of_a_hub(hub::option_scope::hub);
    std::string text;
    CHECK(status_of([&] { app.link().credentials(id, &neither); }, &text) == status::invalid);
    CHECK(has(text, "http.header"));
    CHECK(has(text, "null"));
    CHECK(status_of([&] { app.link().credentials(id, &of_a_hub); }) == status::invalid);
    CHECK(app.count(event_kind::down) == 0);
}

TEST_CASE("an ended or freed link says so") {
    application app(GENERATE(0u, 1u));
    const hub::options header = given("http.header", "X-A: b");
    app.open("echo:");
    app.await_open();
    app.link().close(1000, "");
    app.await(event_kind::closed);
    CHECK(status_of([&] { app.link().credentials(0, &header); }) == status::closed);
}

TEST_CASE("a token is of sessions alone, a session's url never echo:") {
    application app(0u);
    const hub::options token = given("session.token", "abc");
    const hub::options echo = given("url", "echo:");
    std::string text;
    app.open("echo:");
    CHECK(status_of([&] { app.link().credentials(0, &token); }, &text) == status::invalid);
    CHECK(has(text, "session.token is of sessions"));
    app.open("ws://127.0.0.1:1/",
             {{"delivery", "exactly-once"}, {"reconnect.min", "1h"}, {"reconnect.max", "1h"}});
    CHECK(status_of([&] { app.link().credentials(0, &token); }) == status::ok);
    CHECK(status_of([&] { app.link().credentials(0, &echo); }, &text) == status::invalid);
    CHECK(has(text, "resock.v1"));
}
