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

TEST_CASE("messages of the peer are delivered, also put together and split at any byte") {
    script s;
    s.open();
    const std::string all = frame_from_peer(opcode::text, "one") +
                            frame_from_peer(opcode::binary, "tw", false) +
                            frame_from_peer(opcode::ping, "p") +
                            frame_from_peer(opcode::continuation, "o") +
                            frame_from_peer(opcode::binary, std::string(300, 'x'));
    const std::size_t cut = GENERATE(range(0, 20));
    s.hear(all.substr(0, cut));
    s.hear(all.substr(cut));
    const auto first = s.expect<out::deliver>();
    CHECK(first.bytes == "one");
    CHECK(first.text);
    const auto second = s.expect<out::deliver>();
    CHECK(second.bytes == "two");
    CHECK_FALSE(second.text);
    CHECK(s.expect<out::deliver>().bytes.size() == 300);
    CHECK(s.link().stats().messages_received == 3);
    const auto read = s.write();
    REQUIRE(read.size() == 1);
    CHECK(read[0].kind == item_kind::pong);
    CHECK(read[0].bytes == "p");
}

TEST_CASE("a ping flood costs one pong for each write") {
    script s;
    s.open();
    for (int i = 0; i < 1000; ++i)
        s.say(opcode::ping, std::to_string(i));
    CHECK(s.link().output().size() < 2000 * 20);
    s.write();
    std::string flood;
    for (int i = 0; i < 1000; ++i)
        flood += frame_from_peer(opcode::ping, std::to_string(i));
    s.hear(flood);
    const auto read = s.write();
    REQUIRE(read.size() == 1);
    CHECK(read[0].bytes == "999");
}

TEST_CASE("confirm=pong: what stands before the ping is confirmed, not more") {
    script s;
    s.open();
    s.send("one");
    s.send("two");
    s.pass(20ms);
    const auto pings = pings_in(s.write());
    REQUIRE(pings.size() == 1);
    s.send("three");
    s.say(opcode::pong, pings[0]);
    const auto confirmed = s.expect<out::confirmed>();
    CHECK(confirmed.level == level::received);
    CHECK(confirmed.through == 2);
    CHECK(confirmed.messages == 2);
    CHECK(confirmed.bytes == 6);
    s.say(opcode::pong, pings[0]);
    s.say(opcode::pong, "unasked");
    CHECK(s.nothing());
}

TEST_CASE("a pong of an earlier connection confirms nothing") {
    script s;
    s.open();
    s.send("one");
    s.pass(20ms);
    const auto pings = pings_in(s.write());
    s.break_line();
    s.forget();
    s.reconnect();
    s.write();
    s.say(opcode::pong, pings[0]);
    CHECK(s.nothing());
    CHECK(s.messages().held_messages() == 1);
}

TEST_CASE("confirm=heartbeat: the answer confirms and is not delivered") {
    script s(text_heartbeat(confirm_mode::heartbeat));
    s.open();
    s.say(opcode::text, "heartbeat_response"); // to no question
    s.send("one");
    s.pass(20ms);
    CHECK(messages_in(s.write()) == std::vector<std::string>{"one", "heartbeat"});
    s.say(opcode::binary, "heartbeat_response"); // not the answer: another type
    CHECK(s.expect<out::deliver>().bytes == "heartbeat_response");
    s.pass(3ms);
    s.say(opcode::text, "heartbeat_response");
    CHECK(s.expect<out::confirmed>().through == 1);
    CHECK(s.link().stats().rtt == 3ms);
    s.say(opcode::text, "heartbeat_response");
    CHECK(s.nothing());
}

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

TEST_CASE("an ordinary message is delivered though it reads like the answer") {
    script s; // heartbeat.mode=ping
    s.open();
    s.say(opcode::text, "heartbeat_response");
    s.expect<out::deliver>();
}

TEST_CASE("confirm=off with at-most-once: written is the final level") {
    config c = at_most_once_config();
    c.confirm.mode = confirm_mode::off;
    script s(c);
    s.open();
    s.send("one");
    s.send("two");
    s.write(10);
    const auto confirmed = s.expect<out::confirmed>();
    CHECK(confirmed.level == level::written);
    CHECK(confirmed.through == 1);
    s.break_line();
    CHECK(s.expect<out::disconnect>().orderly == false);
    CHECK(s.expect<out::failed>().reason == fail_reason::in_doubt);
    s.forget();
    s.reconnect();
    CHECK(s.write().empty());
}

TEST_CASE("an unkept message ends when it is written") {
    script s;
    s.open();
    in::send m;
    m.data = payload::copy("unkept");
    m.unkept = true;
    s.send(std::move(m));
    s.write(5);
    CHECK(s.nothing());
    s.write();
    CHECK(s.expect<out::confirmed>().through == 1);
    s.pass(1s);
    CHECK(pings_in(s.write()).empty());
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
