#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

using policy::verdict;
using wire::opcode;

// What follows an end by hand: disconnect, then DOWN.
out::down fell(script& s) {
    s.expect<out::disconnect>();
    return s.expect<out::down>();
}

} // namespace

TEST_CASE("ends of an open connection and what follows") {
    struct row {
        const char* what;
        policy::cause cause;
        std::uint16_t code;
        verdict then;
    };
    const row r = GENERATE(row{"end of stream", policy::cause::none, 0, verdict::now},
                           row{"reset", policy::cause::tcp_reset, 0, verdict::now},
                           row{"TLS cut", policy::cause::tls_cut, 0, verdict::now},
                           row{"1000", policy::cause::none, 1000, verdict::stop},
                           row{"1001", policy::cause::none, 1001, verdict::now},
                           row{"1008", policy::cause::none, 1008, verdict::stop},
                           row{"1009, nothing in doubt", policy::cause::none, 1009, verdict::stop},
                           row{"1011", policy::cause::none, 1011, verdict::backoff},
                           row{"1012", policy::cause::none, 1012, verdict::spread},
                           row{"1013", policy::cause::none, 1013, verdict::slow},
                           row{"no status", policy::cause::none, 1005, verdict::backoff},
                           row{"4321", policy::cause::none, 4321, verdict::backoff});
    CAPTURE(r.what);
    script s;
    s.open();
    s.pass(3s);
    if (r.code != 0)
        s.hear(close_from_peer(r.code, r.code == 1005 ? "" : "why"));
    else
        s.break_line(r.cause);
    const auto end = s.expect<out::disconnect>();
    CHECK(end.orderly == (r.code != 0));
    if (r.code != 0) { // answered with the same code, at once
        const auto frames = script::frames_of(end.last.view());
        REQUIRE(frames.size() == 1);
        CHECK(frames[0].code == opcode::close);
        CHECK(frames[0].size == (r.code == 1005 ? 0 : 2 + std::string("why").size()));
    }
    const auto down = s.expect<out::down>();
    CHECK(down.was_open);
    CHECK(down.record.verdict == r.then);
    CHECK(down.record.close_code == (r.code ? r.code : 1006));
    CHECK(down.record.cause == r.cause);
    CHECK(down.record.up == 3s);
    CHECK(down.record.since_last_byte == (r.code ? 0s : 3s));
    CHECK(down.record.host == "peer.example");
    CHECK_FALSE(down.record.why.empty());
    CHECK(down.record.delay.has_value() == (r.then != verdict::stop));
    CHECK(s.link().output().empty());
    if (r.then == verdict::stop)
        s.expect<out::finish>();
    else
        CHECK(s.link().state() == state::waiting);
    CHECK(s.nothing());
}

TEST_CASE("a connection that ends at once was open nevertheless") {
    script s;
    s.open();
    s.hear(close_from_peer(1011));
    s.expect<out::disconnect>();
    const auto down = s.expect<out::down>();
    CHECK(down.was_open);
    CHECK(down.record.up == 1ms);
    CHECK_THAT(down.record.why, Catch::Contains("reconnecting"));
}

TEST_CASE("with bytes still to be written the Close answer is left out") {
    script s;
    s.open();
    s.send("waits");
    s.hear(close_from_peer(1001));
    CHECK(s.expect<out::disconnect>().last.empty());
    s.expect<out::down>();
    s.reconnect();
    CHECK(s.link().stats().messages_resent == 0); // it was never given to the kernel
    CHECK(messages_in(s.write()) == std::vector<std::string>{"waits"});
}

TEST_CASE("nothing behind a Close frame counts") {
    script s;
    s.open();
    s.send("one");
    s.pass(20ms);
    const auto pings = pings_in(s.write());
    s.hear(close_from_peer(1001) + frame_from_peer(opcode::pong, pings.at(0)) +
           frame_from_peer(opcode::text, "late"));
    fell(s);
    CHECK(s.nothing());
    CHECK(s.messages().held_messages() == 1);
}

TEST_CASE("a pong before the Close frame in the same bytes does count") {
    script s;
    s.open();
    s.send("one");
    s.pass(20ms);
    const auto pings = pings_in(s.write());
    s.hear(frame_from_peer(opcode::pong, pings.at(0)) + close_from_peer(1001));
    s.expect<out::confirmed>();
    fell(s);
}

TEST_CASE("a peer that breaks the protocol is told, and tried again") {
    script s;
    s.open();
    s.hear("\xc1\x01"); // a reserved bit
    const auto end = s.expect<out::disconnect>();
    CHECK(end.orderly);
    CHECK(script::frames_of(end.last.view()).at(0).code == opcode::close);
    const auto down = s.expect<out::down>();
    CHECK(down.record.cause == policy::cause::protocol);
    CHECK(down.record.close_code == 1002);
    CHECK(down.record.closed_by_us);
    CHECK(down.record.detail.find("RSV1") != std::string::npos);
    CHECK(down.record.verdict == verdict::backoff);
}

TEST_CASE("three 1002 in a row stop, others between begin the row anew") {
    script s;
    s.open();
    const bool between = GENERATE(false, true);
    for (int i = 0; i < 2; ++i) {
        s.hear(close_from_peer(1002));
        CHECK(fell(s).record.verdict == verdict::backoff);
        s.reconnect();
    }
    if (between) {
        s.break_line();
        fell(s);
        s.reconnect();
    }
    s.hear(close_from_peer(1002));
    CHECK(fell(s).record.verdict == (between ? verdict::backoff : verdict::stop));
    s.forget();
}

TEST_CASE("limits: attempts used up stop the link, what is kept fails") {
    config c = plain_config();
    c.reconnect.attempts = 1;
    script s(c);
    s.send("kept");
    s.step(in::open{});
    s.expect<out::connect>();
    s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
    CHECK(s.expect<out::down>().record.delay.has_value());
    s.pass(30s);
    s.expect<out::connect>();
    s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
    const auto down = s.expect<out::down>();
    CHECK(down.record.limits_reached);
    CHECK(down.record.verdict == verdict::stop);
    CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
    s.expect<out::finish>();
}

TEST_CASE("at-least-once: everything from the first unconfirmed goes again, in order") {
    script s;
    s.open();
    for (const char* data : {"a", "b", "c", "d"})
        s.send(data);
    s.write(14); // two whole
    s.pass(20ms);
    s.break_line();
    fell(s);
    s.send("e");
    s.reconnect();
    CHECK(messages_in(s.serve()) == std::vector<std::string>{"a", "b", "c", "d", "e"});
    s.pass(20ms);
    s.serve();
    CHECK(s.expect<out::confirmed>().through == 5);
}

TEST_CASE("at-most-once: what was touched is in doubt, the rest waits on") {
    script s(at_most_once_config());
    s.open();
    for (const char* data : {"a", "b", "c", "d"})
        s.send(data);
    s.write(15); // two whole and a byte of the third
    s.break_line();
    s.expect<out::disconnect>();
    const auto failed = s.expect<out::failed>();
    CHECK(failed.first == 1);
    CHECK(failed.last == 3);
    CHECK(failed.reason == fail_reason::in_doubt);
    s.expect<out::down>();
    s.reconnect();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"d"});
}

TEST_CASE("a line that breaks before anything is confirmed gets barriers closer together") {
    script s;
    s.open();
    for (int i = 0; i < 200; ++i)
        s.send(std::string(1000, 'x'));
    // Messages up to the first barrier of a connection.
    const auto first_run = [&] {
        std::size_t count = 0;
        for (const item& each : s.write(100'000)) {
            if (each.kind == item_kind::ping) break;
            ++count;
        }
        return count;
    };
    for (const std::size_t expected : {66, 33, 17, 9, 5, 3, 2, 2}) {
        CHECK(first_run() == expected);
        s.break_line();
        s.expect<out::disconnect>();
        s.expect<out::down>();
        s.reconnect();
    }
    s.serve(); // well again: as far apart as before
    s.forget();
    for (int i = 0; i < 200; ++i)
        s.send(std::string(1000, 'x'));
    CHECK(pings_in(s.write()).size() == 3);
    s.break_line();
    s.forget();
    s.reconnect();
}

TEST_CASE("after a stable time the count is 0 again and new credentials may be asked for") {
    config c = plain_config();
    c.credentials_when = credentials_when::refused;
    script s(c);
    const auto refuse = [&] {
        s.hear(close_from_peer(3000));
        return fell(s).record;
    };
    s.open();
    CHECK(refuse().verdict == verdict::auth);
    s.step(in::credentials{s.expect<out::ask>().request_id, false, {}, wire::fields{}});
    s.accept();
    s.expect<out::opened>();
    const bool stable = GENERATE(false, true);
    if (stable) {
        s.pass(9s);
        s.say(opcode::pong, "");
        s.pass(2s);
    }
    const auto again = refuse();
    CHECK(again.verdict == (stable ? verdict::auth : verdict::stop));
    CHECK(again.attempt == 1);
    s.forget();
}

} // namespace resock::link
