#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {

using fate = ends::fate;

TEST_CASE("messages sent while offline wait, those sent while open go at once") {
    script s;
    s.send("one");
    s.open();
    s.send("two");
    in::send text;
    text.data = payload::copy("three");
    text.text = true;
    s.send(std::move(text));
    const auto read = s.write();
    REQUIRE(read.size() == 3);
    CHECK(read[0].bytes == "one");
    CHECK_FALSE(read[1].text);
    CHECK(read[2].text);
}

TEST_CASE("a flush asks at once, about what is staged and what still waits") {
    script s;
    s.open();
    s.send("one");
    CHECK(pings_in(s.write()).empty());
    SECTION("in::flush") {
        s.step(in::flush{});
    }
    SECTION("a message that flushes") {
        in::send m;
        m.data = payload::copy("two");
        m.flush = true;
        s.send(std::move(m));
    }
    CHECK(pings_in(s.serve()).size() == 1);
    s.expect<out::confirmed>();
    s.step(in::flush{}); // nothing kept: nothing to ask
    CHECK(s.write().empty());
}

TEST_CASE("a flush while offline has its barrier behind the last message, whatever the interval") {
    config c = plain_config();
    c.confirm.interval = 1h;
    script s(c);
    s.send("one");
    s.send("two");
    s.step(in::flush{});
    s.send("three");
    s.open();
    const auto read = s.write();
    REQUIRE(read.size() == 4);
    CHECK(read[2].kind == item_kind::ping);
    s.say(wire::opcode::pong, read[2].bytes);
    CHECK(s.expect<out::confirmed>().through == 2);
}

TEST_CASE("ttl: expired while no byte was given to the kernel, at its time") {
    script s;
    s.send("brief", 1s);
    s.send("long");
    s.pass(1s - 1ns);
    CHECK(s.nothing());
    s.pass(1ns);
    const auto failed = s.expect<out::failed>();
    CHECK(failed.first == 1);
    CHECK(failed.reason == fail_reason::expired);
    s.open();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"long"});
}

TEST_CASE("a connection that comes in the moment of expiry comes too late") {
    script s;
    s.step(in::open{});
    s.send("brief", 1s);
    const time_point due = s.now() + 1s;
    CHECK(s.link().deadline() == due);
    s.pass(1s); // ticks at its time
    CHECK(s.messages().why(1) == fail_reason::expired);
    s.send("brief too", 0s);
    CHECK(s.messages().why(2) == fail_reason::expired); // never staged, without any tick
    s.forget();
}

TEST_CASE("what was begun does not expire") {
    script s;
    s.open();
    s.send("brief", 1s);
    s.write(3);
    s.break_line();
    s.forget();
    s.pass(2s);
    CHECK(s.messages().of(1) == fate::living);
    s.forget();
}

TEST_CASE("room") {
    script s;
    s.open();
    s.send("12345");
    s.write(1);
    s.break_line();
    s.forget();
    s.send("1234567890");
    s.send("1234567890");
    s.step(in::make_room{5, 12, 1, false});
    const auto failed = s.expect<out::failed>();
    CHECK(failed.for_room);
    CHECK(failed.first == 2);
    CHECK(failed.last == 3);
    const auto made = s.expect<out::made_room>();
    CHECK(made.token == 5);
    CHECK(made.messages == 2);
    CHECK(made.bytes == 20);
}

TEST_CASE("confirm=app: the application confirms, no pings but the heartbeat's are sent") {
    config c = plain_config();
    c.confirm.mode = confirm_mode::app;
    script s(c);
    s.open();
    for (int i = 0; i < 3; ++i)
        s.send("x");
    s.step(in::flush{});
    s.pass(1s);
    CHECK(pings_in(s.write()).empty());
    s.step(in::confirm{2, false});
    CHECK(s.expect<out::confirmed>().messages == 1);
    s.step(in::confirm{1, true});
    CHECK(s.expect<out::confirmed>().through == 2);
    s.pass(10s); // the heartbeat's
    const auto pings = pings_in(s.write());
    REQUIRE(pings.size() == 1);
    s.say(wire::opcode::pong, pings[0]); // confirms nothing here
    CHECK(s.nothing());
    s.step(in::confirm{3, true});
    CHECK(s.expect<out::confirmed>().through == 3);
}

TEST_CASE("a message that the application confirmed is not resent") {
    config c = plain_config();
    c.confirm.mode = confirm_mode::app;
    script s(c);
    s.open();
    for (const char* data : {"a", "b", "c"})
        s.send(data);
    s.write();
    s.step(in::confirm{2, false});
    s.break_line();
    s.forget();
    s.reconnect();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"a", "c"});
    s.step(in::confirm{3, true});
    s.forget();
}

TEST_CASE("only a confirmation that ends something shortens the row of attempts") {
    config c = plain_config();
    c.confirm.mode = confirm_mode::app;
    c.reconnect.jitter = 0;
    script s(c);
    s.send("x");
    s.step(in::open{});
    for (int i = 0; i < 3; ++i) {
        s.expect<out::connect>();
        s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
        s.expect<out::down>();
        s.pass(30s);
    }
    s.accept();
    s.expect<out::opened>();
    const bool real = GENERATE(false, true);
    s.step(in::confirm{0, true});
    if (real) {
        s.step(in::confirm{1, true});
        s.expect<out::confirmed>();
    }
    s.break_line();
    s.expect<out::disconnect>();
    CHECK(s.expect<out::down>().record.attempt == (real ? 2 : 4));
}

TEST_CASE("retry_now: no more waiting, a new row") {
    config c = plain_config();
    c.reconnect.min = 10s;
    c.reconnect.hold = 60s;
    script s(c);
    s.step(in::retry_now{}); // idle: nothing
    s.step(in::open{});
    s.step(in::retry_now{}); // connecting: nothing
    s.expect<out::connect>();
    SECTION("while waiting") {
        s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
        CHECK(s.expect<out::down>().record.attempt == 1);
    }
    SECTION("while stopped") {
        s.step(in::connect_failed{failure_of(policy::cause::tls_host)});
        s.expect<out::down>();
        CHECK(s.link().state() == state::stopped);
    }
    s.step(in::retry_now{});
    s.accept();
    CHECK(s.expect<out::opened>().attempt == 0);
    s.step(in::retry_now{});
    CHECK(s.nothing());
}

TEST_CASE("options changed while running") {
    auto changed = std::make_shared<config>(plain_config());
    changed->reconnect.min = 20s;
    changed->reconnect.max = 20s;
    changed->confirm.interval = 3s;
    script s;
    s.open();
    s.step(in::reconfigure{changed});
    s.send("x");
    CHECK(s.link().deadline() == s.now() + 3s);
    s.break_line(policy::cause::tcp_reset);
    s.expect<out::disconnect>();
    s.expect<out::down>(); // "now"
    s.step(in::retry_now{});
    s.expect<out::connect>();
    s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
    CHECK(s.expect<out::down>().record.delay == 20s);
}

} // namespace resock::link
