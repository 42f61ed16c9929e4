#include "policy/backoff.hpp"

#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::policy;
using namespace std::chrono_literals;

namespace {

constexpr time_point start{1000s};
constexpr double almost_one = 0x1.fffffffffffffp-1;

// Fails `count` times in a row, each when the delay before is over.
std::vector<duration> row_of(backoff& line, verdict wanted, int count, double random) {
    std::vector<duration> delays;
    time_point now = start;
    for (int i = 0; i < count; ++i) {
        const auto delay = line.next(wanted, {}, now, random);
        REQUIRE(delay);
        delays.push_back(*delay);
        now += *delay;
    }
    return delays;
}

} // namespace

TEST_CASE("backoff grows by the formula of failures.md") {
    struct row {
        const char* what;
        reconnect_options options;
        double random;
        std::vector<duration> delays;
    };
    reconnect_options half;
    half.jitter = 0.5;
    reconnect_options steady;
    steady.jitter = 0;
    reconnect_options zero;
    zero.min = 0s;
    reconnect_options tenfold;
    tenfold.factor = 10;
    tenfold.min = 1s;
    reconnect_options upside_down;
    upside_down.max = 100ms;
    reconnect_options level;
    level.factor = 1;
    const row rows[] = {
        {"random 0: the minimum", {}, 0, {500ms, 500ms, 500ms}},
        {"random 1/2", {}, 0.5, {750ms, 1250ms, 2250ms, 4250ms, 8250ms, 15250ms, 15250ms}},
        {"jitter 1/2", half, 0.5, {625ms, 875ms, 1375ms}},
        {"no jitter", steady, 0.5, {500ms, 500ms}},
        {"a minimum of 0 grows from 100 ms", zero, 0.5, {100ms, 200ms, 400ms, 800ms}},
        {"factor 10", tenfold, 0.5, {5500ms, 15500ms, 15500ms}},
        {"maximum below minimum", upside_down, 0.5, {500ms, 500ms}},
        {"factor 1", level, 0.5, {500ms, 500ms}},
    };
    for (const row& each : rows) {
        CAPTURE(each.what);
        backoff line(each.options);
        CHECK(row_of(line, verdict::backoff, static_cast<int>(each.delays.size()), each.random) ==
              each.delays);
        CHECK(line.attempt() == each.delays.size());
    }
}

TEST_CASE("each verdict has its delay") {
    struct row {
        verdict wanted;
        std::vector<duration> delays;
    };
    const row rows[] = {
        {verdict::now, {250ms, 1250ms, 2250ms}},
        {verdict::backoff, {750ms, 1250ms, 2250ms}},
        {verdict::slow, {7500ms, 12500ms, 17500ms, 17500ms}},
        {verdict::spread, {2500ms, 1250ms, 2250ms}},
        {verdict::auth, {0s, 0s}},
    };
    for (const row& each : rows) {
        CAPTURE(to_string(each.wanted));
        backoff line{reconnect_options{}};
        CHECK(row_of(line, each.wanted, static_cast<int>(each.delays.size()), 0.5) == each.delays);
    }
    reconnect_options patient;
    patient.min = 10s;
    backoff line(patient);
    CHECK(line.next(verdict::now, {}, start, almost_one) < 1s);
    reconnect_options hasty;
    hasty.max = 1s;
    backoff slow(hasty);
    CHECK(slow.next(verdict::slow, {}, start, 0.5) == 5s);
}

TEST_CASE("follow is no attempt of its own") {
    reconnect_options never;
    never.attempts = 0;
    backoff line(never);
    CHECK(line.next(verdict::follow, 60s, start, 0.5) == 0s);
    CHECK(line.attempt() == 0);
    CHECK_FALSE(line.next(verdict::auth, {}, start, 0.5));
}

TEST_CASE("Retry-After is a lower bound with jitter on top, capped at 10 min") {
    struct row {
        duration at_least;
        double random;
        duration delay;
    };
    const row rows[] = {
        {60s, 0, 60s},     {60s, 0.5, 66s}, {1h, 0, 10min},   {1h, 0.5, 11min},
        {100ms, 0, 500ms}, {-5s, 0, 500ms}, {0s, 0.5, 750ms}, {unlimited_duration, 0, 10min},
    };
    for (const row& each : rows) {
        CAPTURE(each.at_least.count(), each.random);
        backoff line{reconnect_options{}};
        const auto delay = line.next(verdict::backoff, each.at_least, start, each.random);
        REQUIRE(delay);
        CHECK(*delay == each.delay);
    }
    backoff line{reconnect_options{}};
    CHECK(line.next(verdict::backoff, 1h, start, almost_one) <= 12min);
}

TEST_CASE("the count falls to 0 once a connection stayed open") {
    struct row {
        duration up;
        std::uint64_t attempt; // after the next failure
    };
    for (const row& each : {row{0s, 4}, row{9999ms, 4}, row{10s, 1}, row{1h, 1}}) {
        CAPTURE(each.up.count());
        backoff line{reconnect_options{}};
        row_of(line, verdict::backoff, 3, 0);
        line.opened(start + 1min);
        line.next(verdict::now, {}, start + 1min + each.up, 0);
        CHECK(line.attempt() == each.attempt);
        // An attempt that fails without opening does not count as stability.
        line.next(verdict::now, {}, start + 24h, 0);
        CHECK(line.attempt() == each.attempt + 1);
    }
}

TEST_CASE("a confirmed message brings the count to 1 at most, restart to 0") {
    backoff line{reconnect_options{}};
    line.confirmed();
    CHECK(line.attempt() == 0);
    row_of(line, verdict::backoff, 5, 0.5);
    line.opened(start + 1min);
    line.confirmed();
    CHECK(line.attempt() == 1);
    CHECK(line.next(verdict::now, {}, start + 61s, 0.5) == 1250ms); // the second attempt's
    line.restart();
    CHECK(line.attempt() == 0);
    CHECK(line.next(verdict::now, {}, start + 62s, 0.5) == 250ms);
}

TEST_CASE("attempts are limited in number") {
    reconnect_options limited;
    limited.attempts = GENERATE(0u, 1u, 3u);
    backoff line(limited);
    row_of(line, verdict::backoff, static_cast<int>(*limited.attempts), 0);
    CHECK_FALSE(line.next(verdict::backoff, {}, start + 5s, 0));
    CHECK_FALSE(line.next(verdict::now, {}, start + 6s, 0));
    CHECK(line.attempt() == *limited.attempts);
    line.restart();
    CHECK(line.next(verdict::backoff, {}, start + 7s, 0).has_value() == (*limited.attempts > 0));
}

TEST_CASE("attempts are limited in total time since the first failure of the row") {
    reconnect_options limited;
    limited.total = 10s;
    limited.jitter = 0; // each delay is 0.5 s
    backoff line(limited);
    CHECK(line.next(verdict::backoff, {}, start, 0));
    CHECK(line.next(verdict::backoff, {}, start + 9500ms, 0));
    CHECK_FALSE(line.next(verdict::backoff, {}, start + 9500ms + 1ns, 0));
    CHECK_FALSE(line.next(verdict::backoff, 60s, start + 1s, 0));

    SECTION("a stable connection begins a new row") {
        line.opened(start + 20s);
        CHECK(line.next(verdict::backoff, {}, start + 40s, 0));
        CHECK(line.next(verdict::backoff, {}, start + 49s, 0));
    }
    SECTION("a short connection does not") {
        line.opened(start + 20s);
        CHECK_FALSE(line.next(verdict::backoff, {}, start + 21s, 0));
    }
    SECTION("a confirmed message begins a new time") {
        line.opened(start + 20s);
        line.confirmed();
        CHECK(line.next(verdict::backoff, {}, start + 21s, 0));
        CHECK_FALSE(line.next(verdict::backoff, {}, start + 31s, 0));
    }
}

TEST_CASE("no option value makes the delay overflow") {
    reconnect_options wild;
    wild.min = GENERATE(duration::zero(), duration(1), duration(24h * 365 * 290));
    wild.max = GENERATE(duration::zero(), duration(30s), unlimited_duration);
    wild.factor = GENERATE(0.0, 1.0, 1e300, std::numeric_limits<double>::max());
    wild.jitter = GENERATE(0.0, 1.0);
    wild.total = unlimited_duration;
    wild.reset_after = unlimited_duration;
    CAPTURE(wild.min.count(), wild.max.count(), wild.factor, wild.jitter);
    backoff line(wild);
    line.opened(start);
    for (int i = 0; i < 40; ++i) {
        const auto delay = line.next(verdict::slow, {}, start, almost_one);
        REQUIRE(delay);
        CHECK(*delay >= std::min(wild.min, duration(24h)));
        CHECK(*delay >= 5s - 1us);
    }
    CHECK(line.attempt() == 40);
}

TEST_CASE("options can be changed while a row lasts") {
    backoff line{reconnect_options{}};
    row_of(line, verdict::backoff, 2, 0);
    reconnect_options limited;
    limited.attempts = 2;
    line.set_options(limited);
    CHECK_FALSE(line.next(verdict::backoff, {}, start, 0));
}
