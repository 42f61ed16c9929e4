// The descriptor of a hub.
#include <poll.h>

#include <array>
#include <boost/asio/post.hpp>
#include <future>

#include "hub/hub.hpp"
#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::application;

namespace {

bool readable(int fd, int timeout_ms) {
    pollfd wanted{fd, POLLIN, 0};
    return ::poll(&wanted, 1, timeout_ms) == 1;
}

} // namespace

TEST_CASE("the descriptor is readable exactly while there is something to take") {
    application app(1);
    const int fd = app.hub().fd();
    CHECK_FALSE(readable(fd, 0));
    app.open("echo:");
    CHECK(readable(fd, 10000));
    app.await_open();
    app.until([&] { return !readable(fd, 0); });
    app.send("x");
    CHECK(readable(fd, 10000));
    CHECK(readable(fd, 0)); // level-triggered
    app.await_confirmed(1);
    app.until([&] { return !readable(fd, 0); });
    app.hub().wake();
    CHECK(readable(fd, 0));
    app.poll();
    CHECK_FALSE(readable(fd, 0));
}

TEST_CASE("the descriptor is not left readable where a poll that never waits took everything") {
    application app(1);
    const int fd = app.hub().fd();
    app.open("echo:");
    app.await_open();
    std::array<hub::event_ptr, 16> taken;
    for (int i = 0; i < 30; ++i) {
        const std::uint64_t id = app.send("x");
        while (app.link().status().stats.ended_below <= id || app.link().has_events())
            app.hub().poll(0, taken);
        std::promise<void> turned; // what the I/O thread had posted before has run then
        boost::asio::post(*app.link().worker()->io, [&] { turned.set_value(); });
        turned.get_future().wait();
        if (readable(fd, 0)) REQUIRE(app.hub().poll(0, taken) > 0);
    }
}

TEST_CASE("what a listener tells makes the descriptor readable, and comes before a link's own") {
    test::listening at(1, {{"listen.accept", "ask"}});
    const int fd = at.app.hub().fd();
    const auto raw = at.raw_open();
    CHECK(readable(fd, 10000));
    const auto request = at.requested();
    CHECK_FALSE(readable(fd, 0));
    const auto link = at.accept(request);
    CHECK(readable(fd, 10000));
    std::array<hub::event_ptr, 1> one;
    while (!link->has_events()) // OPEN waits behind
        std::this_thread::yield();
    REQUIRE(at.app.hub().poll(0, one) == 1);
    CHECK(one[0]->kind == event_kind::accepted);
    REQUIRE(at.app.hub().poll(0, one) == 1);
    CHECK(one[0]->kind == event_kind::open);
}
