// The machine's questions: heartbeat, its inspections, and the warning where nobody answers.

#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

using wire::opcode;

config text_heartbeat(confirm_mode mode) {
    config c = plain_config();
    c.heartbeat_mode = heartbeat_mode::text;
    c.confirm.mode = mode;
    return c;
}

} // namespace

TEST_CASE("heartbeat=text beside confirm=pong") {
    script s(text_heartbeat(confirm_mode::pong));
    s.open();
    s.pass(10s);
    CHECK(messages_in(s.write()) == std::vector<std::string>{"heartbeat"});
    s.say(opcode::text, "heartbeat_response");
    CHECK(s.nothing());
    s.pass(10s);
    CHECK(messages_in(s.write()) == std::vector<std::string>{"heartbeat"});
    s.say(opcode::text, "anything"); // life, though no answer
    s.expect<out::deliver>();
    s.pass(10s); // the unanswered one does not stand in the way of the next
    CHECK(messages_in(s.write()) == std::vector<std::string>{"heartbeat"});
}

TEST_CASE("heartbeat: a question after a silent interval, dead after the answer's time") {
    script s;
    s.open();
    s.pass(10s);
    const auto pings = pings_in(s.write());
    REQUIRE(pings.size() == 1);
    SECTION("answered") {
        s.say(opcode::pong, pings[0]);
        s.pass(10s);
        CHECK(pings_in(s.write()).size() == 1);
    }
    SECTION("any byte is life") {
        s.pass(9s);
        s.hear(frame_from_peer(opcode::text, "x").substr(0, 1));
        s.pass(9s);
        CHECK(s.link().state() == state::open);
    }
    SECTION("silent") {
        s.pass(9s);
        CHECK(s.link().state() == state::open);
        s.pass(1100ms);
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
        const auto down = s.expect<out::down>();
        CHECK(down.record.cause == policy::cause::silence);
        CHECK(down.record.close_code == 1006);
        CHECK(down.record.since_last_byte >= 20s);
        CHECK(down.record.detail.find("peer silent for 20 s") == 0);
        CHECK(s.inspections > 0);
    }
    s.forget();
}

TEST_CASE("a question is not kept back by a full output") {
    script s;
    s.open();
    s.send(std::string(200'000, 'x'));
    s.line.unsent = s.line.unacked = 100'000;
    s.line.probe_unanswered = true; // nothing moves, nobody answers
    s.pass(25s);
    CHECK(s.link().state() != state::open); // dead after interval and timeout, not stall
    s.forget();
}

TEST_CASE("a text question in the middle of a message waits for its end, and does not spin") {
    script s(text_heartbeat(confirm_mode::app));
    s.open();
    s.send(std::string(200'000, 'x'));
    s.pass(10s); // asked: pass() fails where a deadline is not cleared
    CHECK(s.inspections <= 1);
    std::string all;
    for (;;) {
        const std::string some = s.take(50'000);
        if (some.empty()) break;
        all += some;
    }
    const auto frames = script::frames_of(all);
    REQUIRE(frames.size() == 5);
    CHECK(frames[4].code == opcode::text);
    CHECK(frames[3].fin);
    s.say(opcode::text, "heartbeat_response");
    CHECK(s.nothing());
    s.step(in::confirm{1, true});
    s.forget();
}

TEST_CASE("a text question that waits for its place: silence is noticed all the same") {
    script s(text_heartbeat(confirm_mode::app));
    s.open();
    s.send(std::string(200'000, 'x'));
    const bool staged = GENERATE(false, true);
    s.pass(10s);
    if (staged) s.take(); // now the question has gone out, and is never answered
    s.pass(9s);
    CHECK(s.link().state() == state::open);
    s.pass(1500ms);
    s.expect<out::disconnect>();
    CHECK(s.expect<out::down>().record.cause == policy::cause::silence);
}

TEST_CASE("a peer that reads slowly is told once and given heartbeat.stall") {
    script s;
    s.open();
    s.send(std::string(100'000, 'x'));
    s.pass(10s);
    s.take(1000);
    s.line.unsent = 1000; // the window is shut, its probes are answered
    s.line.unacked = 1000;
    s.pass(60s);
    CHECK(s.link().state() == state::open);
    const auto log = s.expect<out::log>();
    CHECK(log.level == log_level::warning);
    CHECK(log.text.find("reads slowly") != std::string::npos);
    CHECK(s.nothing());
    s.pass(5min);
    s.expect<out::disconnect>();
    CHECK(s.expect<out::down>().record.cause == policy::cause::silence);
    s.forget();
}

TEST_CASE("while we do not read, our own question's time rests") {
    script s;
    s.step(in::reading{false});
    s.open();
    s.pass(1h);
    CHECK(s.link().state() == state::open);
    CHECK(s.write().empty());
    s.step(in::reading{true});
    s.pass(10s);
    CHECK(pings_in(s.write()).size() == 1);
    s.step(in::reading{false});
    s.pass(1h);
    CHECK(s.link().state() == state::open);
    s.step(in::reading{true});
}

TEST_CASE("no answer to questions although messages arrive: one warning, the link stays up") {
    script s;
    s.open();
    s.send("one");
    s.pass(20ms);
    s.write();
    for (int i = 0; i < 40; ++i) {
        s.pass(1s);
        s.say(opcode::text, "x");
        s.expect<out::deliver>();
        if (i == 29) {
            const auto log = s.expect<out::log>();
            CHECK(log.level == log_level::warning);
            CHECK(log.text.find("confirm=app") != std::string::npos);
        }
        CHECK(s.nothing());
    }
    CHECK(s.link().state() == state::open);
}

TEST_CASE("no such warning") {
    SECTION("where nothing relies on the answers") {
        config c = plain_config();
        c.confirm.mode = confirm_mode::app;
        script s(c);
        s.open();
        s.pass(10s);
        CHECK(pings_in(s.write()).size() == 1);
        for (int i = 0; i < 40; ++i) {
            s.pass(1s);
            s.say(opcode::text, "x");
            s.expect<out::deliver>();
        }
        CHECK(s.nothing());
    }
    SECTION("where the answer lay unread while we did not read") {
        script s;
        s.open();
        s.send("one");
        s.pass(20ms);
        const auto pings = pings_in(s.write());
        s.step(in::reading{false});
        s.pass(60s);
        s.step(in::reading{true});
        s.say(opcode::text, "x");
        s.say(opcode::pong, pings.at(0));
        s.expect<out::deliver>();
        s.expect<out::confirmed>();
        CHECK(s.nothing());
    }
}

} // namespace resock::link
