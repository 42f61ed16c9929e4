// The server role: one connection, made by the peer.

#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

using policy::verdict;
using wire::opcode;

std::string masked_frame(opcode code, std::string_view payload, bool fin = true) {
    return frame_from_peer(code, payload, fin, true);
}
std::string masked_close(std::uint16_t code, std::string_view reason = {}) {
    return close_from_peer(code, reason, true);
}

// OPEN, which is taken; what stood behind the request's header comes first.
out::opened accept(script& s, std::string leftover = {}) {
    s.step(in::open{});
    CHECK(s.link().state() == state::connecting);
    CHECK(s.nothing()); // the transport answers: nothing is asked for
    s.accepted(std::move(leftover));
    return s.expect<out::opened>();
}

// What must follow the end of the connection, with nothing left to be told.
out::down ended(script& s, bool orderly) {
    CHECK(s.expect<out::disconnect>().orderly == orderly);
    const auto down = s.expect<out::down>();
    CHECK(down.record.accepted);
    CHECK(down.record.verdict == verdict::stop);
    CHECK_FALSE(down.record.delay.has_value());
    CHECK(down.record.why.find("not retried") == std::string::npos);
    CHECK_FALSE(down.record.why.empty());
    return down;
}

} // namespace

TEST_CASE("server role: an accepted connection is open, with what the transport knows of it") {
    script s(server_config());
    s.step(in::accepted{}); // nobody began
    CHECK(s.link().state() == state::idle);
    const auto opened = accept(s);
    CHECK(s.link().state() == state::open);
    CHECK(opened.address == "192.0.2.7:4711");
    CHECK(opened.tls == "TLSv1.3");
    CHECK(opened.subprotocol == "chat");
    CHECK(opened.connection == 1);
    CHECK(opened.attempt == 0);
    CHECK(opened.downtime == 0s);
    const statistics stats = s.link().stats();
    CHECK(stats.connections == 1);
    CHECK(stats.attempts == 1);
    s.accepted(); // not twice
    s.step(in::retry_now{});
    s.step(in::open{});
    CHECK(s.nothing());
}

TEST_CASE("server role: frames go out without a mask and come in with one") {
    script s(server_config());
    accept(s);
    s.send("hello");
    CHECK(s.take() == frame_from_peer(opcode::binary, "hello"));
    s.hear(masked_frame(opcode::text, "well"));
    const auto arrived = s.expect<out::deliver>();
    CHECK(arrived.text);
    CHECK(arrived.bytes == "well");
    s.hear(masked_frame(opcode::ping, "p"));
    CHECK(s.take() == frame_from_peer(opcode::pong, "p"));
    s.pass(20ms); // the barrier
    const auto frames = script::frames_of(s.take(), false);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].code == opcode::ping);
}

TEST_CASE("server role: no random number is drawn for frames") {
    int calls = 0;
    machine served(std::make_shared<const config>(server_config()),
                   [&](std::span<std::uint8_t>) { ++calls; });
    actions fresh;
    served.step(in::open{}, start, fresh);
    served.step(in::accepted{}, start, fresh);
    in::send message;
    message.id = 1;
    message.data = payload::copy("x");
    served.step(std::move(message), start, fresh);
    CHECK_FALSE(served.output().empty());
    CHECK(calls == 0);
}

TEST_CASE("server role: what breaks the protocol is answered with its code, and is the end") {
    struct row {
        const char* what;
        std::string bytes;
        std::uint16_t code;
    };
    const row rows[] = {
        {"no mask", frame_from_peer(opcode::text, "x"), 1002},
        {"a pong without a mask", frame_from_peer(opcode::pong, ""), 1002},
        {"a reserved bit", "\xc1\x81mask.", 1002},
        {"an unknown opcode", "\x83\x81mask.", 1002},
        {"a continuation without a start", masked_frame(opcode::continuation, "x"), 1002},
        {"a fragmented ping", masked_frame(opcode::ping, "x", false), 1002},
        {"no UTF-8", masked_frame(opcode::text, "\xff"), 1007},
        {"too large", masked_frame(opcode::binary, std::string(101, 'x')), 1009},
    };
    for (const row& each : rows) {
        INFO(each.what);
        config c = server_config();
        c.message_max = 100;
        script s(c);
        accept(s);
        s.hear(each.bytes);
        const auto end = s.expect<out::disconnect>();
        CHECK(end.orderly);
        const auto last = script::frames_of(end.last.view(), false);
        REQUIRE(last.size() == 1);
        CHECK(last[0].code == opcode::close);
        const auto down = s.expect<out::down>();
        CHECK(down.was_open);
        CHECK(down.record.cause == policy::cause::protocol);
        CHECK(down.record.close_code == each.code);
        CHECK(down.record.closed_by_us);
        CHECK(down.record.host == "192.0.2.7:4711");
        CHECK_FALSE(down.record.detail.empty());
        CHECK(s.expect<out::finish>().record.close_code == each.code);
        CHECK(s.nothing());
        CHECK(s.link().state() == state::finished);
    }
}

TEST_CASE("server role: bytes behind the request come before anything that is read") {
    script s(server_config());
    const std::string second = masked_frame(opcode::text, "second");
    SECTION("a message, and the beginning of the next") {
        accept(s, masked_frame(opcode::text, "first") + second.substr(0, 5));
        CHECK(s.expect<out::deliver>().bytes == "first");
        CHECK(s.link().open_message_bytes() > 0);
        s.hear(second.substr(5));
        CHECK(s.expect<out::deliver>().bytes == "second");
        CHECK(s.link().open_message_bytes() == 0);
    }
    SECTION("a Close frame") {
        accept(s, masked_close(1001));
        ended(s, true);
        s.expect<out::finish>();
        CHECK(s.nothing());
    }
    SECTION("a frame without a mask") {
        accept(s, frame_from_peer(opcode::text, "x"));
        CHECK(ended(s, true).record.close_code == 1002);
        s.expect<out::finish>();
    }
}

TEST_CASE("server role: every end of the connection is the end of the link") {
    struct row {
        const char* what;
        policy::cause cause;
        std::uint16_t code;
    };
    const row rows[] = {
        {"end of stream", policy::cause::none, 0}, {"reset", policy::cause::tcp_reset, 0},
        {"TLS cut", policy::cause::tls_cut, 0},    {"1000", policy::cause::none, 1000},
        {"1001", policy::cause::none, 1001},       {"1002", policy::cause::none, 1002},
        {"no status", policy::cause::none, 1005},  {"1009", policy::cause::none, 1009},
        {"1012", policy::cause::none, 1012},       {"3000", policy::cause::none, 3000},
        {"4321", policy::cause::none, 4321}};
    const bool held = GENERATE(false, true);
    for (const row& each : rows) {
        INFO(each.what << (held ? ", reconnect.hold set" : ""));
        config c = server_config();
        c.credentials_when = credentials_when::refused;
        if (held) c.reconnect.hold = 60s; // of no meaning here: nothing can go on
        script s(c);
        accept(s);
        s.send("written");
        s.take();
        s.pass(3s);
        s.take(); // its barrier: nothing waits, so the Close frame is answered
        if (each.code != 0)
            s.hear(masked_close(each.code, each.code == 1005 ? "" : "why"));
        else
            s.break_line(each.cause);
        const auto down = ended(s, each.code != 0);
        CHECK(down.was_open);
        CHECK(down.record.close_code == (each.code ? each.code : 1006));
        CHECK(down.record.cause == each.cause);
        CHECK(down.record.up == 3s);
        CHECK(down.record.host == "192.0.2.7:4711");
        const auto failed = s.expect<out::failed>();
        CHECK(failed.reason == fail_reason::in_doubt);
        s.expect<out::finish>();
        CHECK(s.nothing());
        CHECK(s.link().state() == state::finished);
    }
}

TEST_CASE("server role: at the end each kept message is in doubt, or was not sent") {
    const auto promise = GENERATE(delivery::at_least_once, delivery::at_most_once);
    config c = server_config();
    c.delivery = promise;
    script s(c);
    accept(s);
    for (const char* data : {"a", "b", "c", "d"})
        s.send(data);
    s.take(7); // two whole frames of 3 bytes, and a byte of the third
    s.break_line();
    s.expect<out::disconnect>();
    s.forget();
    CHECK(s.messages().count(fail_reason::in_doubt) == 3);
    CHECK(s.messages().count(fail_reason::not_sent) == 1);
    CHECK(s.messages().why(4) == fail_reason::not_sent);
    CHECK(s.messages().held_messages() == 0);
    s.send("late"); // whoever did not know yet
    CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
}

TEST_CASE("server role: a silent peer is given up") {
    script s(server_config());
    accept(s);
    s.pass(10s);
    CHECK(pings_in(s.write()).size() == 1);
    s.pass(10s + 100ms);
    const auto down = ended(s, false);
    CHECK(down.record.cause == policy::cause::silence);
    CHECK(down.record.close_code == 1006);
    CHECK(down.record.why.rfind("peer silent for ", 0) == 0);
    s.expect<out::finish>();
}

TEST_CASE("server role: messages sent before the connection is there go out behind it") {
    script s(server_config());
    s.send("one");
    s.step(in::open{});
    s.send("two", 5s);
    s.send("short", 1s);
    CHECK(s.link().output().empty());
    s.pass(2s);
    CHECK(s.expect<out::failed>().reason == fail_reason::expired);
    s.accepted();
    s.expect<out::opened>();
    CHECK(messages_in(s.serve()) == std::vector<std::string>{"one", "two"});
    s.pass(20ms);
    s.serve();
    CHECK(s.expect<out::confirmed>().through == 2);
}

TEST_CASE("server role: a connection that does not come about is the end") {
    config c = server_config();
    if (GENERATE(false, true)) c.reconnect.hold = 60s;
    script s(c);
    s.send("kept");
    s.step(in::open{});
    auto gone = failure_of(policy::cause::tcp_reset);
    gone.detail = "the peer had gone before its request was answered";
    s.step(in::connect_failed{gone});
    const auto down = s.expect<out::down>();
    CHECK_FALSE(down.was_open);
    CHECK(down.record.accepted);
    CHECK(down.record.verdict == verdict::stop);
    CHECK(down.record.close_code == 0);
    CHECK(down.record.why.find(gone.detail) != std::string::npos);
    CHECK(down.record.why.find("retried") == std::string::npos);
    CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
    s.expect<out::finish>();
    CHECK(s.nothing());
    s.accepted(); // too late
    CHECK(s.nothing());
    CHECK(s.link().state() == state::finished);
}

} // namespace resock::link
