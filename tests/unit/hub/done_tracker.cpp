#include "hub/done_tracker.hpp"

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace resock;
using hub::done_tracker;

namespace {

struct wakes final : hub::done_listener {
    void done_moved() noexcept override { ++count; }
    std::atomic<int> count{0};
};

struct tracked {
    explicit tracked(done_tracker::options options = {})
        : tracker(done_tracker::make(options, told)) {}

    // Messages of 10 bytes, seq 1, 2, 3 …
    std::vector<done_tracker::ticket> hand_over(std::size_t count) {
        std::vector<done_tracker::ticket> made;
        for (std::size_t i = 0; i < count; ++i)
            made.push_back(tracker->hand_over(++seq, 10));
        tracker->publish();
        return made;
    }

    std::shared_ptr<wakes> told = std::make_shared<wakes>();
    done_tracker::owner tracker;
    std::uint64_t seq = 0;
};

constexpr std::uint64_t cost = 10 + session::frame_overhead;

done_tracker::options window_of(std::uint64_t messages) {
    done_tracker::options made;
    made.window = messages * cost;
    return made;
}

} // namespace

TEST_CASE("done is the last message up to which all are, whatever the order") {
    const unsigned seed = 20 + GENERATE(range(0u, 20u));
    CAPTURE(seed);
    std::mt19937 random(seed);
    tracked t;
    std::vector<done_tracker::ticket> open;
    std::vector<bool> done(1, true); // by seq
    std::uint64_t told = 0;
    for (int round = 0; round < 200; ++round) {
        for (const auto each : t.hand_over(random() % 4)) {
            open.push_back(each);
            done.push_back(false);
        }
        for (std::size_t n = random() % 4; n > 0 && !open.empty(); --n) {
            const std::size_t which = random() % open.size();
            done[open[which] + 1] = true; // seq follows the ticket here
            t.tracker->drop(open[which], true);
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
        }
        const std::uint64_t expected =
            static_cast<std::uint64_t>(std::find(done.begin(), done.end(), false) - done.begin()) -
            1;
        const auto now = t.tracker->fetch();
        CHECK(now.has_value() == (expected != told));
        if (now) told = *now;
        CHECK(told == expected);
    }
    for (const auto each : open)
        t.tracker->drop(each, true);
}

TEST_CASE("the I/O thread is told once until it has fetched") {
    tracked t;
    const auto messages = t.hand_over(4);
    t.tracker->drop(messages[1], true);
    CHECK(t.told->count == 0); // the first is not done
    t.tracker->drop(messages[0], true);
    CHECK(t.told->count == 1);
    t.tracker->drop(messages[2], true);
    CHECK(t.told->count == 1);
    CHECK(t.tracker->fetch() == 3);
    CHECK_FALSE(t.tracker->fetch());
    t.tracker->drop(messages[3], true);
    CHECK(t.told->count == 2);
    CHECK(t.tracker->fetch() == 4);
}

TEST_CASE("an ACK that comes by itself needs no wake, up to a quarter of the window") {
    tracked t(window_of(16));
    CHECK_FALSE(t.tracker->set_ack_pending(true));
    const auto messages = t.hand_over(10);
    for (int i = 0; i < 4; ++i)
        t.tracker->drop(messages[static_cast<std::size_t>(i)], true);
    CHECK(t.told->count == 0);
    t.tracker->drop(messages[4], true);
    CHECK(t.told->count == 1);
    CHECK(t.tracker->fetch() == 5); // begins to count anew
    for (std::size_t i = 5; i < 9; ++i)
        t.tracker->drop(messages[i], true);
    CHECK(t.told->count == 1);
    // The ACK went out without them.
    CHECK(t.tracker->set_ack_pending(false));
    CHECK_FALSE(t.tracker->set_ack_pending(false)); // asked for already
    CHECK(t.tracker->fetch() == 9);
    CHECK_FALSE(t.tracker->set_ack_pending(false));
    t.tracker->drop(messages[9], true);
    CHECK(t.told->count == 2);
}

TEST_CASE("an event that nobody polled does not count") {
    tracked t;
    const auto messages = t.hand_over(2);
    t.tracker->drop(messages[0], false);
    t.tracker->drop(messages[1], true);
    CHECK_FALSE(t.tracker->fetch());
    CHECK(t.told->count == 0);
}

TEST_CASE("by hand: only what was marked counts, by ticket or by number") {
    done_tracker::options by_hand;
    by_hand.by_hand = true;
    tracked t(by_hand);
    const auto messages = t.hand_over(4);
    t.tracker->drop(messages[0], true);
    CHECK_FALSE(t.tracker->fetch());
    t.tracker->mark_seq(1); // its event has gone
    CHECK(t.tracker->fetch() == 1);
    t.tracker->mark(messages[2]);
    t.tracker->mark(messages[1]);
    t.tracker->mark(messages[1]);
    CHECK(t.tracker->fetch() == 3);
    t.tracker->mark_seq(1);
    t.tracker->mark_seq(5);
    CHECK_FALSE(t.tracker->fetch());
    for (std::size_t i = 1; i < 4; ++i)
        t.tracker->drop(messages[i], true);
}

TEST_CASE("a message of several frames is done at its last") {
    tracked t;
    const auto first = t.tracker->hand_over(7, 100'000);
    const auto second = t.tracker->hand_over(8, 1);
    t.tracker->publish();
    t.tracker->mark_seq(3); // a part of it
    CHECK_FALSE(t.tracker->fetch());
    t.tracker->drop(first, true);
    CHECK(t.tracker->fetch() == 7);
    t.tracker->drop(second, true);
    CHECK(t.tracker->fetch() == 8);
}

TEST_CASE("tickets outlive owner and listener") {
    auto t = std::make_unique<tracked>();
    done_tracker* const raw = t->tracker.get();
    auto messages = t->hand_over(3);
    messages.push_back(raw->hand_over(4, 1)); // not published
    raw->drop(messages[0], true);
    SECTION("the owner goes first") {
        t.reset();
        for (std::size_t i = 1; i < 4; ++i)
            raw->drop(messages[i], true);
    }
    SECTION("the tickets go first") {
        for (std::size_t i = 1; i < 4; ++i)
            raw->drop(messages[i], true);
        t.reset();
    }
    SECTION("the listener goes first") {
        t->told.reset();
        for (std::size_t i = 1; i < 4; ++i)
            raw->drop(messages[i], true);
    }
}

TEST_CASE("once closed nothing counts any more") {
    tracked t;
    const auto messages = t.hand_over(2);
    t.tracker->close();
    t.tracker->drop(messages[0], true);
    t.tracker->mark_seq(2);
    CHECK_FALSE(t.tracker->fetch());
    CHECK(t.told->count == 0);
    t.tracker->drop(messages[1], true);
}

TEST_CASE("a position has the session's name, the frame and its check") {
    done_tracker::options options;
    CHECK(tracked(options).tracker->position_behind(1, 2).empty());
    options.positions = true;
    options.sid.fill(7);
    options.born = 258;
    tracked t(options);
    CHECK(t.tracker->is_of(options.sid, 258));
    CHECK_FALSE(t.tracker->is_of(options.sid, 259));
    const std::string bytes = t.tracker->position_behind(3, 0x01020304);
    REQUIRE(bytes.size() == session::position_size);
    CHECK(bytes == std::string("\1") + std::string(16, '\7') +
                       std::string("\0\0\0\0\0\0\1\2\0\0\0\0\0\0\0\3\1\2\3\4", 20));
}

TEST_CASE("threads finish messages while others come") {
    constexpr std::uint64_t total = 20'000;
    tracked t(window_of(1000));
    std::mutex mutex;
    std::vector<done_tracker::ticket> waiting;
    bool over = false;
    const auto finish = [&] {
        for (;;) {
            done_tracker::ticket mine = 0;
            {
                const std::lock_guard guard(mutex);
                if (waiting.empty() && over) return;
                if (waiting.empty()) continue;
                mine = waiting.back();
                waiting.pop_back();
            }
            t.tracker->drop(mine, true);
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back(finish);
    std::uint64_t last = 0;
    for (std::uint64_t sent = 0; sent < total; sent += 100) {
        const auto made = t.hand_over(100);
        {
            const std::lock_guard guard(mutex);
            waiting.insert(waiting.end(), made.begin(), made.end());
        }
        if (const auto now = t.tracker->fetch()) {
            CHECK(*now > last);
            last = *now;
        }
        t.tracker->set_ack_pending(sent % 200 == 0);
    }
    {
        const std::lock_guard guard(mutex);
        over = true;
    }
    for (auto& each : threads)
        each.join();
    if (const auto now = t.tracker->fetch()) last = *now;
    CHECK(last == total);
}
