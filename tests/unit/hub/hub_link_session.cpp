// What a session's link does without a connection: its machine is told and asked by hand. A hub
// without threads runs nothing meanwhile.
#include "hub/hub_link.hpp"

#include <filesystem>
#include <unistd.h>

#include "net/link_support/application.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::settings;
using test::status_of;

namespace {

constexpr const char* nowhere = "ws://nowhere.test/";

net::resolved unknown(const std::string&, std::uint16_t) {
    net::resolved made;
    made.error = -2; // EAI_NONAME
    return made;
}

settings session_with(const settings& more = {}) {
    settings made = {
        {"delivery", "exactly-once"}, {"reconnect.min", "1h"}, {"reconnect.max", "1h"}};
    made.insert(made.end(), more.begin(), more.end());
    return made;
}

struct session_link {
    explicit session_link(const settings& more = {}) { app.open(nowhere, session_with(more)); }

    hub::hub_link& link() { return app.link(); }
    void deliver(std::uint64_t seq, std::string_view bytes = "x") {
        link::out::deliver made{bytes, {}, true};
        made.seq = seq;
        link().on(std::move(made));
    }
    net::observer::answer end_burst() { return link().burst_ended(machine); }
    std::vector<hub::event_ptr> take() {
        std::array<hub::event_ptr, 256> room;
        const std::size_t count = link().take(room);
        std::vector<hub::event_ptr> made;
        for (std::size_t i = 0; i < count; ++i)
            made.push_back(std::move(room[i]));
        return made;
    }
    std::uint64_t newly_done() {
        const auto done = link().newly_done();
        return done ? done->seq : 0;
    }

    application app{0u, unknown};
    static std::shared_ptr<link::config> in_session() {
        auto made = std::make_shared<link::config>();
        made->delivery = link::delivery::exactly_once;
        return made;
    }
    link::machine machine{in_session(),
                          [](std::span<std::uint8_t> block) { std::ranges::fill(block, 1); }};
};

struct temporary_file {
    ~temporary_file() {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"})
            std::filesystem::remove(path + suffix);
    }
    std::string path =
        (std::filesystem::temp_directory_path() / ("resock-outbox-" + std::to_string(::getpid())))
            .string();
};

struct journal final : hub::session_journal {
    void append(session::records records) override { appended += records.size(); }
    std::size_t appended = 0;
};

} // namespace

TEST_CASE("events of messages say by their end what is done, in any order") {
    session_link s;
    for (std::uint64_t seq = 1; seq <= 4; ++seq)
        s.deliver(seq);
    s.end_burst();
    auto events = s.take();
    REQUIRE(events.size() == 4);
    CHECK(events[2]->id() == 3);
    CHECK(s.newly_done() == 0);
    events[1].reset();
    CHECK(s.newly_done() == 0);
    events[0].reset();
    CHECK(s.newly_done() == 2);
    CHECK(s.newly_done() == 0);
    events.clear();
    CHECK(s.newly_done() == 4);
}

TEST_CASE("session.done=manual: the number of a message, also once its event has gone") {
    session_link s(settings{{"session.done", "manual"}});
    s.deliver(1);
    s.deliver(2);
    s.end_burst();
    s.take().clear();
    CHECK(s.newly_done() == 0);
    s.link().done(2);
    CHECK(s.newly_done() == 0);
    s.link().done(1);
    CHECK(s.newly_done() == 2);
}

TEST_CASE("what was not polled when a link is freed is not done, and events outlive it") {
    session_link s;
    s.deliver(1);
    s.end_burst();
    auto events = s.take();
    s.deliver(2);
    s.end_burst();
    s.app.free();
    events.clear();
}

TEST_CASE("a NOTE has no number and is never done") {
    session_link s;
    s.deliver(0, "note");
    s.end_burst();
    const auto events = s.take();
    REQUIRE(events.size() == 1);
    CHECK(events[0]->bytes() == "note");
    CHECK(events[0]->id() == 0);
    CHECK_FALSE(events[0]->session_receipt());
}

TEST_CASE("events of a session never pause reading; its window bounds them") {
    session_link s(settings{{"events.messages", "2"}, {"events.bytes", "1KiB"}});
    for (std::uint64_t seq = 1; seq <= 100; ++seq)
        s.deliver(seq, std::string(100, 'x'));
    CHECK(s.end_burst().may_read);
    s.link().set("events.messages", "1");
    s.deliver(101);
    CHECK(s.end_burst().may_read);
}

TEST_CASE("LOST is told, and messages of the lost session do not count for the next") {
    session_link s;
    s.deliver(1);
    s.end_burst();
    auto old = s.take();
    link::out::lost lost;
    lost.reason = session::reject_reason::unknown_session;
    lost.why = "the server has forgotten it";
    lost.begun_anew = true;
    s.link().on(std::move(lost));
    s.deliver(1);
    s.end_burst();
    const auto events = s.take();
    REQUIRE(events.size() == 2);
    CHECK(events[0]->kind == event_kind::lost);
    CHECK(events[0]->reason() == 1);
    CHECK(events[1]->kind == event_kind::message);
    old.clear();
    CHECK(s.newly_done() == 0);
}

TEST_CASE("calls of plain links say that they are") {
    session_link s;
    s.app.send("x");
    std::string text;
    CHECK(status_of([&] { s.link().confirm(1, false); }, &text) == status::not_supported);
    CHECK(has(text, "delivery=exactly-once"));
    CHECK(status_of([&] { s.link().ready(); }) == status::not_supported);
    CHECK(status_of([&] { s.link().greeting_set("k", "v", true); }) == status::not_supported);
    CHECK(status_of([&] { s.link().greeting_remove("k"); }) == status::not_supported);
    CHECK(status_of([&] { s.link().ask_token(std::chrono::seconds(1)); }, &text) ==
          status::not_supported);
    CHECK(has(text, "listener"));
}

TEST_CASE("calls of sessions say that a plain link is none") {
    application app(0u, unknown);
    app.open(nowhere, {{"reconnect.min", "1h"}, {"reconnect.max", "1h"}});
    CHECK(status_of([&] { app.link().done(1); }) == status::not_supported);
    CHECK(status_of([&] { app.link().ask_token(std::chrono::seconds(1)); }) ==
          status::not_supported);
    CHECK(status_of([&] { app.link().flush(link::level::processed, 0); }) == status::not_supported);
    CHECK(status_of([&] { app.link().flush(link::level::stored, 0); }) == status::not_supported);
}

TEST_CASE("flush knows the levels of a session") {
    const temporary_file outbox;
    session_link s(settings{{"outbox.path", outbox.path}, {"outbox.sync", "off"}});
    CHECK(s.app.send("a") == 1);
    CHECK(s.app.send("b") == 2);
    const auto flushed = [&](link::level level) {
        return status_of([&] { s.link().flush(level, 0); });
    };
    CHECK(flushed(link::level::stored) == status::timeout);
    s.link().on(link::out::confirmed{link::level::stored, 2, 0, 0});
    s.end_burst();
    CHECK(flushed(link::level::stored) == status::ok);
    CHECK(flushed(link::level::received) == status::timeout);
    CHECK(flushed(link::level::processed) == status::timeout);
    session_link in_memory;
    std::string text;
    CHECK(status_of([&] { in_memory.link().flush(link::level::stored, 0); }, &text) ==
          status::not_supported);
    CHECK(has(text, "outbox.path"));
}

TEST_CASE("a restored outbox has the first ids and holds its budget") {
    session_link s(settings{{"queue.messages", "4"}});
    const auto& from = s.link();
    const auto made =
        from.owner()->make_link(std::make_shared<const hub::link_settings>(test::link_settings_of(
                                    nowhere, session_with({{"queue.messages", "4"}}))),
                                0, from.worker(), [](hub::hub_link& link) {
                                    link.restore({3, 300});
                                });
    CHECK(made->status().stats.queued_messages == 3);
    CHECK(made->status().stats.queued_bytes == 300);
    CHECK(made->status().accepted == 3);
    hub::outgoing message;
    message.bytes = "x";
    CHECK(made->send(message) == 4);
    CHECK(status_of([&] { made->send(message); }) == status::queue_full);
    made->on(link::out::confirmed{link::level::received, 3, 3, 300});
    made->burst_ended(s.machine);
    CHECK(made->send(message) == 5);
    made->owner()->release(made);
}

TEST_CASE("records go to the journal") {
    session_link s;
    const auto kept = std::make_shared<journal>();
    s.link().set_journal(kept);
    link::out::persist wanted;
    wanted.records.emplace_back(session::record::epoch{1});
    wanted.records.emplace_back(session::record::done{1});
    s.link().on(std::move(wanted));
    CHECK(kept->appended == 2);
}
