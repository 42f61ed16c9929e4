// The session's life: opening, resuming, ending, what a restart takes up.

#include "session/endpoint.hpp"

#include "support/catch.hpp"
#include "unit/session/ends.hpp"

namespace resock::session {

using names = std::vector<std::string>;

TEST_CASE("R13, R14 HELLO, WELCOME, and an ACK of each end; then messages go both ways") {
    two_ends both;
    both.client.send(1, "before"); // nothing sequenced goes out before the first WELCOME
    CHECK(both.hello() == std::nullopt);
    CHECK(both.client.stage() == names{});
    CHECK(both.server.stage() == names{"WELCOME", "ACK 0"});
    both.talk();
    both.server.send(1, "back");
    both.talk();
    REQUIRE(both.server.told.got.size() == 1);
    CHECK(both.server.told.got[0].bytes == "before");
    REQUIRE(both.client.told.got.size() == 1);
    CHECK(both.client.told.opens == 1);
    CHECK_FALSE(both.client.told.resumed);
    both.wait();
    CHECK(both.client.told.received == 1);
    CHECK(both.server.told.received == 1);
    CHECK(both.client.ep.terms().born == 77);
}

TEST_CASE("R14, R15 after a cut only what did not arrive is sent again, each message comes once") {
    two_ends both;
    both.connect();
    for (std::uint64_t id = 1; id <= 3; ++id)
        both.client.send(id, "m" + std::to_string(id));
    CHECK(both.client.stage() == names{"DATA 1", "DATA 2", "DATA 3"});
    both.server.take(both.client.sink.frames[0]);
    both.server.take(both.client.sink.frames[1]);
    both.server.ep.received_all(both.server.now);
    both.cut();
    CHECK_FALSE(both.client.ep.attached());
    CHECK(both.hello() == std::nullopt);
    both.talk();
    CHECK(both.client.told.resumed);
    REQUIRE(both.server.told.got.size() == 3);
    CHECK(both.server.told.got[2].bytes == "m3");
    both.wait();
    CHECK(both.client.told.confirmed_messages == 3);
}

TEST_CASE("R13 without an answer the client gives the attempt up after 10 s") {
    one_end client(options_for(role::client));
    client.ep.prepare_attempt(client.now);
    client.ep.connected(client.now);
    CHECK(client.stage() == names{"HELLO"});
    CHECK(client.ep.deadline() == client.now + 10s);
    client.now += 10s;
    client.ep.tick(client.now);
    CHECK(client.told.closed == 4408);
}

TEST_CASE("R28 END is answered with END; when both are acknowledged the server closes with 1000") {
    two_ends both;
    both.connect();
    both.client.ep.end(3, "done", both.client.now);
    both.talk();
    CHECK(both.server.told.end_code == 3);
    CHECK(both.server.told.end_reason == "done");
    CHECK(both.client.told.end_code == 0);
    both.wait();
    CHECK(both.server.told.closed == 1000);
    CHECK(both.server.ep.over());
    CHECK(both.client.ep.both_ended());
}

TEST_CASE("R28 the server's last word waits until its application is done") {
    two_ends both;
    both.connect();
    both.client.send(1, "m");
    both.client.ep.end(0, "", both.client.now);
    both.talk();
    both.wait();
    CHECK(both.server.told.closed == 0);
    both.server.ep.done(1, both.server.now);
    both.wait();
    CHECK(both.server.told.closed == 1000);
    CHECK(both.client.told.processed == 1);
}

TEST_CASE("R29 a lost session tells of each message what became of it") {
    two_ends both;
    both.connect();
    both.client.send(1, "confirmed");
    both.talk();
    both.wait();
    both.client.send(2, "in doubt");
    both.client.stage();
    both.client.disconnect();
    both.client.send(3, "not sent");
    const bool final_word = GENERATE(false, true);
    both.client.ep.lose(final_word ? std::optional<std::uint64_t>(2) : std::nullopt, false);
    CHECK(both.client.told.received == (final_word ? 2 : 1));
    CHECK(both.client.told.failures.size() == (final_word ? 1 : 2));
    CHECK(both.client.told.failures.back().reason == fail_reason::not_sent);
}

TEST_CASE("R8 what is above the peer's max_message is refused, before and after it is known") {
    options small = options_for(role::server);
    small.max_message = 10;
    two_ends both(options_for(role::client), small);
    both.client.send(1, "eleven bytes");
    both.client.send(2, "short");
    both.connect();
    both.client.send(3, "eleven bytes");
    both.talk();
    REQUIRE(both.server.told.got.size() == 1);
    REQUIRE(both.client.told.failures.size() == 2);
    for (const failure_range& each : both.client.told.failures)
        CHECK(each.reason == fail_reason::refused);
    CHECK(both.client.ep.outbox().numbered() == 2); // a VOID, a message
    both.wait();
    CHECK(both.client.told.received == 2);
}

TEST_CASE("R12, R14 a durable end holds back what is not stored: HELLO, frames, ACKs, hand-over") {
    two_ends both(options_for(role::client, 2), options_for(role::server, 2));
    one_end& client = both.client;
    client.ep.prepare_attempt(client.now);
    client.ep.connected(client.now);
    CHECK(client.stage() == names{});
    client.store();
    CHECK(client.stage() == names{"HELLO"});
    client.disconnect();
    both.connect();
    client.send(1, "m");
    CHECK(client.stage() == names{});
    client.store();
    CHECK(client.told.stored == 1);
    both.talk();
    CHECK(both.server.told.got.empty());
    both.wait();
    CHECK(client.told.received == 0);
    both.server.store();
    CHECK(both.server.told.got.size() == 1);
    both.wait();
    CHECK(client.told.received == 1);
    both.server.ep.done(1, both.server.now);
    both.wait();
    CHECK(client.told.processed == 0); // a restart could forget it
    both.server.store();
    both.wait();
    CHECK(client.told.processed == 1);
}

TEST_CASE("an END that was acknowledged is known after a restart") {
    two_ends both(options_for(role::client, 2));
    both.connect();
    both.client.store();
    both.client.send(1, "m");
    both.client.ep.end(0, "", both.client.now);
    both.client.store();
    both.talk();
    both.wait();
    CHECK(both.client.ep.own_end_acked());
    for (const record::any& each : both.client.told.records)
        if (const auto* r = std::get_if<record::acknowledged>(&each)) CHECK(r->seq == 1);
}

TEST_CASE("a restored session keeps its first window, whatever the options say now") {
    saved from;
    from.identity = identity_for(role::client);
    from.terms.born = 5;
    from.terms.first_window_in = 100'000;
    one_end client(options_for(role::client, 2), std::move(from));
    CHECK(client.ep.inbox().first_window() == 100'000);
}

} // namespace resock::session
