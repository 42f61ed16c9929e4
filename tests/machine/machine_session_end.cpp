// How the session of a link ends.

#include "link/machine.hpp"
#include "machine/script.hpp"
#include "machine/session_pair.hpp"
#include "support/catch.hpp"

namespace resock::link {
namespace {
using namespace std::chrono_literals;
using session::reject_reason;
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

TEST_CASE("R28: a server keeps a session that its client has ended for all of its ttl") {
    session_pair p;
    p.start();
    p.server.auto_done = false;
    p.send(p.client, "a");
    p.step(p.client, in::close{1000, "", 600s});
    p.pass(100ms);
    p.connectable = false;
    p.cut();
    p.step(p.server, in::done{p.server.seqs.at(0)}); // END is answered, and nobody hears it
    p.send(p.server, "for whoever comes back");
    p.pass(80s);
    CHECK_FALSE(p.server.finished); // though close.timeout is 30 s
    p.connectable = true;
    p.pass(60s);
    CHECK(p.client.finished);
    CHECK(p.server.finished);
    CHECK(p.client.losses.empty());
    CHECK(p.client.failed.empty());
}

TEST_CASE("R28: a client delivers what it has queued though the server has ended the session") {
    session_pair p;
    p.start();
    p.step(p.server, in::close{1000, "", 600s});
    p.connectable = false;
    p.send(p.client, "queued before END came");
    p.cut_when = [&] { return p.client.link->closing(); };
    p.pass(60s);
    CHECK_FALSE(p.client.finished); // though close.timeout is 30 s
    p.connectable = true;
    p.pass(60s);
    CHECK(p.client.finished);
    CHECK(p.client.failed.empty());
    CHECK(p.server.messages == std::vector<std::string>{"queued before END came"});
}

TEST_CASE("R28: once everything has arrived the server's last word is not waited for for ever") {
    session_pair p;
    p.start();
    p.step(p.server, in::close{1000, "", 600s});
    p.cut_when = [&] { return p.client.link->closing(); };
    p.settle();
    p.connectable = false;
    p.pass(31s);
    CHECK(p.client.finished);
    CHECK(p.client.losses.empty());
}

TEST_CASE(
    "R28: a client whose last ACK may be lost resumes until the server has said its last word") {
    session_pair p;
    p.start();
    p.server.auto_done = false;
    p.send(p.client, "a");
    p.step(p.client, in::close{1000, "", {}});
    p.pass(100ms); // our END is acknowledged, and not answered yet
    p.send(p.server, "last");
    p.cut_when = [&] { return p.client.link->session()->both_ended(); };
    p.step(p.server, in::done{p.server.seqs.at(0)}); // now it is
    p.settle();
    CHECK(p.client.messages == std::vector<std::string>{"last"});
    CHECK_FALSE(p.client.finished); // the server has not got our ACK
    p.pass(5s);
    CHECK(p.client.finished);
    CHECK(p.server.finished);
    CHECK(p.client.losses.empty());
    CHECK(p.server.losses.empty());
    CHECK(p.server.failed.empty());
    CHECK(p.server.through[static_cast<int>(level::received)] == 1);
}

TEST_CASE("the same 4400 of the server twice at the same place gives the session up") {
    session_pair p;
    p.start();
    const std::string wrong = close_from_peer(4400, "R18 frame 1 is another than before");
    p.step(p.client, in::received{wrong});
    p.pass(5s);
    CHECK(p.client.losses.empty());
    REQUIRE(p.client.opens.size() == 2);
    p.step(p.client, in::received{wrong});
    REQUIRE(p.client.losses.size() == 1);
    CHECK(p.client.losses[0].why.find("R18") != std::string::npos);
    CHECK(p.client.finished);
}

TEST_CASE("messages for a session that never comes end, too") {
    session_pair p;
    p.start();
    in::move_away away;
    away.finish = true;
    away.grace = 30s;
    p.step(p.server, std::move(away));
    p.cut_when = [&] { return p.client.link->session()->ending(); };
    p.settle();
    p.connectable = false;
    p.send(p.client, "for the next session");
    CHECK(p.client.link->stats().queued_messages == 1);
    p.step(p.client, in::close{1000, "", {}});
    p.pass(31s);
    REQUIRE(p.client.finished);
    REQUIRE(p.client.failed.size() == 1);
    CHECK(p.client.failed[0].first == 1);
    CHECK(p.client.failed[0].reason == fail_reason::not_sent);
}

TEST_CASE("a store that fails for good: what never came to disk fails") {
    config client = session_pair::client_config();
    client.session.ack_level = 2;
    session_pair p(client);
    p.start();
    p.store(p.client);
    p.settle();
    p.store(p.client);
    p.send(p.client, "on disk");
    p.store(p.client);
    p.connectable = false;
    p.cut();
    p.send(p.client, "never");
    p.step(p.client, in::store_failed{"the outbox is damaged"});
    REQUIRE(p.client.finished);
    CHECK(p.client.finished->kept);
    REQUIRE(p.client.failed.size() == 1);
    CHECK(p.client.failed[0].first == 2);
    CHECK(p.client.failed[0].reason == fail_reason::not_sent);
}

TEST_CASE("while a link waits for the answer to its Close frame no other deadline counts") {
    session_pair p;
    p.start();
    p.server.auto_done = false; // END is not answered
    p.send(p.client, "a");
    p.settle();
    p.step(p.client, in::close{1000, "", {}});
    p.pass(29s);
    while (!p.client.finished && p.now < time_point(1200s)) {
        const auto due = p.client.link->deadline();
        REQUIRE(due);
        CHECK(*due > p.now); // else its timer would spin
        p.pass(100ms);
    }
    CHECK(p.client.finished);
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
