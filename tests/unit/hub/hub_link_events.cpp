// Events of a link on their way to the thread that polls: held, and counted.
#include "hub/hub_link.hpp"

#include <poll.h>

#include "net/link_support/application.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::status_of;

TEST_CASE("while held, messages wait and what is not a message goes on") {
    application app(GENERATE(0u, 1u, 2u));
    hub::hub_link& link = app.open("echo:");
    app.await_open();
    link.hold(true);
    for (int i = 0; i < 100; ++i)
        app.send(std::to_string(i));
    app.await_confirmed(100); // the echo has read, and so answered, all of them
    CHECK(app.count(event_kind::message) == 0);
    link.hold(false);
    app.until([&] { return app.count(event_kind::message) == 100; });
    CHECK(app.messages().front() == "0");
    CHECK(app.messages().back() == "99");
}

TEST_CASE("CLOSED waits behind held messages, also in the link's own poll") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:");
    app.await_open();
    link.hold(true);
    app.send("last");
    app.await_confirmed(1);
    link.close(1000, "");
    app.await(event_kind::down);
    std::array<hub::event_ptr, 4> out;
    CHECK(app.hub().poll(link, 0, out) == 0);
    CHECK(app.state() == link::state::finished);
    link.hold(false);
    app.await(event_kind::message);
    app.await(event_kind::closed);
    CHECK(status_of([&] { app.hub().poll(link, 0, out); }) == status::closed);
}

TEST_CASE("held messages fill the queue: reading pauses and goes on") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:", {{"events.messages", "10"}, {"confirm", "app"}});
    app.await_open();
    link.hold(true);
    for (int i = 0; i < 500; ++i)
        app.send(std::to_string(i));
    for (int i = 0; i < 20; ++i)
        app.poll(1);
    CHECK(app.count(event_kind::message) == 0);
    link.hold(false);
    app.until([&] { return app.count(event_kind::message) == 500; });
    CHECK(app.messages().back() == "499");
}

TEST_CASE("the end of a hold wakes a poll and the hub's descriptor") {
    application app(1);
    hub::hub_link& link = app.open("echo:");
    const int fd = app.hub().fd();
    app.await_open();
    link.hold(true);
    app.send("x");
    app.await_confirmed(1);
    pollfd wanted{fd, POLLIN, 0};
    app.until([&] { return ::poll(&wanted, 1, 0) == 0; });
    link.hold(false);
    CHECK(::poll(&wanted, 1, 10000) == 1);
    link.hold(true);
    app.poll(0);
    CHECK(app.count(event_kind::message) == 0);
    link.hold(false);
    app.await(event_kind::message);
}

TEST_CASE("a link that was freed is not held") {
    application app(1);
    app.open("echo:");
    const auto link = app.link().shared_from_this();
    app.free();
    CHECK(status_of([&] { link->hold(true); }) == status::closed);
}
