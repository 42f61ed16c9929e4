#include "hub/hub.hpp"

#include "hub/packed.hpp"
#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::latch;
using test::status_of;

TEST_CASE("an echo link: open, message, confirmed, closed") {
    application app(GENERATE(0u, 1u, 2u));
    app.open("echo:");
    const auto& opened = app.await(event_kind::open);
    CHECK(opened.open()->address == "echo");
    CHECK(opened.user == 7);
    CHECK(opened.link_id == app.link().id());
    const std::uint64_t id = app.send("hello");
    CHECK(id == 1);
    const auto& message = app.await(event_kind::message);
    CHECK(message.bytes() == "hello");
    CHECK(message.flags == hub::event_text);
    app.await_confirmed(id);
    app.link().close(1000, "bye");
    CHECK(app.await_record(event_kind::closed).close_code == 1000);
    CHECK(app.state() == link::state::finished);
}

TEST_CASE("poll: nothing to tell is 0 at the time limit, and at once after wake") {
    application app(GENERATE(0u, 1u));
    std::array<hub::event_ptr, 4> out;
    CHECK(app.hub().poll(0, out) == 0);
    CHECK(app.hub().poll(1, out) == 0);
    app.hub().wake();
    CHECK(app.hub().poll(hub::forever_ms, out) == 0);
    latch begun;
    std::thread waker([&] {
        begun.wait();
        app.hub().wake();
    });
    begun.set();
    CHECK(app.hub().poll(hub::forever_ms, out) == 0);
    waker.join();
}

TEST_CASE("a poll that waits is ended by an event that another thread causes") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:");
    app.await_open();
    std::thread sender([&] { link.send({"from another thread"}); });
    CHECK(app.await(event_kind::message).bytes() == "from another thread");
    sender.join();
}

TEST_CASE("one thread at a time polls a queue") {
    application app(1);
    hub::hub_link& link = app.open("echo:");
    app.await_open();
    latch begun;
    std::array<hub::event_ptr, 1> out;
    std::size_t count = 1;
    std::thread first([&] {
        begun.set();
        std::array<hub::event_ptr, 1> own;
        // Waits until wake; refused itself where it falls into a poll of the other thread.
        while (status_of([&] { count = app.hub().poll(hub::forever_ms, own); }) == status::busy)
            std::this_thread::yield();
    });
    begun.wait();
    std::string text;
    while (status_of([&] { app.hub().poll(0, out); }, &text) != status::busy) {
    }
    CHECK(has(text, "one at a time"));
    // A link's own queue is another one.
    CHECK(status_of([&] { app.hub().poll(link, 0, out); }) == status::ok);
    app.hub().wake();
    first.join();
    CHECK(count == 0);
}

TEST_CASE("a link's own poll takes its events and no others'") {
    application app(GENERATE(0u, 1u));
    app.open("echo:");
    const auto other = app.hub().open(test::link_settings_of("echo:"), 8);
    std::array<hub::event_ptr, 1> out;
    REQUIRE(app.hub().poll(*other, 10000, out) == 1);
    CHECK(out[0]->kind == event_kind::open);
    CHECK(out[0]->user == 8);
    other->close(1000, "");
    bool ended = false;
    while (!ended) {
        REQUIRE(app.hub().poll(*other, 10000, out) == 1);
        CHECK(out[0]->link_id == other->id());
        ended = out[0]->kind == event_kind::closed;
    }
    CHECK(status_of([&] { app.hub().poll(*other, hub::forever_ms, out); }) == status::closed);
    app.await_open(); // the first link's were left alone
    CHECK(app.seen().size() == 1);
}

TEST_CASE("links that are ready have their turn, however much one has to tell") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& busy = app.open("echo:");
    app.await_open();
    for (int i = 0; i < 2000; ++i)
        busy.send({"x"});
    const auto quiet = app.hub().open(test::link_settings_of("echo:"), 8);
    const std::size_t before = app.seen().size();
    const auto is_quiet = [&](const auto& each) { return each->link_id == quiet->id(); };
    app.until([&] { return std::any_of(app.seen().begin(), app.seen().end(), is_quiet); });
    CHECK(app.seen().size() > before);
    app.until([&] { return app.count(event_kind::message) == 2000; });
}

TEST_CASE("without threads there is no descriptor and no dispatcher") {
    application app(0);
    std::string text;
    CHECK(status_of([&] { app.hub().fd(); }, &text) == status::not_supported);
    CHECK(has(text, "io.threads=1"));
    CHECK(status_of([&] { app.hub().dispatch([](hub::event_ptr) {}); }) == status::not_supported);
}

TEST_CASE("packed records: whole ones only; a buffer too small loses nothing") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:");
    std::vector<char> room(1u << 16);
    std::size_t needed = 0, used = 0;
    while (used == 0)
        used = app.hub().poll_packed(1000, room, needed); // OPEN
    CHECK(used % 8 == 0);
    const std::string large(5000, 'x');
    link.send({large});
    std::array<char, 64> small;
    status last = status::ok;
    std::string text;
    while (last == status::ok) // a CONFIRMED may fit
        last = status_of([&] { app.hub().poll_packed(1000, small, needed); }, &text);
    CHECK(last == status::too_small);
    CHECK(needed > large.size());
    CHECK(has(text, std::to_string(needed)));
    std::string all;
    while (all.find(large) == std::string::npos) {
        used = app.hub().poll_packed(1000, room, needed);
        REQUIRE(used > 0);
        all.append(room.data(), used);
    }
    CHECK(all.size() % 8 == 0);
}

TEST_CASE("the dispatcher gets every event in order; poll and a second dispatcher are refused") {
    application app(1);
    latch all;
    std::vector<std::string> got;
    app.hub().dispatch([&](hub::event_ptr event) {
        if (event->kind != event_kind::message) return;
        got.emplace_back(event->bytes());
        if (got.size() == 500) all.set();
    });
    hub::hub_link& link = app.open("echo:");
    for (int i = 0; i < 500; ++i)
        link.send({std::to_string(i)});
    REQUIRE(all.wait());
    for (std::size_t i = 0; i < got.size(); ++i)
        CHECK(got[i] == std::to_string(i));
    std::array<hub::event_ptr, 1> out;
    CHECK(status_of([&] { app.hub().poll(0, out); }) == status::busy);
    CHECK(status_of([&] { app.hub().dispatch([](hub::event_ptr) {}); }) != status::ok);
}

TEST_CASE("waiting calls are refused inside the dispatcher's callback") {
    application app(1);
    latch done;
    status flushed = status::ok;
    std::atomic<hub::hub_link*> link{nullptr};
    app.hub().dispatch([&](hub::event_ptr event) {
        if (event->kind != event_kind::message) return;
        link.load()->send({"not a wait"});
        flushed = status_of([&] { link.load()->flush(link::level::received, hub::forever_ms); });
        if (!done.is_set()) done.set();
        app.hub().close();
    });
    link = &app.open("echo:");
    link.load()->send({"hello"});
    REQUIRE(done.wait());
    CHECK(flushed == status::would_deadlock);
}

TEST_CASE("after close every call says closed, and events outlive the hub") {
    std::deque<hub::event_ptr> kept;
    {
        application app(GENERATE(0u, 1u));
        app.open("echo:");
        app.send(std::string(10000, 'x'));
        app.until([&] { return app.count(event_kind::message) == 1; });
        std::array<hub::event_ptr, 16> out;
        app.send("y");
        std::size_t count = 0;
        while (count == 0)
            count = app.hub().poll(1000, out);
        for (std::size_t i = 0; i < count; ++i)
            kept.push_back(std::move(out[i]));
        app.hub().close();
        app.hub().close(); // twice is once
        CHECK(status_of([&] { app.hub().poll(0, out); }) == status::closed);
        CHECK(status_of([&] { app.hub().open(test::link_settings_of("echo:"), 0); }) ==
              status::closed);
        CHECK(status_of([&] { app.send("z"); }) == status::closed);
        CHECK(status_of([&] { app.link().close(1000, ""); }) == status::closed);
        CHECK(status_of([&] { app.link().flush(link::level::received, 0); }) == status::closed);
    }
    for (const auto& each : kept)
        CHECK(hub::to_string(each->kind) != std::string());
}

TEST_CASE("log events: only from log.level on") {
    for (const auto level : {link::log_level::warning, link::log_level::info}) {
        application app(1, net::system_lookup, level);
        app.open("echo:");
        app.await_open();
        app.link().close(1000, "");
        app.await(event_kind::closed);
        app.poll(0);
        const bool verbose = level == link::log_level::info;
        CHECK((app.count(event_kind::log) > 0) == verbose);
    }
}

TEST_CASE("a hub that is closed listens no more, and events of it keep no link alive") {
    hub::event_ptr kept;
    {
        test::listening at(GENERATE(0u, 1u, 2u));
        const auto raw = at.raw_open();
        std::array<hub::event_ptr, 1> one;
        while (at.app.hub().poll(5, one) == 0) {
        }
        kept = std::move(one[0]);
        const auto untold = at.raw_open(); // its ACCEPTED is polled by nobody
        at.app.until([&] { return untold->has_header(); });
        at.app.hub().close();
        CHECK(status_of([&] { at.app.hub().listen(test::listener_options()); }) == status::closed);
        CHECK_THROWS(at.raw());
    }
    REQUIRE(kept->kind == event_kind::accepted);
    const hub::handle_key key = kept->accepted()->link.key();
    CHECK(hub::all_links.pin(key));
    kept.reset();
    CHECK_FALSE(hub::all_links.pin(key));
}
