// The same script with every step failing in turn. After the one failure the world is well again,
// so every message must come to a good end.

#include <functional>
#include <iostream>

#include "machine/failure_run.hpp"

namespace resock::link {
namespace {

config scripted(delivery promise, confirm_mode mode) {
    config c = plain_config();
    c.delivery = promise;
    c.confirm.mode = mode;
    c.close_timeout = 200s;
    // What would stop the link is to be tried again here: the world becomes well.
    c.verdicts.overrides = {{"1008", policy::verdict::backoff}, {"1009", policy::verdict::backoff}};
    return c;
}

// Every failure at every step of the script; the number of points.
int all_points(const config& c, const std::function<void(run&, fault)>& judge) {
    const bool by_app = c.confirm.mode == confirm_mode::app;
    run well(c, fault::none, 0, by_app);
    REQUIRE(well.play());
    CHECK(well.messages().finished() == "");
    CHECK(well.messages().count(ends::fate::failed) == 0);
    int points = 0;
    for (int kind = 1; kind <= static_cast<int>(fault::last); ++kind) {
        for (int at = 0; at < well.steps(); ++at) {
            CAPTURE(kind, at);
            run once(c, static_cast<fault>(kind), at, by_app);
            REQUIRE(once.play());
            if (!once.injected()) break; // no place for it so late
            CHECK(once.messages().finished() == "");
            CHECK(std::is_sorted(once.order().begin(), once.order().end()));
            judge(once, static_cast<fault>(kind));
            ++points;
        }
    }
    return points;
}

constexpr std::uint64_t unkept_id = 6;

} // namespace

TEST_CASE("at-least-once: whichever step fails, everything is confirmed and arrived") {
    const auto mode = GENERATE(confirm_mode::pong, confirm_mode::app);
    const int points = all_points(scripted(delivery::at_least_once, mode), [](run& once, fault) {
        const ends& m = once.messages();
        for (std::uint64_t id = 1; id <= m.accepted(); ++id) {
            CAPTURE(id);
            if (id == unkept_id && m.of(id) == ends::fate::failed) {
                CHECK(m.why(id) == fail_reason::dropped);
                continue;
            }
            CHECK(m.of(id) == ends::fate::confirmed);
            if (id != unkept_id) CHECK(once.arrived().count(id) >= 1);
        }
    });
    std::cout << "at-least-once, confirm=" << (mode == confirm_mode::pong ? "pong" : "app") << ": "
              << points << " failure points\n";
    CHECK(points > 400);
}

TEST_CASE("at-most-once: whichever step fails, nothing arrives twice and everything ends once") {
    const auto mode = GENERATE(confirm_mode::pong, confirm_mode::off);
    const int points =
        all_points(scripted(delivery::at_most_once, mode), [&](run& once, fault kind) {
            const ends& m = once.messages();
            for (std::uint64_t id = 1; id <= m.accepted(); ++id) {
                CAPTURE(id);
                CHECK(once.arrived().count(id) <= 1);
                if (m.of(id) == ends::fate::failed)
                    CHECK((m.why(id) == fail_reason::in_doubt ||
                           (id == unkept_id && m.why(id) == fail_reason::dropped)));
                else if (mode == confirm_mode::pong && id != unkept_id)
                    CHECK(once.arrived().count(id) == 1);
            }
            if (kind == fault::connect_failed || kind == fault::http_503)
                CHECK(m.count(ends::fate::failed) == 0);
        });
    std::cout << "at-most-once, confirm=" << (mode == confirm_mode::pong ? "pong" : "off") << ": "
              << points << " failure points\n";
    CHECK(points > 400);
}

TEST_CASE("server role: whichever step fails, the link ends and so does every message, once") {
    const auto promise = GENERATE(delivery::at_least_once, delivery::at_most_once);
    config c = scripted(promise, confirm_mode::pong);
    c.role = wire::role::server;
    int confirmed = 0;
    const int points = all_points(c, [&](run& once, fault kind) {
        const ends& m = once.messages();
        for (std::uint64_t id = 1; id <= m.accepted(); ++id) {
            CAPTURE(id);
            CHECK(once.arrived().count(id) <= 1);
            if (m.of(id) == ends::fate::confirmed) {
                ++confirmed;
                if (id != unkept_id) CHECK(once.arrived().count(id) == 1);
            } else if (m.why(id) == fail_reason::not_sent) {
                CHECK(once.arrived().count(id) == 0);
            } else {
                CHECK((m.why(id) == fail_reason::in_doubt ||
                       (id == unkept_id && m.why(id) == fail_reason::dropped)));
            }
        }
        if (kind == fault::connect_failed || kind == fault::http_503)
            CHECK(m.count(fail_reason::not_sent) == m.accepted());
        if (kind == fault::late_pongs) CHECK(m.count(ends::fate::failed) == 0);
    });
    std::cout << "server role, "
              << (promise == delivery::at_least_once ? "at-least-once" : "at-most-once") << ": "
              << points << " failure points\n";
    CHECK(points > 200);
    CHECK(confirmed > points); // the failures came in the midst of things
}

} // namespace resock::link
