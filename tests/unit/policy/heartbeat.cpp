#include "policy/heartbeat.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::policy;
using namespace std::chrono_literals;
using duty = heartbeat::duty;

namespace {

constexpr time_point start{1000s};

heartbeat_options quick() {
    heartbeat_options made;
    made.interval = 1s;
    made.timeout = 1s;
    return made;
}

// due() is none right before deadline() and something at it.
void check_exact(const heartbeat& beat) {
    const auto deadline = beat.deadline();
    REQUIRE(deadline);
    REQUIRE(beat.due(*deadline - 1ns) == duty::none);
    REQUIRE(beat.due(*deadline) != duty::none);
}

// Drives a heartbeat by its own deadlines against a transport that `look` describes.
struct driver {
    heartbeat beat;
    std::function<transport_state(time_point)> look;
    std::uint64_t stream = 0;    // bytes that we put on the wire
    bool takes_questions = true; // the socket takes what we write at once
    time_point now = start;
    int asked = 0;
    int inspected = 0;

    driver(const heartbeat_options& options, std::function<transport_state(time_point)> looks)
        : beat(options)
        , look(std::move(looks)) {
        beat.connected(now);
    }

    void ask() {
        ++asked;
        stream += 6;
        beat.asked(stream, now);
        if (takes_questions) beat.written(stream, now);
    }

    // Until dead or `until`; true where dead, `now` then says when.
    bool run(time_point until) {
        for (int steps = 0; steps < 100000; ++steps) {
            check_exact(beat);
            const time_point next = std::max(now, *beat.deadline());
            if (next > until) {
                now = until;
                return false;
            }
            now = next;
            switch (beat.due(now)) {
            case duty::ask:
                ask();
                break;
            case duty::inspect:
                ++inspected;
                beat.inspected(look(now), now);
                break;
            case duty::dead:
                return true;
            case duty::none:
                FAIL("nothing is due at the deadline");
            }
        }
        FAIL("the heartbeat does not come to rest");
        return false;
    }
};

// Everything written is transmitted, nothing of it acknowledged, no segment comes.
transport_state hole(time_point) {
    transport_state made;
    made.unacked = 6;
    made.last_ack_age = 1h;
    return made;
}

} // namespace

TEST_CASE("a question is due when nothing was received for the interval") {
    heartbeat beat{quick()};
    CHECK_FALSE(beat.deadline());
    CHECK(beat.due(start) == duty::none);
    beat.connected(start);
    CHECK(beat.deadline() == start + 1s);
    CHECK(beat.due(start + 999ms) == duty::none);
    CHECK(beat.due(start + 1s) == duty::ask);
    beat.received(start + 1s);
    CHECK(beat.deadline() == start + 2s);
    CHECK(beat.due(start + 1s) == duty::none);
    CHECK(beat.silence(start + 1500ms) == 500ms);

    // What we send is no reason to be silent about the peer's silence.
    beat.written(1000, start + 1900ms);
    CHECK(beat.due(start + 2s) == duty::ask);
}

TEST_CASE("any byte received answers the question") {
    driver line(quick(), hole);
    CHECK_FALSE(line.run(start + 1500ms));
    CHECK(line.asked == 1);
    line.beat.received(line.now);
    CHECK(line.beat.deadline() == line.now + 1s);
    CHECK_FALSE(line.beat.peer_reads_slowly());
}

TEST_CASE("black hole, idle: dead at interval + timeout after the last byte") {
    driver line(quick(), hole);
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 2s);
    CHECK(line.beat.silence(line.now) == 2s);
    CHECK(line.asked == 1);
    CHECK_FALSE(line.beat.peer_reads_slowly());
}

TEST_CASE("black hole with a full socket: dead a timeout after the question") {
    driver line(quick(), [](time_point) {
        transport_state made;
        made.unsent = 200000;
        made.unacked = 260000; // 60,000 bytes are on their way and stay there
        made.last_ack_age = 5s;
        made.acked_total = 1000;
        return made;
    });
    const bool given = GENERATE(false, true);
    line.takes_questions = given;
    CHECK(line.run(start + 1h));
    // The first look may find acknowledgements of before: they do not count.
    CHECK(line.now == start + 2s);
}

TEST_CASE("without TCP_INFO the timeout alone counts") {
    driver line(quick(), [](time_point) { return transport_state{}; });
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 2s);
}

TEST_CASE("the answer's time starts when the question has left the socket") {
    // 100 kbit/s, 256 KiB before the question: it leaves after 21 s; timeout 1 s.
    constexpr std::uint64_t ahead = 256 * 1024;
    constexpr std::uint64_t rate = 12500; // bytes/s
    driver line(quick(), [&](time_point now) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - start).count();
        const std::uint64_t gone = rate * static_cast<std::uint64_t>(ms) / 1000;
        transport_state made;
        made.acked_total = std::min(gone, ahead + 6);
        made.unacked = ahead + 6 - made.acked_total;
        made.unsent = made.unacked > 3000 ? made.unacked - 3000 : 0; // 3,000 bytes on their way
        made.last_ack_age = made.unacked ? 60ms : 1h;
        return made;
    });
    line.stream = ahead;
    CHECK_FALSE(line.run(start + 20s));
    CHECK(line.beat.peer_reads_slowly());
    // Left when the last 3,000 bytes are on their way, taken 0.24 s later; then it has 1 s.
    CHECK(line.run(start + 1h));
    CHECK(line.now >= start + 21700ms);
    CHECK(line.now <= start + 22300ms);
    CHECK(line.asked == 1);
}

TEST_CASE("a peer whose TCP took the question and then fell silent does not read slowly") {
    // Its acknowledgement comes 30 ms behind the question; nothing ever after.
    driver line(quick(), [&](time_point now) {
        transport_state made;
        const bool taken = now >= start + 1030ms;
        made.acked_total = taken ? 6 : 0;
        made.unacked = 3000; // of what was sent behind it
        made.last_ack_age = now - (start + 1030ms);
        return made;
    });
    line.stream = 0;
    bool slow = false;
    while (!line.run(line.now + 10ms))
        slow = slow || line.beat.peer_reads_slowly();
    CHECK(line.asked == 1);
    CHECK(line.now >= start + 2s);
    CHECK_FALSE(slow);
}

TEST_CASE("an answer after a slow line ends the stall") {
    std::uint64_t acked = 0;
    driver line(quick(), [&](time_point) {
        transport_state made;
        made.acked_total = acked += 100;
        made.unacked = 50000;
        made.unsent = 40000;
        made.last_ack_age = 10ms;
        return made;
    });
    CHECK_FALSE(line.run(start + 1900ms));
    CHECK_FALSE(line.beat.peer_reads_slowly());
    CHECK_FALSE(line.run(start + 30s));
    CHECK(line.beat.peer_reads_slowly());
    line.beat.received(line.now);
    CHECK_FALSE(line.beat.peer_reads_slowly());
}

TEST_CASE("a zero window that answers probes is life, up to stall") {
    // Linux: probes 0.2 s, 0.4 s … apart, up to 2 min; each is answered after 20 ms.
    driver line(heartbeat_options{}, [](time_point now) {
        duration probe = 0s;
        duration gap = 200ms;
        const duration since = now - start;
        while (probe + gap <= since) {
            probe += gap;
            gap = std::min<duration>(gap * 2, 2min);
        }
        transport_state made;
        made.unsent = made.unacked = 200000;
        made.acked_total = 60000;
        made.probe_unanswered = since - probe < 20ms && probe > 0s;
        made.last_ack_age = made.probe_unanswered ? gap / 2 : since - probe - 20ms;
        return made;
    });
    line.takes_questions = GENERATE(false, true);
    CHECK_FALSE(line.run(start + 2min));
    CHECK(line.beat.peer_reads_slowly());
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 10s + 5min); // asked after 10 s
    CHECK(line.asked == 1);
}

TEST_CASE("a peer that vanishes behind a zero window is dead a timeout after the lost probe") {
    driver line(heartbeat_options{}, [](time_point now) {
        transport_state made;
        made.unsent = made.unacked = 200000;
        made.probe_unanswered = now - start >= 40s;
        made.last_ack_age = now - start; // the last answer came before everything
        return made;
    });
    CHECK(line.run(start + 1h));
    CHECK(line.now >= start + 49s);
    CHECK(line.now <= start + 50s);
}

TEST_CASE("a peer that takes everything and never answers is dead in time, whatever we send") {
    std::uint64_t sent = 0;
    driver line(quick(), [&](time_point) {
        transport_state made; // more was written and acknowledged since the last look
        made.acked_total = sent += 10000;
        made.last_ack_age = 1us;
        return made;
    });
    SECTION("with nothing else written") {
    }
    SECTION("with traffic going on behind the question") {
        const auto look = line.look;
        line.look = [&line, look](time_point now) {
            line.beat.written(line.stream += 10000, now);
            transport_state made = look(now);
            made.unacked = 500; // on its way, of bytes behind the question
            return made;
        };
    }
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 2s);
    CHECK_FALSE(line.beat.peer_reads_slowly());
}

TEST_CASE("the acknowledgement of the question itself gives it no more time than it took") {
    // Acknowledged 20 ms after it left; seen at the next look.
    driver line(quick(), [](time_point now) {
        const duration since = now - (start + 1s);
        transport_state made;
        const bool taken = since >= 20ms;
        made.unacked = taken ? 0 : 6;
        made.acked_total = taken ? 106 : 100;
        made.last_ack_age = taken ? since - 20ms : duration(1h);
        return made;
    });
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 2s + 20ms);
}

TEST_CASE("the question counts as gone only when what is left stands behind it") {
    heartbeat beat{quick()};
    beat.connected(start);
    beat.asked(1000, start + 1s);
    beat.written(900, start + 1s); // not all of it was given to the kernel
    CHECK(beat.deadline() == start + 1125ms);
    beat.written(1000, start + 1010ms);
    CHECK(beat.due(start + 1010ms) == duty::inspect);
    beat.written(1500, start + 1020ms); // 500 bytes behind it
    transport_state seen;
    seen.unsent = 501;
    seen.unacked = 501 + 100;
    beat.inspected(seen, start + 1020ms); // one byte of it waits: its time has not begun
    seen.unsent = 500;
    beat.inspected(seen, start + 1500ms); // now it has left
    beat.inspected(seen, start + 2499ms);
    CHECK(beat.due(start + 2499ms) == duty::none);
    CHECK(beat.due(start + 2500ms) == duty::inspect);
    beat.inspected(seen, start + 2500ms);
    CHECK(beat.due(start + 2500ms) == duty::dead);
}

TEST_CASE("nothing is declared dead on an old inspection") {
    heartbeat beat{quick()};
    beat.connected(start);
    beat.asked(6, start + 1s);
    beat.written(6, start + 1s);
    CHECK(beat.due(start + 1s) == duty::inspect);
    beat.inspected(hole(start), start + 1s);
    // The timer came late: life may have been there.
    CHECK(beat.due(start + 10s) == duty::inspect);
    SECTION("there was") {
        transport_state seen = hole(start);
        seen.acked_total = 50;
        seen.last_ack_age = 100ms;
        beat.inspected(seen, start + 10s);
        CHECK(beat.due(start + 10s) == duty::none);
    }
    SECTION("there was not") {
        beat.inspected(hole(start), start + 10s);
        CHECK(beat.due(start + 10s) == duty::dead);
    }
}

TEST_CASE("a second question changes nothing while the first is unanswered") {
    driver line(quick(), hole);
    CHECK_FALSE(line.run(start + 1500ms));
    line.ask();
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 2s);
}

TEST_CASE("while we pause reading, the answer's time rests") {
    driver line(quick(), hole);
    CHECK_FALSE(line.run(start + 1400ms)); // asked at 1 s: 0.6 s are left
    line.beat.reading(false, line.now);
    line.beat.reading(false, line.now + 1s); // said twice, paused once
    CHECK_FALSE(line.beat.deadline());
    CHECK(line.beat.due(start + 1h) == duty::none);
    line.now = start + 61400ms;
    line.beat.reading(true, line.now);
    line.beat.reading(true, line.now);
    CHECK(line.run(start + 1h));
    CHECK(line.now == start + 62s);
}

TEST_CASE("a question that falls into a pause waits for its end") {
    heartbeat beat{quick()};
    beat.connected(start);
    beat.reading(false, start + 800ms);
    CHECK(beat.due(start + 5s) == duty::none);
    SECTION("and then for the rest of the interval") {
        beat.reading(true, start + 10s);
        CHECK(beat.deadline() == start + 10s + 200ms);
        CHECK(beat.due(start + 10s + 200ms) == duty::ask);
    }
    SECTION("counted anew where bytes came from a buffer of ours meanwhile") {
        beat.received(start + 4s);
        beat.reading(true, start + 10s);
        CHECK(beat.deadline() == start + 11s);
        CHECK(beat.silence(start + 10s) == 0s);
    }
    SECTION("or has all its time where it was asked in the pause") {
        beat.asked(6, start + 5s);
        beat.written(6, start + 5s);
        beat.reading(true, start + 10s);
        beat.inspected(hole(start), start + 10s);
        beat.inspected(hole(start), start + 11s);
        CHECK(beat.due(start + 11s) == duty::dead);
    }
}

TEST_CASE("looks are spread over the answer's time and bounded in number") {
    struct row {
        duration timeout;
        duration period;
    };
    for (const row& each : {row{1s, 125ms}, row{10s, 1s}, row{1h, 1s}, row{8ms, 10ms}}) {
        CAPTURE(each.timeout.count());
        heartbeat_options options = quick();
        options.timeout = each.timeout;
        heartbeat beat(options);
        beat.connected(start);
        beat.asked(6, start + 1s);
        CHECK(beat.deadline() == start + 1s + std::min(each.period, each.timeout));
        beat.written(6, start + 1s);
        CHECK(beat.deadline() == start + 1s);
        beat.inspected(hole(start), start + 1s);
        CHECK(beat.deadline() == start + 1s + std::min(each.period, each.timeout));
    }
}

TEST_CASE("a heartbeat that is off asks nothing and declares nobody dead") {
    heartbeat_options options = quick();
    options.enabled = false;
    heartbeat beat(options);
    beat.connected(start);
    CHECK_FALSE(beat.deadline());
    CHECK(beat.due(start + 1h) == duty::none);
    beat.asked(6, start + 1s);
    beat.written(6, start + 1s);
    CHECK_FALSE(beat.deadline());
    CHECK(beat.due(start + 1h) == duty::none);
    beat.received(start + 2s);
    beat.set_options(quick());
    CHECK(beat.deadline() == start + 3s);
}

TEST_CASE("unlimited times never come") {
    heartbeat_options options = quick();
    options.interval = unlimited_duration;
    heartbeat beat(options);
    beat.connected(start);
    CHECK_FALSE(beat.deadline());
    options = quick();
    options.stall = unlimited_duration;
    std::uint64_t acked = 0;
    driver line(options, [&](time_point) {
        transport_state made;
        made.acked_total = ++acked;
        made.unacked = 10;
        made.unsent = 5;
        made.last_ack_age = 1ms;
        return made;
    });
    line.takes_questions = false;
    CHECK_FALSE(line.run(start + 20min));
}

TEST_CASE("a new connection starts afresh") {
    driver line(quick(), hole);
    CHECK(line.run(start + 1h));
    line.beat.connected(line.now);
    CHECK(line.beat.deadline() == line.now + 1s);
    line.stream = 0;
    const time_point again = line.now;
    CHECK(line.run(start + 1h));
    CHECK(line.now == again + 2s);
}
