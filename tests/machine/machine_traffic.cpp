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
    const std::string all =
        frame_from_peer(opcode::text, "one") + frame_from_peer(opcode::binary, "tw", false) +
        frame_from_peer(opcode::ping, "p") + frame_from_peer(opcode::continuation, "o") +
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

} // namespace resock::link
