#include "link/greetings.hpp"

#include "machine/script.hpp"

namespace resock::link {

TEST_CASE("a key keeps its place when it is set again") {
    greetings g;
    g.set({"login", "a", true});
    g.set({"feed", "b", false});
    const auto again = g.set({"login", "c", false});
    REQUIRE(g.all().size() == 2);
    CHECK(g.all()[0] == again);
    CHECK(g.all()[0]->data == "c");
    CHECK_FALSE(g.all()[0]->text);
    CHECK(g.all()[1]->key == "feed");
}

TEST_CASE("a removed key is gone; an unknown one changes nothing") {
    greetings g;
    g.set({"login", "a", true});
    g.remove("feed");
    CHECK(g.all().size() == 1);
    g.remove("login");
    CHECK(g.all().empty());
}

TEST_CASE("greetings go first on every connection, with a barrier of their own") {
    script s;
    s.step(in::greeting_set{"login", "me", true});
    s.step(in::greeting_set{"feed", "all", false});
    s.send("kept");
    s.open();
    for (int connection = 1; connection <= 2; ++connection) {
        const auto read = s.write();
        REQUIRE(read.size() == 4);
        CHECK(read[0].bytes == "me");
        CHECK(read[0].text);
        CHECK(read[1].bytes == "all");
        CHECK_FALSE(read[1].text);
        CHECK(read[2].kind == item_kind::ping);
        CHECK(read[3].bytes == "kept");
        s.say(wire::opcode::pong, read[2].bytes); // confirms no message
        CHECK(s.messages().held_messages() == 1);
        if (connection == 1) {
            s.break_line();
            s.expect<out::disconnect>();
            s.expect<out::down>();
            s.reconnect();
        }
    }
    s.pass(20ms);
    s.serve();
    s.expect<out::confirmed>();
}

TEST_CASE("a greeting set or removed while open") {
    script s;
    s.step(in::greeting_set{"a", "1", false});
    s.open();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"1"});
    s.step(in::greeting_set{"b", "2", false}); // at once, too
    s.step(in::greeting_set{"a", "3", false});
    s.step(in::greeting_remove{"b"}); // already in the output
    CHECK(messages_in(s.write()) == std::vector<std::string>{"2", "3"});
    s.break_line();
    s.expect<out::disconnect>();
    s.expect<out::down>();
    s.reconnect();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"3"});
}

TEST_CASE("with greeting.hold kept messages wait for ready of this connection") {
    config c = plain_config();
    c.greeting_hold = true;
    c.greeting_timeout = 10s;
    script s(c);
    s.step(in::greeting_set{"login", "me", true});
    s.send("kept");
    s.open();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"me"});
    s.step(in::ready{0}); // of an earlier connection
    s.step(in::ready{2});
    CHECK(messages_in(s.write()).empty());
    SECTION("ready") {
        s.step(in::ready{1});
        CHECK(messages_in(s.write()) == std::vector<std::string>{"kept"});
        s.serve();
        s.pass(11s); // the limit is lifted
        CHECK(s.link().state() == state::open);
        s.step(in::ready{1}); // again: nothing
    }
    SECTION("not in time: dropped, with a record that says so, and tried again") {
        s.pass(10s);
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
        const auto down = s.expect<out::down>();
        CHECK(down.was_open);
        CHECK(down.record.cause == policy::cause::local);
        CHECK(down.record.verdict == policy::verdict::backoff);
        CHECK(down.record.delay.has_value());
        CHECK(down.record.why.find("greeting.timeout") != std::string::npos);
        s.reconnect();
        CHECK(messages_in(s.write()) == std::vector<std::string>{"me"});
        s.step(in::ready{2});
        CHECK(messages_in(s.write()) == std::vector<std::string>{"kept"});
    }
    s.step(in::close{1000, ""});
}

} // namespace resock::link
