// The server role: ended by this side, and what it holds meanwhile.

#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

using wire::opcode;

void accept(script& s) {
    s.step(in::open{});
    s.accepted();
    s.expect<out::opened>();
}

in::close within(duration limit) {
    in::close made;
    made.code = 1012;
    made.reason = "restart";
    made.within = limit;
    return made;
}

std::uint16_t close_code_in(const std::vector<item>& read) {
    for (const item& each : read)
        if (each.kind == item_kind::close) return each.code;
    return 0;
}

} // namespace

TEST_CASE("server role: close is a closing handshake, told without a word of attempts") {
    script s(server_config());
    accept(s);
    s.step(in::close{1001, "bye"});
    CHECK(s.link().state() == state::closing);
    const auto read = s.write();
    REQUIRE(read.size() == 1);
    CHECK(read[0].code == 1001);
    CHECK(read[0].bytes == "bye");
    s.hear(close_from_peer(1001, "", true));
    CHECK(s.expect<out::disconnect>().orderly);
    const auto down = s.expect<out::down>();
    CHECK(down.record.why == "closed by this side with code 1001");
    CHECK(down.record.host == "192.0.2.7:4711");
    CHECK(down.record.accepted);
    s.expect<out::finish>();
    CHECK(s.nothing());
}

TEST_CASE("server role: a close before the request was answered") {
    script s(server_config());
    SECTION("with nothing kept is the end at once") {
        s.step(in::open{});
        s.step(in::close{1001, ""});
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
        CHECK(s.expect<out::finish>().record.why == "closed by this side with code 1001");
        s.accepted();
        CHECK(s.nothing());
    }
    SECTION("waits for what is kept") {
        s.send("kept");
        s.step(in::open{});
        s.step(in::close{1001, ""});
        s.pass(1s);
        CHECK(s.nothing());
        s.accepted();
        s.expect<out::opened>();
        s.serve();
        CHECK(s.expect<out::confirmed>().through == 1);
        CHECK(s.link().state() == state::closing);
    }
    SECTION("but not for ever") {
        s.send("kept");
        s.step(in::open{});
        s.step(within(1s));
        s.pass(1s);
        CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
        s.expect<out::finish>();
    }
    s.forget();
}

TEST_CASE("close within a time: it bounds the wait for confirmation and the closing handshake") {
    const config c = GENERATE(server_config(), plain_config());
    const bool serves = c.role == wire::role::server;
    CAPTURE(serves);
    script s(c);
    if (serves)
        accept(s);
    else
        s.open();
    const time_point began = s.now();
    SECTION("nothing is confirmed") {
        s.send("kept");
        s.write();
        s.step(within(2s));
        s.write();
        s.pass(1999ms);
        CHECK(s.nothing());
        s.pass(1ms);
        CHECK(s.expect<out::failed>().reason == fail_reason::in_doubt);
    }
    SECTION("the peer does not answer the Close frame") {
        s.step(within(2s));
        CHECK(close_code_in(s.write()) == 1012);
        CHECK(s.link().deadline() == began + 2s);
        s.pass(2s);
    }
    SECTION("confirmation takes part of the time, the handshake has the rest") {
        s.send("kept");
        s.step(within(2s));
        const auto pings = pings_in(s.write());
        REQUIRE(pings.size() == 1);
        s.pass(1500ms);
        s.say(opcode::pong, pings[0]);
        s.expect<out::confirmed>();
        CHECK(close_code_in(s.write()) == 1012);
        CHECK(s.link().deadline() == began + 2s);
        s.pass(500ms);
    }
    CHECK(s.link().state() == state::finished);
    CHECK(s.now() == began + 2s);
    s.expect<out::disconnect>();
    CHECK(s.expect<out::down>().record.why.rfind("closed by this side with code 1012", 0) == 0);
    s.expect<out::finish>();
    CHECK(s.nothing());
}

TEST_CASE("close within a long time leaves close.handshake as it is") {
    script s(server_config());
    accept(s);
    s.step(within(10min));
    s.write();
    CHECK(s.link().deadline() == s.now() + 5s);
}

TEST_CASE("a later close within a time shortens one that is under way") {
    script s(server_config());
    accept(s);
    const time_point began = s.now();
    SECTION("while it waits for confirmation") {
        s.send("kept");
        s.write();
        s.step(in::close{1000, "mine"});
        s.write();
        s.step(within(2s));
        s.pass(2s);
        CHECK(s.expect<out::failed>().reason == fail_reason::in_doubt);
    }
    SECTION("during the closing handshake") {
        s.step(in::close{1000, "mine"});
        s.write();
        s.step(within(2s));
        CHECK(s.link().deadline() == began + 2s);
        s.pass(2s);
    }
    SECTION("never lengthens it") {
        s.step(within(2s));
        s.write();
        s.step(within(10s));
        s.pass(2s);
    }
    CHECK(s.link().state() == state::finished);
    s.forget();
}

TEST_CASE("abandon tells the peer why and ends at once") {
    script s(server_config());
    accept(s);
    s.send("written");
    s.take();
    in::abandon wanted;
    wanted.reason = "the server has no memory left";
    SECTION("with a Close frame where nothing waits to be written") {
        s.step(wanted);
        const auto end = s.expect<out::disconnect>();
        CHECK(end.orderly);
        CHECK(std::string(end.last.view()) == close_from_peer(1013, wanted.reason));
    }
    SECTION("without one where bytes wait: they may hold messages, which then were not sent") {
        s.send("waits");
        s.step(wanted);
        CHECK(s.expect<out::disconnect>().last.empty());
    }
    const auto down = s.expect<out::down>();
    CHECK(down.was_open);
    CHECK(down.record.close_code == 1013);
    CHECK(down.record.close_reason == wanted.reason);
    CHECK(down.record.closed_by_us);
    CHECK(down.record.why.find(wanted.reason) != std::string::npos);
    s.forget();
    CHECK(s.messages().why(1) == fail_reason::in_doubt);
    CHECK(s.link().state() == state::finished);
}

TEST_CASE("abandon where nothing is open changes nothing") {
    script s(server_config());
    s.step(in::abandon{});
    s.step(in::open{});
    s.step(in::abandon{});
    CHECK(s.nothing());
    s.accepted();
    s.expect<out::opened>();
    s.step(in::close{1000, ""});
    s.step(in::abandon{}); // a closing handshake is short by itself
    CHECK(s.nothing());
}

TEST_CASE("held_bytes counts what came in part and what was not yet taken") {
    script s(server_config());
    CHECK(s.link().held_bytes() == 0);
    CHECK(s.link().open_message_bytes() == 0);
    accept(s);
    CHECK(s.link().held_bytes() == 0);
    SECTION("output") {
        s.send(std::string(1000, 'x'));
        CHECK(s.link().held_bytes() == 1004);
        s.take(1000);
        CHECK(s.link().held_bytes() == 4);
        s.take();
        CHECK(s.link().held_bytes() == 0);
    }
    SECTION("a message in part") {
        const std::string begin =
            frame_from_peer(opcode::binary, std::string(1000, 'x'), false, true);
        const std::string end =
            frame_from_peer(opcode::continuation, std::string(1000, 'y'), true, true);
        s.hear(begin);
        CHECK(s.link().open_message_bytes() > 0);
        CHECK(s.link().held_bytes() >= 1000);
        CHECK(s.link().held_bytes() <= 2000);
        s.say(opcode::ping, ""); // between fragments
        CHECK(s.link().open_message_bytes() > 0);
        s.take();
        s.hear(end);
        CHECK(s.expect<out::deliver>().bytes.size() == 2000);
        CHECK(s.link().open_message_bytes() == 0);
        CHECK(s.link().held_bytes() == 0);
    }
    SECTION("the end gives everything back") {
        s.hear(frame_from_peer(opcode::binary, std::string(1000, 'x'), false, true));
        s.send("x");
        s.break_line();
        CHECK(s.link().held_bytes() == 0);
        CHECK(s.link().open_message_bytes() == 0);
        s.forget();
    }
}

} // namespace resock::link
