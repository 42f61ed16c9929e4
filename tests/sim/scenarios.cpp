// Situations that a link must live through, each with the defaults unless it says otherwise.

#include <algorithm>

#include "sim/world.hpp"
#include "support/catch.hpp"

namespace resock::sim {
namespace {

link::config defaults() {
    link::config c;
    c.url = parse_url("ws://peer.example/");
    c.close_timeout = 1h;
    return c;
}

line_options network(duration delay, std::uint64_t bytes_per_second) {
    line_options n;
    n.delay_min = n.delay_max = delay;
    n.bytes_per_second = bytes_per_second;
    return n;
}

bool everything_confirmed(const world& w) {
    return w.messages.count(link::ends::fate::confirmed) == w.messages.accepted();
}

// The server says something every `pause`.
void keep_talking(world& w, duration pause) {
    w.time.in(pause, [&w, pause] {
        if (w.finished() || w.ended_at) return;
        w.server.say(w.server.next_text());
        keep_talking(w, pause);
    });
}

} // namespace

TEST_CASE("a reset every 300 ms where the whole queue needs 10 s: it ends, all confirmed") {
    link::config c = defaults();
    c.reconnect.min = 10ms;
    c.reconnect.max = 100ms;
    struct row {
        duration delay;
        std::uint64_t bytes_per_second;
        std::size_t size;
    };
    const row r = GENERATE(row{1ms, 100'000, 1'000}, row{10ms, 100'000, 1'000},
                           row{0ms, 1'000'000, 10'000}, row{10ms, 1'000'000, 10'000});
    CAPTURE(r.delay.count(), r.bytes_per_second);
    world w(1, c, network(r.delay, r.bytes_per_second), {});
    for (int i = 0; i < 1000; ++i)
        w.send(r.size); // 10 s of this line
    w.step(link::in::open{});
    const std::function<void()> reset = [&] {
        w.time.in(300ms, [&] {
            if (w.ended_at) return;
            w.cut();
            reset();
        });
    };
    reset();
    w.run_until(beginning + 60s, [&] { return everything_confirmed(w); });
    CHECK(w.broken() == "");
    CHECK(everything_confirmed(w));
    CHECK(w.opens.size() > 20);
    w.finish(1min);
    CHECK(w.broken() == "");
}

TEST_CASE("8 MiB on 100 kbit/s: no false death") {
    world w(2, defaults(), network(50ms, 12'500), {});
    for (int i = 0; i < 128; ++i)
        w.send(64u << 10);
    w.step(link::in::open{});
    w.run_until(beginning + 20min, [&] { return everything_confirmed(w); });
    CHECK(w.broken() == "");
    CHECK(everything_confirmed(w));
    CHECK(w.downs.empty());
    CHECK(w.stats().messages_resent == 0);
    w.finish(1min);
    CHECK(w.broken() == "");
}

TEST_CASE("a peer that reads nothing for two minutes and then goes on: no cut, bounded output") {
    world w(3, defaults(), network(5ms, 10'000'000), {});
    w.step(link::in::open{});
    w.run_for(1s);
    w.server.pause(2min);
    for (int i = 0; i < 1000; ++i)
        w.send(2000);
    w.run_for(2min);
    CHECK(w.downs.empty());
    CHECK(w.most_output <= 2 * (64u << 10));
    CHECK(w.messages.count(link::ends::fate::confirmed) == 0);
    CHECK(w.warnings.size() == 1);
    CHECK(w.warnings.at(0).find("reads slowly") != std::string::npos);
    w.run_for(5s);
    CHECK(w.downs.empty());
    CHECK(everything_confirmed(w));
    w.finish(1min);
    CHECK(w.broken() == "");
}

TEST_CASE("a black hole, heartbeat 1 s + 1 s, reconnect.min=0: open again within 2.5 s") {
    link::config c = defaults();
    c.heartbeat.interval = 1s;
    c.heartbeat.timeout = 1s;
    c.reconnect.min = 0s;
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        const bool busy = seed % 2 == 0;
        world w(seed, c, network(10ms, 10'000'000), {});
        w.step(link::in::open{});
        w.run_for(3s + 37ms * static_cast<int>(seed));
        REQUIRE(w.opens.size() == 1);
        const time_point since = w.time.now();
        w.make_hole();
        for (int i = 0; i < 30; ++i) {
            if (busy) w.send(i % 7 == 0 ? 100'000 : 300);
            w.run_for(100ms);
        }
        REQUIRE(w.opens.size() == 2);
        CHECK(w.opens[1] - since <= 2500ms);
        CHECK(w.downs.at(0).cause == policy::cause::silence);
        w.finish(1min);
        CHECK(w.broken() == "");
        CHECK(everything_confirmed(w));
    }
}

TEST_CASE("a peer that answers only the last ping") {
    server_options peer;
    peer.pongs = pongs::last;
    world w(5, defaults(), network(20ms, 1'000'000), peer);
    w.step(link::in::open{});
    for (int i = 0; i < 500; ++i) {
        w.send(3000);
        w.run_for(3ms);
    }
    w.run_for(1s);
    CHECK(everything_confirmed(w));
    CHECK(w.downs.empty());
    w.finish(1min);
    CHECK(w.broken() == "");
}

TEST_CASE("a peer that answers no ping: one warning, the link stays up, questions are bounded") {
    server_options peer;
    peer.pongs = pongs::none;
    link::config c = defaults();
    c.close_timeout = 1s;
    world w(6, c, network(5ms, 10'000'000), peer);
    w.step(link::in::open{});
    keep_talking(w, 1s);
    for (int i = 0; i < 3000; ++i) {
        w.send(100);
        w.run_for(30ms);
    }
    CHECK(w.downs.empty());
    CHECK(w.opens.size() == 1);
    REQUIRE(w.warnings.size() == 1);
    CHECK(w.warnings[0].find("confirm=app") != std::string::npos);
    CHECK(w.server.most_unanswered() == link::barrier::max_unanswered);
    CHECK(w.messages.count(link::ends::fate::confirmed) == 0);
    w.finish(1min); // nothing can be confirmed: in doubt
    CHECK(w.broken() == "");
    CHECK(w.messages.count(link::fail_reason::in_doubt) == 3000);
}

TEST_CASE("a 16 MiB message on a slow line is interrupted by pings and arrives") {
    link::config c = defaults();
    world w(7, c, network(20ms, 100'000), {});
    w.step(link::in::open{});
    w.send(16u << 20);
    w.run_until(beginning + 10min, [&] { return everything_confirmed(w); });
    CHECK(everything_confirmed(w));
    CHECK(w.downs.empty());
    CHECK(w.stats().rtt.has_value());
    w.finish(1min);
    CHECK(w.broken() == "");
}

TEST_CASE("the message that the peer refuses is found, the others arrive") {
    server_options peer;
    peer.poison = {7, 13};
    link::config c = defaults();
    c.reconnect.min = 10ms;
    world w(8, c, network(5ms, 1'000'000), peer);
    for (int i = 0; i < 40; ++i)
        w.send(200);
    w.step(link::in::open{});
    w.run_until(beginning + 2min, [&] { return w.stats().queued_messages == 0; });
    CHECK(w.messages.count(link::ends::fate::confirmed) == 38);
    CHECK(w.messages.why(7) == link::fail_reason::refused);
    CHECK(w.messages.why(13) == link::fail_reason::refused);
    CHECK(w.downs.size() == 4); // for each: once among others, once alone
    w.finish(1min);
    CHECK(w.broken() == "");
}

} // namespace resock::sim
