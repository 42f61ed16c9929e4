// Greeters that see no HELLO: wrong, too slow, gone, cancelled.

#include "net/greeter.hpp"
#include "net/support/greeting_desk.hpp"

using namespace resock;
using namespace std::chrono_literals;
using test::close_of;
using test::frame_of;
using test::greeting_desk;
using test::hello_bytes;
using test::opcode;

namespace {

std::string client_frame(opcode code, std::string_view payload, bool fin = true) {
    return frame_of(code, payload, fin, 0x01020304);
}

bool begins(const std::string& text, const std::string& with) {
    return text.rfind(with, 0) == 0;
}

} // namespace

TEST_CASE("what is no HELLO is closed with its code; the reason names the rule") {
    const std::string hello = hello_bytes();
    std::string fragments = client_frame(opcode::binary, std::string(40000, 'f'), false);
    fragments += client_frame(opcode::continuation, std::string(40000, 'f'), false);
    struct row {
        std::string sent;
        int code;
        std::string why;
    };
    const row rows[] = {
        {client_frame(opcode::text, hello), 4400, "R2 text message"},
        {client_frame(opcode::text, ""), 4400, "R2 text message"},
        {client_frame(opcode::text, hello.substr(0, 9), false) +
             client_frame(opcode::continuation, hello.substr(9)),
         4400, "R2 text message"},
        {client_frame(opcode::binary, ""), 4400, "R2 empty message"},
        {client_frame(opcode::binary, "\xF0"), 4400, "R2 "},
        {client_frame(opcode::binary, hello.substr(0, 20)), 4400, "R2 HELLO"},
        {client_frame(opcode::binary, "\x13\x01hi"), 4400, "R13 DATA before HELLO"},
        {client_frame(opcode::binary, std::string("\x30\x00\x00", 3)), 4400, "R13 ACK"},
        {fragments, 4400, "R10 "},
        {frame_of(opcode::binary, hello), 1002, ""}, // not masked
        {client_frame(opcode::continuation, hello), 1002, ""},
        {"\xC2\x80\x01\x02\x03\x04", 1002, "reserved bit RSV1"},
        {client_frame(opcode::close, "\x03\xE8\xFF"), 1007, "a Close frame with code 1000"},
        {client_frame(opcode::close, "x"), 1002, ""},
    };
    for (const row& each : rows) {
        for (const bool with_request : {false, true}) {
            CAPTURE(each.why, each.code, with_request, each.sent.size());
            greeting_desk at;
            at.open(with_request ? each.sent : "");
            if (!with_request) at.send(each.sent);
            at.run_until_told();
            CHECK(at.to->code == each.code);
            CHECK(begins(at.to->why, each.why));
            CHECK_FALSE(at.to->got);
            const std::string said = at.read_to_end();
            CHECK(said == close_of(static_cast<std::uint16_t>(each.code), at.to->why));
            CHECK_FALSE(at.released.expired()); // the client may still be sending
            at.send("anything");
            at.hang_up();
            at.run_until_released();
            CHECK(at.to->times == 1);
        }
    }
}

TEST_CASE("a reason names no byte of the secret") {
    std::string cut = hello_bytes().substr(0, 30);
    greeting_desk at;
    at.open(client_frame(opcode::binary, cut));
    CHECK(at.to->code == 4400);
    CHECK(at.to->why.find("22") == std::string::npos);
    CHECK(at.to->why.find('\x22') == std::string::npos);
}

TEST_CASE("a client that closes before HELLO gets its code back") {
    greeting_desk at;
    at.open(client_frame(opcode::close, std::string("\x03\xE9 bye", 6)));
    CHECK(at.to->code == 1001);
    CHECK(at.to->why == "the client closed with 1001 before its HELLO");
    CHECK(at.read_to_end() == close_of(1001));

    greeting_desk without;
    without.open(client_frame(opcode::ping, "p") + client_frame(opcode::close, ""));
    CHECK(without.to->code == 1005);
    CHECK(without.read_to_end() == frame_of(opcode::close, ""));
}

TEST_CASE("R13: without HELLO in time the connection is closed with 4408") {
    SECTION("nothing came") {
        greeting_desk at(1ms);
        at.open();
        at.run_until_told();
        CHECK(at.to->code == 4408);
        CHECK(at.to->why == "R13 no HELLO within 1 ms");
        CHECK(at.read_to_end() == close_of(4408, at.to->why));
        at.hang_up();
        at.run_until_released();
    }
    SECTION("a part, and pings, came") {
        greeting_desk at(1ms);
        at.open(client_frame(opcode::binary, hello_bytes(), false) +
                client_frame(opcode::ping, "p"));
        at.run_until_told();
        CHECK(at.to->code == 4408);
        CHECK(at.read_to_end() == frame_of(opcode::pong, "p") + close_of(4408, at.to->why));
    }
    SECTION("HELLO came, but our pong is not taken") {
        greeting_desk at(1ms);
        const std::string before = at.fill();
        at.open(client_frame(opcode::ping, "p") + client_frame(opcode::binary, hello_bytes()));
        at.run_until_told();
        CHECK(at.to->code == 4408);
        CHECK(at.to->why == "R13 our pong was not taken within 1 ms");
        CHECK(at.read_to_end() ==
              before + frame_of(opcode::pong, "p") + close_of(4408, at.to->why));
    }
    CHECK(net::greeter::hello_time == 10s);
}

TEST_CASE("a client that goes is told, without a code") {
    SECTION("in order") {
        greeting_desk at;
        at.open(client_frame(opcode::binary, hello_bytes()).substr(0, 10));
        at.hang_up();
        at.run_until_told();
        CHECK(at.to->code == 0);
        CHECK(at.to->why == "the client closed before its HELLO");
        CHECK(at.released.expired());
    }
    SECTION("with bytes of ours unread: a reset") {
        greeting_desk at;
        at.fill();
        at.open();
        at.hang_up();
        at.run_until_told();
        CHECK(at.to->code == 0);
        CHECK(begins(at.to->why, "before its HELLO: "));
        CHECK(at.released.expired());
    }
    SECTION("while a pong waits") {
        greeting_desk at;
        at.fill();
        at.open(client_frame(opcode::ping, "p"));
        at.hang_up();
        at.run_until_told();
        CHECK(at.to->code == 0);
        CHECK(at.released.expired());
    }
    SECTION("before its 101 was written") {
        greeting_desk at;
        policy::failure gone;
        gone.detail = "the peer had gone before its request was answered";
        at.to->kept->failed(gone);
        CHECK(at.to->code == 0);
        CHECK(at.to->why == gone.detail);
        CHECK(at.released.expired());
    }
    SECTION("and nothing follows") {
        greeting_desk at;
        const auto kept = at.to->kept;
        at.open();
        at.hang_up();
        at.run_until_told();
        kept->end(4503, "draining");
        at.on.run_ready();
        CHECK(at.to->times == 1);
    }
}

TEST_CASE("its owner may end it, with a code") {
    greeting_desk at;
    at.open(client_frame(opcode::binary, hello_bytes()).substr(0, 10));
    at.to->kept->end(4503, "draining");
    CHECK(at.to->code == 4503);
    CHECK(at.to->why == "draining");
    CHECK(at.read_to_end() == close_of(4503, "draining"));
    at.hang_up();
    at.run_until_released();

    greeting_desk early; // before its 101 was written
    const auto kept = early.to->kept;
    kept->end(4503, "draining");
    CHECK(early.to->times == 1);
    CHECK(early.released.expired());
    kept->opened(std::move(early.stream), client_frame(opcode::binary, hello_bytes()));
    CHECK(early.read_to_end().empty());
    CHECK(early.to->times == 1);
}

TEST_CASE("one that is destroyed or cancelled while it waits closes without a word") {
    const bool cancelled = GENERATE(false, true);
    const bool blocked = GENERATE(false, true); // by a pong
    CAPTURE(cancelled, blocked);
    greeting_desk at;
    const std::string before = blocked ? at.fill() : "";
    at.open(blocked ? client_frame(opcode::ping, "p") : "");
    at.on.run_ready();
    at.send(client_frame(opcode::binary, hello_bytes()));
    if (cancelled)
        at.to->kept->cancel();
    else
        at.to->kept.reset();
    CHECK(at.released.expired());
    at.on.run_ready();
    CHECK(at.to->times == 0);
    CHECK(begins(at.read_to_end(), before));
}

TEST_CASE("without an owner a client that says HELLO is closed") {
    greeting_desk at;
    const auto kept = std::exchange(at.to->kept, nullptr);
    at.to.reset();
    at.open_with(*kept, client_frame(opcode::binary, hello_bytes()));
    CHECK(at.released.expired());
    CHECK(at.read_to_end().empty());
}

TEST_CASE("the I/O context may end before a greeter") {
    std::weak_ptr<void> released;
    {
        greeting_desk at;
        at.open();
        released = at.released;
    }
    CHECK(released.expired());
}
