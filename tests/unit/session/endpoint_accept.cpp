// A server's answer to HELLO.

#include "session/endpoint.hpp"
#include "support/catch.hpp"
#include "unit/session/ends.hpp"

namespace resock::session {

TEST_CASE("R14 why a HELLO cannot resume the session; it changes nothing") {
    two_ends both;
    both.connect();
    both.client.send(1, "m");
    both.server.send(1, "m");
    both.talk();
    both.wait();
    const session::identity& who = both.client.ep.identity();
    hello_frame good;
    good.sid = who.sid;
    good.secret = who.secret;
    good.born = 77;
    good.epoch = 2;
    good.recv = 1;
    good.acked = 1;
    good.check = both.client.ep.inbox().recv().check;
    good.window = 65536;
    const auto why = [&](const auto& change, std::string_view principal = "") {
        hello_frame h = good;
        change(h);
        const auto no = both.server.ep.judge(h, principal);
        return no ? static_cast<int>(no->reason) : 0;
    };
    CHECK(why([](hello_frame&) {}) == 0);
    CHECK(why([](hello_frame& h) { h.born = 0; }) == 0);
    CHECK(why([](hello_frame& h) { h.secret[0] ^= 1; }) == 2);
    CHECK(why([](hello_frame&) {}, "another") == 2);
    CHECK(why([](hello_frame& h) { h.born = 78; }) == 1);
    CHECK(why([](hello_frame& h) { h.epoch = 1; }) == 3);
    CHECK(why([](hello_frame& h) { h.recv = 2; }) == 4);
    CHECK(why([](hello_frame& h) { h.recv = 0; }) == 4);
    CHECK(why([](hello_frame& h) { h.acked = 2; }) == 4);
    CHECK(why([](hello_frame& h) { ++*h.check; }) == 4);
    CHECK(why([](hello_frame& h) { h.check.reset(); }) == 4);
    CHECK(why([](hello_frame& h) { h.max_frame = 20000; }) == 4);
    CHECK(why([](hello_frame& h) { h.ack_level = 1; }) == 4);
    CHECK(why([](hello_frame& h) { h.window = 0; }) == 0);
    CHECK(both.server.ep.attached());
}

TEST_CASE("R8 the first window has a least size") {
    one_end server(options_for(role::server));
    hello_frame h;
    h.secret.fill(2);
    h.epoch = 1;
    h.window = 65535;
    CHECK_FALSE(server.ep.judge(h, ""));
    CHECK_FALSE(server.ep.accept(h, false, 5, server.now));
    CHECK(server.told.closed == 4400);
}

} // namespace resock::session
