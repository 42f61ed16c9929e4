#include "hub/hub_link.hpp"

#include "net/link_support/application.hpp"

using namespace resock;
using hub::event_kind;
using link::fail_reason;
using test::application;
using test::has;
using test::settings;
using test::status_of;

namespace {

// A link that never comes up: what it accepts stays in its queue.
const settings offline = {{"reconnect.min", "1h"}, {"reconnect.max", "1h"}};
constexpr const char* nowhere = "ws://nowhere.test/";

net::resolved unknown(const std::string&, std::uint16_t) {
    net::resolved made;
    made.error = -2; // EAI_NONAME
    return made;
}

settings offline_with(const settings& more) {
    settings made = offline;
    made.insert(made.end(), more.begin(), more.end());
    return made;
}

using failures = std::vector<application::failure>;

} // namespace

TEST_CASE("queue.full=error: refused with what is full; one WRITABLE when half is free") {
    application app(GENERATE(0u, 1u), unknown);
    app.open(nowhere, offline_with({{"queue.messages", "4"}, {"message.ttl", "500ms"}}));
    for (std::uint64_t id = 1; id <= 4; ++id)
        CHECK(app.send("x") == id);
    std::string text;
    CHECK(status_of([&] { app.send("x"); }, &text) == status::queue_full);
    CHECK(status_of([&] { app.send("x"); }) == status::queue_full);
    CHECK(has(text, "4 of 4 messages"));
    CHECK(has(text, "WRITABLE"));
    CHECK(app.link().status().stats.queued_messages == 4);
    // Their time ends; the budget is back once FAILED was polled.
    app.await(event_kind::writable);
    CHECK(app.failures() == failures{{1, 4, fail_reason::expired}});
    CHECK(app.link().status().stats.queued_messages == 0);
    CHECK(app.send("x") == 5);
    app.until([&] { return app.failures().size() == 2; });
    CHECK(app.count(event_kind::writable) == 1);
}

TEST_CASE("no WRITABLE where nothing was refused") {
    application app(GENERATE(0u, 1u));
    app.open("echo:", {{"queue.messages", "2"}, {"confirm.interval", "0"}});
    app.await_open();
    for (int i = 1; i <= 20; ++i)
        app.await_confirmed(app.send("x"));
    CHECK(app.count(event_kind::writable) == 0);
}

TEST_CASE("queue.bytes bounds too, and a message above it is too big at once") {
    application app(GENERATE(0u, 1u), unknown);
    app.open(nowhere, offline_with({{"queue.bytes", "64KiB"}, {"message.max", "50KiB"}}));
    std::string text;
    CHECK(status_of([&] { app.send(std::string(51201, 'x')); }, &text) == status::too_big);
    CHECK(has(text, "51201"));
    CHECK(has(text, "message.max (51200)"));
    app.send(std::string(40 * 1024, 'x'));
    CHECK(status_of([&] { app.send(std::string(40 * 1024, 'x')); }, &text) == status::queue_full);
    CHECK(has(text, "40960 of 65536 bytes"));
    app.send(std::string(24 * 1024, 'x')); // fits exactly
    CHECK(app.link().status().stats.queued_bytes == 64 * 1024);
}

TEST_CASE("queue.full=wait: another thread's poll makes room") {
    application app(1, unknown);
    hub::hub_link& link = app.open(
        nowhere,
        offline_with({{"queue.messages", "1"}, {"queue.full", "wait"}, {"message.ttl", "50ms"}}));
    app.send("one");
    test::latch sent;
    std::uint64_t id = 0;
    std::thread sender([&] {
        id = link.send({"two"});
        sent.set();
    });
    app.until([&] { return sent.is_set(); });
    sender.join();
    CHECK(id == 2);
    CHECK(app.failures()[0] == application::failure{1, 1, fail_reason::expired});
}

TEST_CASE("queue.full=wait, driven: the waiting send moves the I/O itself") {
    application app(0);
    app.open("echo:", {{"queue.messages", "1"}, {"queue.full", "wait"}, {"confirm.interval", "0"}});
    for (std::uint64_t id = 1; id <= 50; ++id)
        CHECK(app.send("x") == id);
    app.await_confirmed(50);
    CHECK(app.messages().size() == 50);
}

TEST_CASE("queue.full=wait ends after send.timeout, and when the link closes") {
    application app(1, unknown);
    hub::hub_link& link = app.open(nowhere, offline_with({{"queue.messages", "1"},
                                                          {"queue.full", "wait"},
                                                          {"close.timeout", "10ms"},
                                                          {"send.timeout", "20ms"}}));
    app.send("one");
    std::string text;
    CHECK(status_of([&] { app.send("two"); }, &text) == status::timeout);
    CHECK(has(text, "send.timeout (20ms)"));
    link.set("send.timeout", "1h");
    status ended = status::ok;
    test::latch begun;
    std::thread sender([&] {
        begun.set();
        ended = status_of([&] { link.send({"two"}); });
    });
    begun.wait();
    link.close(1000, "");
    sender.join();
    CHECK(ended == status::closed);
}

TEST_CASE("queue.full=drop-oldest and drop-newest end what was not sent") {
    const bool oldest = GENERATE(true, false);
    application app(GENERATE(0u, 1u), unknown);
    app.open(nowhere, offline_with({{"queue.messages", "3"},
                                    {"queue.full", oldest ? "drop-oldest" : "drop-newest"}}));
    for (std::uint64_t id = 1; id <= 6; ++id)
        CHECK(app.send("x") == id);
    app.until([&] { return !app.failures().empty(); });
    app.until([&] { return app.failures().back().last == (oldest ? 3u : 5u); });
    std::uint64_t dropped = 0;
    for (const auto& each : app.failures()) {
        CHECK(each.reason == fail_reason::dropped);
        dropped += each.last - each.first + 1;
    }
    CHECK(dropped == 3);
    CHECK(app.failures().front().first == (oldest ? 1u : 3u));
    CHECK(app.link().status().stats.queued_messages == 3);
    CHECK(app.count(event_kind::writable) == 0);
}

TEST_CASE("a large message drops as many as it needs") {
    application app(GENERATE(0u, 1u), unknown);
    app.open(nowhere, offline_with({{"queue.bytes", "64KiB"},
                                    {"message.max", "64KiB"},
                                    {"queue.full", "drop-oldest"}}));
    for (int i = 0; i < 64; ++i)
        app.send(std::string(1024, 'x'));
    CHECK(app.send(std::string(10 * 1024 - 1, 'x')) == 65);
    app.until([&] { return !app.failures().empty(); });
    CHECK(app.failures() == failures{{1, 10, fail_reason::dropped}});
    CHECK(app.link().status().stats.queued_bytes == 64 * 1024 - 1);
}

TEST_CASE("a ttl of its own, or the option's") {
    application app(GENERATE(0u, 1u), unknown);
    app.open(nowhere, offline_with({{"message.ttl", "1h"}}));
    app.send("stays");
    hub::outgoing brief;
    brief.bytes = "goes";
    brief.ttl_ms = 20;
    CHECK(app.link().send(brief) == 2);
    app.until([&] { return !app.failures().empty(); });
    CHECK(app.failures() == failures{{2, 2, fail_reason::expired}});
    CHECK(app.link().status().stats.queued_messages == 1);
}

TEST_CASE("flush: by level, with a time limit, and without anything to wait for") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:", {{"confirm.interval", "1h"}});
    link.flush(link::level::received, 0); // nothing was sent
    app.send("one");
    app.send("two");
    link.flush(link::level::written, 10000);
    link.flush(link::level::received, 10000); // asks at once, confirm.interval or not
    app.await_confirmed(2);
    CHECK(status_of([&] { link.flush(link::level::stored, 0); }) == status::not_supported);
    CHECK(status_of([&] { link.flush(link::level::processed, 0); }) == status::not_supported);
}

TEST_CASE("flush of what cannot leave times out and leaves it queued") {
    application app(GENERATE(0u, 1u), unknown);
    app.open(nowhere, offline);
    app.send("kept");
    std::string text;
    CHECK(status_of([&] { app.link().flush(link::level::received, 20); }, &text) ==
          status::timeout);
    CHECK(has(text, "stays queued"));
    CHECK(status_of([&] { app.link().flush(link::level::written, 0); }) == status::timeout);
    CHECK(app.link().status().stats.queued_messages == 1);
}

TEST_CASE("confirm=app: by id or through, and only what was accepted") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:", {{"confirm", "app"}});
    app.await_open();
    for (int i = 0; i < 4; ++i)
        app.send("x");
    link.flush(link::level::written, 10000);
    CHECK(status_of([&] { link.confirm(5, false); }) == status::invalid);
    CHECK(status_of([&] { link.confirm(0, true); }) == status::invalid);
    link.confirm(3, false); // a gap before it: nothing to tell yet
    link.confirm(2, true);
    app.await_confirmed(3);
    CHECK(link.status().stats.queued_messages == 1);
    link.confirm(4, false);
    app.await_confirmed(4);
    link.flush(link::level::received, 0);
}

TEST_CASE("at-most-once with confirm=off ends at written") {
    application app(GENERATE(0u, 1u));
    hub::hub_link& link = app.open("echo:", {{"delivery", "at-most-once"}, {"confirm", "off"}});
    const std::uint64_t id = app.send("x");
    app.await_confirmed(id, link::level::written);
    CHECK(app.confirmed_through() == 0);
    CHECK(status_of([&] { link.flush(link::level::received, 0); }) == status::not_supported);
    link.flush(link::level::written, 0);
    CHECK(link.status().stats.queued_messages == 0);
}

TEST_CASE("text that is not UTF-8 is refused, as binary it is taken") {
    application app(GENERATE(0u, 1u));
    app.open("echo:");
    CHECK(status_of([&] { app.send("\xff\xfe"); }) == status::invalid);
    CHECK(app.link().send({"\xff\xfe"}) == 1);
    CHECK(app.await(event_kind::message).flags == 0);
    CHECK(app.messages()[0] == "\xff\xfe");
}

TEST_CASE("options of an open link: changeable ones change, others say why not") {
    application app(GENERATE(0u, 1u), unknown);
    hub::hub_link& link = app.open(nowhere, offline_with({{"queue.messages", "1"}}));
    app.send("one");
    CHECK(status_of([&] { app.send("two"); }) == status::queue_full);
    link.set("queue.messages", "2");
    CHECK(app.send("two") == 2);
    std::string text;
    CHECK(status_of([&] { link.set("delivery", "at-most-once"); }, &text) == status::option);
    CHECK(has(text, "delivery"));
    CHECK(status_of([&] { link.set("queue.messages", "0"); }) == status::option);
    CHECK(status_of([&] { link.set("que.messages", "5"); }) == status::option);
}

TEST_CASE("many threads send on one link: ids without gap, everything comes back") {
    constexpr int each = 500;
    constexpr int senders = 4;
    application app(1);
    hub::hub_link& link = app.open("echo:");
    std::atomic<std::uint64_t> sum{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < senders; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < each; ++k)
                sum += link.send({"x"});
        });
    app.await_confirmed(each * senders);
    for (auto& thread : threads)
        thread.join();
    constexpr std::uint64_t total = each * senders;
    CHECK(sum == total * (total + 1) / 2);
    app.until([&] { return app.count(event_kind::message) == total; });
    CHECK(app.failures().empty());
}
