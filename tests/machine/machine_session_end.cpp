// How the session of a link ends, and how it moves.

#include "link/machine.hpp"
#include "machine/session_pair.hpp"
#include "support/catch.hpp"

namespace resock::link {
namespace {
using namespace std::chrono_literals;
using session::reject_reason;

session::reject_frame reject_with(reject_reason reason) {
    session::reject_frame made;
    made.reason = reason;
    return made;
}
} // namespace

TEST_CASE("R28: close ends the session at both ends, with everything confirmed") {
    session_pair p;
    p.start();
    p.send(p.client, "a");
    p.send(p.server, "b");
    p.step(p.client, in::close{1000, "bye", {}});
    p.pass(1s);
    REQUIRE(p.client.finished);
    REQUIRE(p.server.finished);
    CHECK(p.server.messages == std::vector<std::string>{"a"});
    CHECK(p.client.messages == std::vector<std::string>{"b"});
    CHECK(p.client.failed.empty());
    CHECK(p.server.failed.empty());
    CHECK(p.server.finished->record.why.find("the peer ended the session: bye") !=
          std::string::npos);
}

TEST_CASE("R28: the server may end it too; a cut in between does not matter") {
    session_pair p;
    p.start();
    p.step(p.server, in::close{1000, "", {}});
    p.cut();
    p.pass(3s);
    CHECK(p.client.finished);
    CHECK(p.server.finished);
    CHECK(p.client.losses.empty());
}

TEST_CASE("a link that never had a session closes at once") {
    session_pair p;
    p.connectable = false;
    p.start();
    p.step(p.client, in::close{1000, "", {}});
    p.settle();
    CHECK(p.client.finished);
}

TEST_CASE("a server whose client does not come back loses the session after its ttl") {
    session_pair p;
    p.start();
    p.send(p.server, "seen");
    p.pass(100ms);
    p.connectable = false;
    p.cut();
    p.send(p.server, "unseen");
    CHECK(p.server.link->state() == state::waiting);
    p.pass(121s);
    REQUIRE(p.server.finished);
    REQUIRE(p.server.losses.size() == 1);
    CHECK(p.server.losses[0].reason == reject_reason::expired);
    REQUIRE(p.server.failed.size() == 1);
    CHECK(p.server.failed[0].first == 2);
    CHECK(p.server.failed[0].reason == fail_reason::not_sent);
    p.connectable = true;
    p.client.link->step(in::retry_now{}, p.now, *std::make_unique<actions>());
}

TEST_CASE("R29: a session that the server has forgotten is lost, each message classified") {
    config server = session_pair::server_config();
    server.session.window = 65536;
    session_pair p(session_pair::client_config(), server);
    p.start();
    p.send(p.client, "confirmed");
    p.pass(100ms);
    p.server.auto_done = false;
    p.send(p.client, std::string(60000, 'x')); // acknowledged in part: in doubt
    // Given to the kernel, never acknowledged.
    p.step(p.client, in::written{p.client.link->output().size()});
    p.cut();
    p.send(p.client, std::string(60000, 'x')); // behind what the window lets through
    p.server.link.reset();                     // the server has restarted
    p.pass(5s);
    REQUIRE(p.client.losses.size() == 1);
    CHECK(p.client.losses[0].reason == reject_reason::unknown_session);
    REQUIRE(p.client.failed.size() == 2);
    CHECK(p.client.failed[0].reason == fail_reason::in_doubt);
    CHECK(p.client.failed[0].first == 2);
    CHECK(p.client.failed[1].reason == fail_reason::not_sent);
    CHECK(p.client.failed[1].first == 3);
    CHECK(p.client.finished);
}

TEST_CASE("session.on_lost=new: what was not sent goes into a new session, in order") {
    config client = session_pair::client_config();
    client.on_lost = on_lost::begin_anew;
    session_pair p(client);
    p.start();
    p.send(p.client, "a");
    p.pass(100ms);
    p.cut();
    p.send(p.client, std::string(2 << 20, 'x')); // above the window: its rest can not have gone
    p.send(p.client, "b");
    p.send(p.client, "c");
    p.server = {};
    p.pass(10s);
    REQUIRE(p.client.losses.size() == 1);
    CHECK(p.client.losses[0].begun_anew);
    REQUIRE(p.client.failed.size() == 1);
    CHECK(p.client.failed[0].last == 2);
    CHECK(p.server.messages == std::vector<std::string>{"b", "c"});
    CHECK(p.client.through[static_cast<int>(level::received)] == 4);
    CHECK_FALSE(p.client.finished);
}

TEST_CASE("R16: RETRY waits between retry_ms and twice that") {
    session_pair p;
    auto retry = reject_with(reject_reason::overloaded);
    retry.retry = true;
    retry.retry_ms = 5000;
    p.reject_next = retry;
    p.start();
    REQUIRE(p.client.downs.size() == 1);
    REQUIRE(p.client.downs[0].record.delay);
    CHECK(*p.client.downs[0].record.delay >= 5s);
    CHECK(*p.client.downs[0].record.delay <= 10s);
    p.pass(11s);
    CHECK(p.client.opens.size() == 1);
}

TEST_CASE("R16: forbidden and stale stop, with the state kept") {
    for (const auto reason : {reject_reason::forbidden, reject_reason::stale_epoch}) {
        session_pair p;
        p.start();
        p.send(p.client, "a");
        p.pass(100ms);
        p.reject_next = reject_with(reason);
        p.cut();
        p.send(p.client, "b");
        p.pass(5s);
        CHECK(p.client.link->state() == state::stopped);
        CHECK(p.client.losses.empty());
        p.step(p.client, in::retry_now{});
        p.pass(1s);
        CHECK(p.server.messages == std::vector<std::string>{"a", "b"});
    }
}

TEST_CASE("R26: a fresh token is asked for, given and told to the server") {
    config client = session_pair::client_config();
    client.credentials_when = credentials_when::refused;
    client.session.token = "first";
    session_pair p(client);
    p.start();
    CHECK(p.token_seen == "first");
    p.step(p.server, in::ask_token{5s});
    p.settle();
    REQUIRE(p.client.asked.size() == 1);
    in::credentials given;
    given.request_id = p.client.asked[0].request_id;
    given.token = "second";
    p.step(p.client, std::move(given));
    p.settle();
    CHECK(p.server.tokens == std::vector<std::string>{"second"});
    p.pass(10s);
    CHECK(p.client.downs.empty());
    p.cut();
    p.pass(3s);
    CHECK(p.token_seen == "second");
}

TEST_CASE("close.timeout ends a session that the server does not end") {
    session_pair p;
    p.start();
    p.connectable = false;
    p.cut();
    p.send(p.client, "a");
    p.step(p.client, in::close{1000, "", {}});
    p.pass(31s);
    REQUIRE(p.client.finished);
    REQUIRE(p.client.failed.size() == 1);
    CHECK(p.client.failed[0].reason == fail_reason::not_sent);
}

} // namespace resock::link
