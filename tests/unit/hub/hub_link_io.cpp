// The I/O side of a link: events, budget and statistics as they come out of it.
#include "hub/hub_link.hpp"

#include "net/link_support/application.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::settings;

TEST_CASE("messages come back whole, of every size") {
    application app(GENERATE(0u, 1u));
    app.open("echo:");
    std::vector<std::string> sent;
    for (const std::size_t size : {0, 1, 125, 126, 4095, 4096, 65535, 65536, 1 << 20})
        sent.push_back(std::string(size, static_cast<char>('a' + sent.size())));
    for (const std::string& each : sent)
        app.send(each);
    app.await_confirmed(sent.size());
    app.until([&] { return app.messages().size() == sent.size(); });
    CHECK(app.messages() == sent);
}

TEST_CASE("CONFIRMED: each level grows, the received one never ahead of the written one") {
    application app(GENERATE(0u, 1u));
    app.open("echo:");
    for (int i = 0; i < 1000; ++i)
        app.send("x");
    app.await_confirmed(1000);
    std::array<std::uint64_t, 5> last{};
    for (const auto& each : app.seen()) {
        if (each->kind != event_kind::confirmed) continue;
        REQUIRE((each->level() == 2 || each->level() == 3));
        CHECK(each->id() > last[each->level()]);
        last[each->level()] = each->id();
    }
    CHECK(last[2] <= 1000);
    CHECK(last[3] == 1000);
    const auto stats = app.link().status();
    CHECK(stats.stats.queued_messages == 0);
    CHECK(stats.stats.queued_bytes == 0);
    CHECK(stats.stats.messages_sent == 1000);
    CHECK(stats.stats.messages_resent == 0);
    CHECK(stats.stats.ended_below == 1001);
    CHECK(stats.accepted == 1000);
    CHECK(stats.stats.connections == 1);
    CHECK(stats.stats.rtt.has_value());
}

TEST_CASE("a full event queue pauses reading, and polling half of it resumes") {
    constexpr int total = 1000;
    application app(GENERATE(0u, 1u));
    app.open("echo:", {{"events.messages", "10"}});
    for (int i = 0; i < total; ++i)
        app.send(std::to_string(i));
    std::array<hub::event_ptr, 1> one;
    int next = 0;
    while (next < total) {
        REQUIRE(app.hub().poll(app.link(), 10000, one) == 1);
        if (one[0]->kind != event_kind::message) continue;
        CHECK(one[0]->bytes() == std::to_string(next));
        ++next;
    }
}

TEST_CASE("limits that are raised while reading is paused let it go on") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:", {{"events.messages", "1"}});
    for (int i = 0; i < 100; ++i)
        app.send("x");
    link.set("events.messages", "1000");
    app.until([&] { return app.count(event_kind::message) == 100; });
}

TEST_CASE("CLOSED is the last event, whatever else there was to tell") {
    application app(GENERATE(0u, 1u));
    app.open("echo:");
    for (int i = 0; i < 100; ++i)
        app.send("x");
    app.link().close(1000, "");
    app.await(event_kind::closed);
    app.poll(0);
    CHECK(app.seen().back()->kind == event_kind::closed);
    CHECK(app.confirmed_through() == 100);
    CHECK(app.messages().size() == 100);
    CHECK(app.count(event_kind::down) == 1);
}

TEST_CASE("history holds the last 64 records, DOWN events count what they skip") {
    const settings restless = {
        {"reconnect.min", "0"}, {"reconnect.max", "1ms"}, {"reconnect.attempts", "100"}};
    const auto unknown = [](const std::string&, std::uint16_t) {
        net::resolved made;
        made.error = -2;
        return made;
    };
    application app(1, unknown);
    hub::hub_link& link = app.open("ws://nowhere.test/", restless);
    test::latch over;
    // Nobody polls until the link has ended.
    std::thread watcher([&] {
        while (link.status().state != link::state::finished)
            std::this_thread::yield();
        over.set();
    });
    REQUIRE(over.wait());
    watcher.join();
    app.await(event_kind::closed);
    const auto records = link.history();
    CHECK(records.size() == hub::hub_link::max_history);
    CHECK(records.back().limits_reached);
    CHECK(app.count(event_kind::down) == 64);
    CHECK(app.seen().front()->skipped() == 101 - 64);
}
