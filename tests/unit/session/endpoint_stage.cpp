// What an end sends, in which order, and when.

#include "session/endpoint.hpp"
#include "support/catch.hpp"
#include "unit/session/ends.hpp"

namespace resock::session {

using names = std::vector<std::string>;

TEST_CASE("R13 before its WELCOME a later connection carries what the last limit lets through") {
    two_ends both;
    both.connect();
    both.client.send(1, "a");
    both.talk();
    both.wait();
    both.cut();
    both.client.send(2, "b");
    both.client.ep.prepare_attempt(both.client.now);
    both.client.ep.connected(both.client.now);
    CHECK(both.client.stage() == names{"HELLO", "DATA 2"});
}

TEST_CASE("R21 the ACK is the first frame after WELCOME, before anything that waits") {
    two_ends both;
    both.hello();
    both.server.ep.send_goaway({});
    both.server.ep.ask_token(1s, both.server.now);
    both.server.send(1, "m");
    CHECK(both.server.stage() == names{"WELCOME", "ACK 0", "GOAWAY", "AUTH", "DATA 1"});
    both.talk();
    CHECK(both.client.told.goaways == 1);
    CHECK(both.client.told.wanted == 1s);
    both.client.ep.send_token("fresh");
    both.talk();
    CHECK(both.server.told.token == "fresh");
}

TEST_CASE("R26 without a fresh token in time the connection ends with 4401") {
    two_ends both;
    both.connect();
    both.server.ep.ask_token(1s, both.server.now);
    both.talk();
    both.server.now += 1s;
    both.server.ep.tick(both.server.now);
    CHECK(both.server.told.closed == 4401);
}

TEST_CASE("AUTH that a connection has not carried does not go out on the next") {
    two_ends both;
    both.connect();
    both.client.ep.send_token("fresh");
    both.server.ep.ask_token(1s, both.server.now);
    both.cut();
    both.hello();
    CHECK(both.server.stage() == names{"WELCOME", "ACK 0"});
    both.talk();
    CHECK(both.server.told.token == "");
}

TEST_CASE("R21 at most one ACK waits to be written; a newer one takes its place") {
    two_ends both;
    both.connect();
    both.client.send(1, "a");
    both.client.ep.ask_for_ack();
    CHECK(both.client.stage() == names{"ACK 0", "DATA 1"});
    both.client.ep.ask_for_ack();
    CHECK(both.client.stage() == names{}); // the first is not written
    both.client.ep.written(both.client.sink.total, both.client.now);
    CHECK(both.client.stage() == names{"ACK 0"});
}

TEST_CASE("R21 a quarter of the window is acknowledged at once, and a window that opens is told") {
    two_ends both;
    both.connect();
    const std::string quarter(16000, 'x');
    for (std::uint64_t id = 1; id <= 4; ++id)
        both.client.send(id, quarter);
    CHECK(both.client.stage() == names{"DATA 1", "DATA 2", "DATA 3", "DATA 4"});
    both.talk();
    CHECK(both.client.told.received == 4);
    both.client.send(5, quarter);
    CHECK(both.client.stage() == names{}); // the window is shut
    both.server.ep.done(1, both.server.now);
    CHECK(both.server.stage() == names{"ACK 4"}); // room for one frame of the largest size
    both.talk();
    CHECK(both.server.told.got.size() == 5);
}

TEST_CASE("R23 the server asks when it has heard nothing; silence ends the connection") {
    two_ends both;
    both.connect();
    const duration heartbeat = 10s;
    CHECK(both.server.ep.deadline() == both.server.now + heartbeat);
    both.server.now += heartbeat;
    both.server.ep.tick(both.server.now);
    CHECK(both.server.stage() == names{"ACK 0"});
    CHECK(both.server.stage() == names{});
    both.client.take(both.server.sink.frames.front());
    const names answer = both.client.stage();
    REQUIRE(answer == names{"ACK 0"});
    const decoded d = decode(both.client.sink.frames.front());
    CHECK(std::get<ack_frame>(d).pong);
    CHECK_FALSE(std::get<ack_frame>(d).ping);
    both.client.now += 25s;
    both.client.ep.tick(both.client.now);
    CHECK(both.client.told.closed == 4408);
}

TEST_CASE("R23 a check whose timer ran late asks once more") {
    two_ends both;
    both.connect();
    both.client.now += 1h;
    both.client.ep.tick(both.client.now);
    CHECK(both.client.told.closed == 0);
    CHECK(both.client.stage() == names{"ACK 0"});
    both.talk();
    CHECK(both.client.ep.silence(both.client.now) == 0s); // it was answered
    both.client.now += 1h;
    both.client.ep.tick(both.client.now);
    both.client.now += 10s;
    both.client.ep.tick(both.client.now);
    CHECK(both.client.told.closed == 4408);
}

TEST_CASE("a full buffer holds frames back, and the ACK goes first when there is room") {
    two_ends both;
    both.connect();
    both.client.send(1, "a");
    both.client.send(2, "b");
    both.client.sink.most = 1;
    CHECK(both.client.stage() == names{"DATA 1"});
    both.client.ep.ask_for_ack();
    both.client.sink.most = 2;
    CHECK(both.client.stage() == names{"ACK 0"});
    both.client.sink.most = 100;
    CHECK(both.client.stage() == names{"DATA 2"});
}

} // namespace resock::session
