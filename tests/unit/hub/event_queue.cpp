#include "hub/event_queue.hpp"

#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::hub;
namespace out = resock::link::out;

namespace {
block_source blocks;

event_ptr message(std::string_view bytes) {
    return make_event({1, 0}, out::deliver{bytes, {}, false}, blocks);
}
event_ptr confirmed(std::uint64_t through, link::level level = link::level::received) {
    return make_event({1, 0}, out::confirmed{level, through, 0, 0});
}
event_ptr failed(std::uint64_t first, std::uint64_t last,
                 link::fail_reason reason = link::fail_reason::expired) {
    const std::uint64_t count = last - first + 1;
    return make_event({1, 0}, out::failed{first, last, reason, count, count * 10, false});
}
event_ptr open(std::uint64_t connection) {
    out::opened made;
    made.connection = connection;
    return make_event({1, 0}, std::move(made));
}
event_ptr down(std::uint64_t connection) {
    out::down made;
    made.record.connection = connection;
    return make_event({1, 0}, std::move(made));
}
event_ptr ask(std::uint64_t request) {
    return make_event({1, 0}, out::ask{request, 0, 0, 0});
}
event_ptr closed() {
    return make_event({1, 0}, out::finish{});
}

// "MESSAGE a", "CONFIRMED 5", "FAILED 2-4" …
std::string shown(const event& from) {
    std::string text = to_string(from.kind);
    if (from.kind == event_kind::message) return text + " " + std::string(from.bytes());
    if (from.id()) text += " " + std::to_string(from.id());
    if (from.last_id()) text += "-" + std::to_string(from.last_id());
    return text;
}

std::vector<std::string> drained(event_queue& queue) {
    std::vector<std::string> made;
    budget freed;
    while (const event* next = queue.front()) {
        const std::string seen = shown(*next);
        const event_ptr popped = queue.pop(freed);
        if (shown(*popped) != seen) made.push_back("front differs: " + seen);
        made.push_back(shown(*popped));
    }
    return made;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("events come out in the order of their pushing") {
    event_queue queue;
    CHECK(queue.empty());
    CHECK_FALSE(queue.front());
    CHECK(queue.push(open(1)));
    CHECK_FALSE(queue.push(message("a")));
    CHECK_FALSE(queue.push(message("b")));
    CHECK_FALSE(queue.push(down(1)));
    CHECK_FALSE(queue.push(message("c")));
    CHECK(queue.size() == 5);
    CHECK(drained(queue) == lines{"OPEN 1", "MESSAGE a", "MESSAGE b", "DOWN 1", "MESSAGE c"});
    CHECK(queue.empty());
    budget freed;
    CHECK_FALSE(queue.pop(freed));
    CHECK(queue.push(message("d")));
}

TEST_CASE("messages count against the limits, control events do not") {
    event_queue queue({.bytes = 10, .messages = 4});
    budget freed;
    for (int i = 0; i < 10; ++i)
        queue.push(open(1));
    CHECK_FALSE(queue.full());
    CHECK(queue.resumable());
    queue.push(message("123456789"));
    CHECK_FALSE(queue.full());
    CHECK_FALSE(queue.resumable());
    queue.push(message("0"));
    CHECK(queue.full());
    CHECK(queue.message_bytes() == 10);
    for (int i = 0; i < 11; ++i)
        queue.pop(freed);
    CHECK(queue.message_bytes() == 1);
    CHECK(queue.resumable());
    queue.push(message(""));
    CHECK(queue.resumable());
    queue.push(message(""));
    CHECK_FALSE(queue.resumable());
    queue.push(message(""));
    CHECK(queue.full());
    CHECK(queue.messages() == 4);
    queue.set_limits({.bytes = 100, .messages = 100});
    CHECK_FALSE(queue.full());
    CHECK(freed.messages == 0);
}

TEST_CASE("the latest CONFIRMED of each level stands at the end") {
    event_queue queue;
    queue.push(confirmed(1));
    queue.push(confirmed(2, link::level::written));
    queue.push(message("a"));
    queue.push(confirmed(3));
    queue.push(message("b"));
    CHECK(drained(queue) == lines{"CONFIRMED 2", "MESSAGE a", "CONFIRMED 3", "MESSAGE b"});
    queue.push(confirmed(4));
    CHECK(drained(queue) == lines{"CONFIRMED 4"});
}

TEST_CASE("one WRITABLE, one CREDENTIALS") {
    event_queue queue;
    queue.push(make_writable({1, 0}));
    queue.push(ask(1));
    queue.push(make_writable({1, 0}));
    queue.push(ask(2));
    CHECK(drained(queue) == lines{"WRITABLE", "CREDENTIALS 2"});
    queue.push(make_writable({1, 0}));
    queue.push(ask(3));
    CHECK(drained(queue) == lines{"WRITABLE", "CREDENTIALS 3"});
}

TEST_CASE("of OPEN and DOWN the last 64 stay, and the next says how many are missing") {
    event_queue queue;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        queue.push(open(i));
        queue.push(down(i));
    }
    CHECK(queue.size() == 128);
    budget freed;
    event_ptr first = queue.pop(freed);
    CHECK(shown(*first) == "OPEN 37");
    CHECK(first->skipped() == 36);
    event_ptr second = queue.pop(freed);
    CHECK(shown(*second) == "DOWN 37");
    CHECK(second->skipped() == 36);
    CHECK(queue.pop(freed)->skipped() == 0);
    // 62 OPEN are left: two more fit, the third pushes one out.
    for (std::uint64_t i = 101; i <= 103; ++i)
        queue.push(open(i));
    std::uint64_t opens = 0, skipped = 0;
    while (const event_ptr each = queue.pop(freed)) {
        opens += each->kind == event_kind::open;
        skipped += each->skipped();
    }
    CHECK(opens == 64);
    CHECK(skipped == 1);
}

TEST_CASE("FAILED ranges join with what adjoins them") {
    using enum link::fail_reason;
    struct {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> pushed;
        lines expected;
    } const rows[] = {
        {{{1, 1}, {2, 2}, {3, 5}}, {"FAILED 1-5"}},
        {{{9, 9}, {8, 8}, {6, 7}}, {"FAILED 6-9"}},
        {{{1, 1}, {3, 3}}, {"FAILED 1-1", "FAILED 3-3"}},
        {{{1, 1}, {3, 3}, {2, 2}}, {"FAILED 1-3"}},
        {{{5, 5}, {1, 1}, {3, 3}, {4, 4}}, {"FAILED 3-5", "FAILED 1-1"}},
        {{{5, 5}, {1, 1}, {2, 4}}, {"FAILED 1-5"}},
    };
    for (const auto& row : rows) {
        event_queue queue;
        std::uint64_t count = 0;
        for (const auto& [first, last] : row.pushed) {
            queue.push(failed(first, last));
            count += last - first + 1;
        }
        budget freed;
        lines seen;
        while (const event_ptr each = queue.pop(freed))
            seen.push_back(shown(*each));
        CHECK(seen == row.expected);
        CHECK(freed.messages == count);
        CHECK(freed.bytes == count * 10);
    }
    event_queue queue;
    queue.push(failed(1, 1, expired));
    queue.push(failed(2, 2, dropped));
    queue.push(failed(3, 3, expired));
    CHECK(drained(queue) == lines{"FAILED 1-1", "FAILED 2-2", "FAILED 3-3"});
    queue.push(failed(4, 4, expired)); // 3 was polled: nothing to join
    CHECK(drained(queue) == lines{"FAILED 4-4"});
}

TEST_CASE("a FAILED stays ahead of the CONFIRMED that passes over it") {
    event_queue queue;
    queue.push(confirmed(1));
    queue.push(failed(2, 2));
    queue.push(confirmed(3));
    queue.push(message("a"));
    queue.push(failed(4, 4));
    queue.push(confirmed(5));
    CHECK(drained(queue) == lines{"FAILED 2-2", "MESSAGE a", "FAILED 4-4", "CONFIRMED 5"});
    queue.push(failed(6, 6));
    queue.push(confirmed(6));
    queue.push(failed(7, 7));
    CHECK(drained(queue) == lines{"FAILED 6-7", "CONFIRMED 6"});
}

TEST_CASE("any interleaving: every id is told once, and failures before what covers them") {
    std::mt19937 random(20240607); // fixed: the same run every time
    for (int round = 0; round < 200; ++round) {
        event_queue queue;
        budget freed;
        std::uint64_t next = 1, settled = 0, failures = 0, covered = 0;
        std::vector<int> told(400, 0);
        std::vector<bool> failing(400, false);
        const auto poll = [&] {
            const event_ptr each = queue.pop(freed);
            if (!each) return;
            if (each->kind == event_kind::failed) {
                for (std::uint64_t id = each->id(); id <= each->last_id(); ++id) {
                    REQUIRE(id > covered);
                    ++told[id];
                }
            } else if (each->kind == event_kind::confirmed) {
                for (std::uint64_t id = covered + 1; id <= each->id(); ++id) {
                    REQUIRE(failing[id] == (told[id] == 1));
                    if (!failing[id]) ++told[id];
                }
                covered = each->id();
            }
        };
        while (next < 399) {
            const auto what = random() % 10;
            if (what < 4) {
                const auto id = next++;
                failing[id] = true;
                ++failures;
                queue.push(failed(
                    id, id, what < 3 ? link::fail_reason::expired : link::fail_reason::dropped));
            } else if (what < 6) {
                ++next;
            } else if (what < 8) {
                queue.push(message("m"));
                if (next - 1 > settled) {
                    settled = next - 1;
                    queue.push(confirmed(settled));
                }
            } else {
                poll();
            }
        }
        queue.push(confirmed(398));
        while (!queue.empty())
            poll();
        for (std::uint64_t id = 1; id <= 398; ++id)
            REQUIRE(told[id] == 1);
        REQUIRE(freed.messages == failures);
    }
}

TEST_CASE("CLOSED is the last event, whatever is pushed behind it") {
    event_queue queue;
    queue.push(message("a"));
    queue.push(closed());
    queue.push(failed(1, 2));
    queue.push(message("b"));
    CHECK(queue.size() == 4);
    CHECK(drained(queue) == lines{"MESSAGE a", "FAILED 1-2", "MESSAGE b", "CLOSED"});
    CHECK(queue.ended());
    CHECK_FALSE(queue.push(message("c")));
    CHECK(queue.empty());
    event_queue only;
    CHECK(only.push(closed()));
    CHECK_FALSE(only.ended());
    CHECK(drained(only) == lines{"CLOSED"});
}

TEST_CASE("many events are popped at once") {
    event_queue queue;
    for (int i = 0; i < 5; ++i)
        queue.push(message(std::to_string(i)));
    queue.push(failed(1, 3));
    budget freed;
    std::vector<event_ptr> out(4);
    CHECK(queue.pop_many(out, freed) == 4);
    CHECK(out[3]->bytes() == "3");
    CHECK(freed.messages == 0);
    CHECK(queue.pop_many(out, freed) == 2);
    CHECK(out[0]->bytes() == "4");
    CHECK(freed.messages == 3);
    CHECK(freed.bytes == 30);
    CHECK(queue.pop_many(out, freed) == 0);
}

TEST_CASE("an application that never polls costs no memory without end") {
    event_queue queue;
    for (std::uint64_t i = 1; i <= 5000; ++i) {
        queue.push(open(i));
        queue.push(confirmed(i));
        queue.push(confirmed(i, link::level::written));
        queue.push(make_writable({1, 0}));
        queue.push(ask(i));
        queue.push(failed(i, i));
        queue.push(down(i));
    }
    CHECK(queue.size() == 64 + 64 + 2 + 1 + 1 + 1);
    CHECK_FALSE(queue.failures_full());
}

TEST_CASE("scattered failures are noticed") {
    event_queue queue;
    for (std::uint64_t i = 1; i < max_failed_ranges; ++i)
        queue.push(failed(2 * i, 2 * i));
    CHECK_FALSE(queue.failures_full());
    queue.push(failed(1'000'000, 1'000'000));
    CHECK(queue.failures_full());
}

TEST_CASE("a kind of the hub has no place in a link's queue") {
    event_queue queue;
    CHECK_THROWS_AS(queue.push(make_event({1, 0}, out::log{})), std::logic_error);
}

TEST_CASE("while held, messages and CLOSED wait and control events pass them") {
    event_queue queue;
    queue.hold(true);
    CHECK(queue.empty());
    queue.push(open(1));
    queue.push(message("a"));
    queue.push(confirmed(1));
    queue.push(message("b"));
    queue.push(down(1));
    queue.push(closed());
    CHECK_FALSE(queue.empty());
    CHECK(drained(queue) == lines{"OPEN 1", "CONFIRMED 1", "DOWN 1"});
    CHECK(queue.empty());
    CHECK_FALSE(queue.front());
    budget freed;
    CHECK_FALSE(queue.pop(freed));
    CHECK_FALSE(queue.ended());
    CHECK(queue.size() == 3);
    queue.push(failed(2, 2));
    CHECK(drained(queue) == lines{"FAILED 2-2"});
    queue.hold(false);
    CHECK_FALSE(queue.empty());
    CHECK(drained(queue) == lines{"MESSAGE a", "MESSAGE b", "CLOSED"});
    CHECK(queue.ended());
}

TEST_CASE("messages that are held count against the limits") {
    event_queue queue({.bytes = 10, .messages = 4});
    queue.hold(true);
    queue.push(message("1234567890"));
    CHECK(queue.full());
    CHECK(queue.message_bytes() == 10);
    queue.hold(false);
    CHECK(queue.full());
    CHECK(drained(queue) == lines{"MESSAGE 1234567890"});
    CHECK(queue.resumable());
}

TEST_CASE("LOST stands in its place, the last 64 of them; a polled MESSAGE knows it") {
    event_queue queue;
    budget freed;
    for (std::size_t i = 0; i < max_kept_changes + 2; ++i)
        queue.push(make_event(event_origin{1, 0}, link::out::lost{}));
    CHECK(queue.size() == max_kept_changes);
    CHECK(queue.pop(freed)->skipped() == 2);
    CHECK(queue.pop(freed)->skipped() == 0);

    const auto tracker = done_tracker::make({}, {});
    block_source source;
    link::out::deliver message{"x", {}, true};
    message.seq = 1;
    event_queue of_session;
    of_session.push(make_event(event_origin{1, 0}, std::move(message), source, *tracker));
    tracker->publish();
    SECTION("polled and freed") {
        CHECK(of_session.pop(freed)->session_receipt()->polled);
        CHECK(tracker->fetch() == 1);
    }
    SECTION("thrown away with the queue") {
        of_session = event_queue();
        CHECK_FALSE(tracker->fetch());
    }
}
