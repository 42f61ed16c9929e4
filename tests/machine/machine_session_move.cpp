// How the session of a link moves to another connection (R27).

#include "link/machine.hpp"
#include "machine/session_pair.hpp"
#include "support/catch.hpp"

namespace resock::link {

using namespace std::chrono_literals;

TEST_CASE("R27: GOAWAY moves the client to a new connection without a DOWN in between") {
    session_pair p;
    p.start();
    in::move_away away;
    away.grace = 30s;
    away.retry_min = 1s;
    away.retry_max = 2s;
    p.step(p.server, std::move(away));
    p.pass(500ms);
    p.send(p.client, "a"); // on the old one
    p.pass(5s);
    p.send(p.client, "b");
    p.pass(1s);
    CHECK(p.server.messages == std::vector<std::string>{"a", "b"});
    CHECK(p.client.downs.empty());
    REQUIRE(p.client.opens.size() == 2);
    CHECK(p.client.opens[1].resumed);
}

TEST_CASE("R27: GOAWAY FINISH ends the session, and a new one takes what follows") {
    session_pair p;
    p.start();
    p.send(p.client, "a");
    in::move_away away;
    away.finish = true;
    away.grace = 30s;
    p.step(p.server, std::move(away));
    p.settle();
    p.send(p.client, "b");
    p.pass(5s);
    CHECK(p.client.failed.empty());
    CHECK(p.client.through[static_cast<int>(level::received)] == 2);
    CHECK_FALSE(p.client.finished);
    CHECK(p.server.messages.back() == "b");
}

TEST_CASE("R27: a later GOAWAY counts where it is more urgent, FINISH always") {
    const bool finish = GENERATE(false, true);
    session_pair p;
    p.start();
    in::move_away away;
    away.grace = 60s;
    away.retry_min = 20s;
    away.retry_max = 30s;
    p.step(p.server, std::move(away));
    p.settle();
    in::move_away again;
    again.finish = finish;
    again.grace = 5s;
    again.retry_min = 1s;
    again.retry_max = 2s;
    p.step(p.server, std::move(again));
    p.pass(4s);
    REQUIRE(p.client.opens.size() == 2);
    CHECK(p.client.opens[1].resumed == !finish); // moved, or a new session
    if (!finish) CHECK(p.client.downs.empty());
    CHECK(p.client.losses.empty());
}

TEST_CASE("R27: a move that is refused leaves the connection that stands") {
    session_pair p;
    p.start();
    in::move_away away;
    away.grace = 600s;
    p.step(p.server, std::move(away));
    p.connectable = false;
    p.pass(1s);
    p.send(p.client, "a");
    p.settle();
    CHECK(p.server.messages == std::vector<std::string>{"a"});
    CHECK(p.client.downs.empty());
    p.connectable = true;
    p.pass(60s); // tried again
    CHECK(p.client.opens.size() == 2);
    CHECK(p.client.downs.empty());
}

TEST_CASE("close.timeout with frames that the server does not take") {
    config server = session_pair::server_config();
    server.session.window = 65536;
    session_pair p(session_pair::client_config(), server);
    p.server.auto_done = false;
    p.start();
    for (int i = 0; i < 50; ++i) {
        in::send with;
        with.ttl = 300s;
        p.send(p.client, std::string(10000, 'x'), std::move(with));
    }
    p.settle();
    in::send note;
    note.unkept = true;
    p.step(p.client, in::close{1000, "", {}});
    p.pass(40s);
    REQUIRE(p.client.finished);
    std::uint64_t ended = p.client.through[static_cast<int>(level::received)];
    for (const out::failed& each : p.client.failed)
        ended += each.messages;
    CHECK(ended == 50);
}

} // namespace resock::link
