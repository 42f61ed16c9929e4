#include "link/machine.hpp"

#include "machine/script.hpp"

namespace resock::link {

TEST_CASE("states have names") {
    const state all[] = {state::idle,    state::asking,  state::connecting, state::open,
                         state::closing, state::waiting, state::stopped,    state::finished};
    const char* names[] = {"idle",    "asking",  "connecting", "open",
                           "closing", "waiting", "stopped",    "finished"};
    for (int i = 0; i < 8; ++i)
        CHECK(to_string(all[i]) == std::string(names[i]));
}

TEST_CASE("a new machine waits for open and has no deadline") {
    script s;
    CHECK(s.link().state() == state::idle);
    CHECK_FALSE(s.link().deadline().has_value());
    s.step(in::tick{});
    CHECK(s.nothing());
}

TEST_CASE("close: what is kept is confirmed first, then the closing handshake, DOWN, finish") {
    script s;
    s.open();
    s.send("one");
    s.step(in::close{3999, "bye"});
    CHECK(s.link().state() == state::open);
    auto read = s.write();
    REQUIRE(read.size() == 2);
    CHECK(read[1].kind == item_kind::ping); // at once, not after confirm.interval
    s.say(wire::opcode::pong, read[1].bytes);
    CHECK(s.expect<out::confirmed>().through == 1);
    CHECK(s.link().state() == state::closing);
    read = s.write();
    REQUIRE(read.size() == 1);
    CHECK(read[0].kind == item_kind::close);
    CHECK(read[0].code == 3999);
    CHECK(read[0].bytes == "bye");
    SECTION("the peer answers") {
        s.say(wire::opcode::text, "last words");
        CHECK(s.expect<out::deliver>().bytes == "last words");
        s.hear(close_from_peer(3999));
        CHECK(s.expect<out::disconnect>().orderly);
    }
    SECTION("the peer just ends") {
        s.step(in::ended{});
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
    }
    SECTION("the peer breaks the protocol") {
        s.hear("\xff\x01");
        CHECK(s.expect<out::disconnect>().orderly);
    }
    SECTION("no answer within close.handshake") {
        s.pass(5s - 1ns);
        CHECK(s.nothing());
        s.pass(1ns);
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
    }
    const auto down = s.expect<out::down>();
    CHECK(down.was_open);
    CHECK(down.record.verdict == policy::verdict::stop);
    CHECK(down.record.culprit == policy::culprit::us);
    s.expect<out::finish>();
    CHECK(s.nothing());
}

TEST_CASE("close waits close.timeout for confirmation, reconnecting meanwhile") {
    config c = plain_config();
    c.heartbeat_mode = heartbeat_mode::off;
    c.heartbeat.enabled = false;
    script s(c);
    s.open();
    s.send("one");
    s.write();
    s.step(in::close{});
    s.break_line();
    s.expect<out::disconnect>();
    s.expect<out::down>();
    s.reconnect();
    SECTION("confirmed by the next connection") {
        s.serve();
        CHECK(s.expect<out::confirmed>().through == 1);
        CHECK(s.link().state() == state::closing);
        s.hear(close_from_peer(1000));
        s.expect<out::disconnect>();
    }
    SECTION("not in time") {
        s.write();
        s.pass(30s);
        CHECK(s.expect<out::failed>().reason == fail_reason::in_doubt);
        s.forget();
        CHECK(s.link().state() == state::closing);
        return;
    }
    s.expect<out::down>();
    s.expect<out::finish>();
}

TEST_CASE("at close.timeout what is staged may still go out: it is not called unsent") {
    config c = plain_config();
    c.heartbeat_mode = heartbeat_mode::off;
    c.heartbeat.enabled = false;
    script s(c);
    s.open();
    s.send(std::string(70'000, 'a'));
    s.send(std::string(70'000, 'b')); // behind 64 KiB of the first: not staged
    s.write(10);
    s.send("c");
    s.step(in::close{});
    s.pass(30s);
    CHECK(s.messages().why(1) == fail_reason::in_doubt);
    CHECK(s.messages().why(2) == fail_reason::not_sent);
    CHECK(s.messages().why(3) == fail_reason::not_sent);
    CHECK(s.link().state() == state::closing);
    const auto frames = s.link().output();
    CHECK(frames.substr(frames.size() - 8).front() == static_cast<char>(0x88));
    s.forget();
}

TEST_CASE("close where no connection is") {
    config c = plain_config();
    c.reconnect.hold = 60s;
    script s(c);
    SECTION("before open") {
    }
    SECTION("while connecting") {
        s.step(in::open{});
        s.expect<out::connect>();
        s.step(in::close{});
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
    }
    SECTION("while waiting") {
        s.step(in::open{});
        s.expect<out::connect>();
        s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
        s.expect<out::down>();
    }
    SECTION("while stopped, with something kept: nothing could confirm it any more") {
        s.send("one");
        s.step(in::open{});
        s.expect<out::connect>();
        s.step(in::connect_failed{failure_of(policy::cause::tls_host)});
        s.expect<out::down>();
        CHECK(s.link().state() == state::stopped);
        s.step(in::close{});
        CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
    }
    s.step(in::close{});
    s.step(in::close{});
    const auto last = s.expect<out::finish>();
    CHECK(last.record.verdict == policy::verdict::stop);
    CHECK(last.record.why.find("1000") != std::string::npos);
    CHECK(s.nothing());
}

TEST_CASE("close.timeout where no connection comes") {
    script s;
    s.step(in::open{});
    s.expect<out::connect>();
    s.send("one");
    s.step(in::close{});
    s.pass(30s);
    CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
    CHECK_FALSE(s.expect<out::disconnect>().orderly);
    s.expect<out::finish>();
}

TEST_CASE("after the end a message that was on its way ends, and who waits for room is answered") {
    script s;
    s.step(in::close{});
    s.expect<out::finish>();
    s.send("late");
    CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
    s.step(in::make_room{9, 10, 1, false});
    const auto made = s.expect<out::made_room>();
    CHECK(made.token == 9);
    CHECK(made.messages == 0);
    s.step(in::open{});
    s.step(in::retry_now{});
    s.step(in::tick{});
    CHECK(s.nothing());
}

TEST_CASE("statistics") {
    script s;
    s.step(in::open{});
    CHECK(s.link().stats().attempts == 1);
    s.accept();
    s.expect<out::opened>();
    s.send("12345");
    s.send("67890");
    auto now = s.link().stats();
    CHECK(now.connections == 1);
    CHECK(now.messages_sent == 2);
    CHECK(now.queued_messages == 2);
    CHECK(now.queued_bytes == 10);
    CHECK(now.ended_below == 1);
    CHECK(now.written_below == 1);
    s.write(11); // the first, whole
    CHECK(s.link().stats().written_below == 2);
    CHECK(s.link().stats().bytes_sent == 11);
    s.write();
    CHECK(s.written_through == 2);
    s.break_line();
    s.expect<out::disconnect>();
    s.expect<out::down>();
    CHECK(s.link().stats().written_below == 1); // on no connection any more
    s.reconnect();
    s.write();
    s.pass(20ms);
    const auto pings = pings_in(s.write());
    REQUIRE(pings.size() == 1);
    s.pass(7ms);
    s.say(wire::opcode::pong, pings[0]);
    s.expect<out::confirmed>();
    now = s.link().stats();
    CHECK(now.rtt == 7ms);
    CHECK(now.messages_resent == 2);
    CHECK(now.messages_sent == 4);
    CHECK(now.ended_below == 3);
    CHECK(now.written_below == 3);
    CHECK(now.bytes_received > 0);
    CHECK(now.queued_messages == 0);
}

TEST_CASE("progress to written never goes back") {
    script s;
    s.open();
    for (int i = 0; i < 3; ++i)
        s.send("x");
    s.write();
    CHECK(s.written_through == 3);
    s.break_line();
    s.forget();
    s.reconnect();
    s.write(7); // the checker of ends would tell a CONFIRMED(written) of 1
    CHECK(s.written_through == 3);
}

} // namespace resock::link
