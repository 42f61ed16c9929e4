// A link whose messages are those of a session: two machines, one line.

#include "link/machine.hpp"
#include "machine/script.hpp"
#include "machine/session_pair.hpp"
#include "support/catch.hpp"

namespace resock::link {
namespace {

using namespace std::chrono_literals;
using policy::verdict;

std::vector<std::string> numbered(std::uint64_t first, std::uint64_t last) {
    std::vector<std::string> made;
    for (std::uint64_t i = first; i <= last; ++i)
        made.push_back("m" + std::to_string(i));
    return made;
}

} // namespace

TEST_CASE("a session opens, carries messages both ways and confirms them") {
    session_pair p;
    p.start();
    REQUIRE(p.client.opens.size() == 1);
    REQUIRE(p.server.opens.size() == 1);
    CHECK_FALSE(p.client.opens[0].resumed);
    CHECK_FALSE(p.server.opens[0].resumed);
    for (int i = 1; i <= 100; ++i) {
        p.send(p.client, "m" + std::to_string(i));
        p.send(p.server, "m" + std::to_string(i));
    }
    p.pass(50ms);
    CHECK(p.server.messages == numbered(1, 100));
    CHECK(p.client.messages == numbered(1, 100));
    for (const session_end* each : {&p.client, &p.server}) {
        CHECK(each->through[static_cast<int>(level::written)] == 100);
        CHECK(each->through[static_cast<int>(level::received)] == 100);
        CHECK(each->link->stats().queued_messages == 0);
    }
    p.pass(50ms);
    CHECK(p.client.through[static_cast<int>(level::processed)] == 100);
    CHECK(p.server.through[static_cast<int>(level::processed)] == 100);
}

TEST_CASE("what was sent while the line was cut arrives once and in order") {
    session_pair p;
    p.send(p.client, "m1"); // before there is any connection
    p.start();
    std::uint64_t next = 2;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 10; ++i, ++next)
            p.send(p.client, "m" + std::to_string(next));
        if (round % 3 != 0) p.settle();
        p.cut();
        for (int i = 0; i < 10; ++i, ++next)
            p.send(p.client, "m" + std::to_string(next));
        p.pass(2s);
    }
    p.pass(1s);
    CHECK(p.server.messages == numbered(1, next - 1));
    CHECK(p.client.through[static_cast<int>(level::received)] == next - 1);
    CHECK(p.client.opens.back().resumed);
    CHECK(p.server.opens.back().resumed);
    CHECK(p.client.failed.empty());
    CHECK(p.client.losses.empty());
}

TEST_CASE("R14: a newer connection closes the former one with 4409") {
    session_pair p;
    p.start();
    p.break_client(); // the server still believes in its connection
    p.send(p.client, "m1");
    p.pass(2s);
    CHECK(p.server.messages == numbered(1, 1));
    REQUIRE(p.server.downs.size() == 1);
    CHECK(p.server.downs[0].record.close_code == 4409);
    CHECK(p.server.downs[0].record.closed_by_us);
    CHECK(p.server.opens.size() == 2);
}

TEST_CASE("a server that selects no resock.v1 is no server for a session") {
    session_pair p;
    p.select = "";
    p.start();
    CHECK(p.client.opens.empty());
    REQUIRE(p.client.downs.size() == 1);
    CHECK(p.client.downs[0].record.cause == policy::cause::subprotocol);
    CHECK(p.client.downs[0].record.why.find("resock.v1") != std::string::npos);
    CHECK(p.client.link->state() == state::stopped); // the session is held for reconnect.hold
}

TEST_CASE("a message above max_frame goes in chunks, and goes on where it broke") {
    session_pair p;
    p.start();
    const std::string large(1 << 20, 'x');
    p.send(p.client, large);
    p.send(p.client, "m2");
    p.settle();
    REQUIRE(p.server.messages.size() == 2);
    CHECK(p.server.messages[0] == large);
    CHECK(p.server.messages[1] == "m2");

    p.server.auto_done = false;
    const std::uint64_t before = p.bytes_to_server;
    p.send(p.client, std::string(8 << 20, 'y'));
    p.settle();
    CHECK(p.bytes_to_server - before < (8u << 20) + (1u << 17));
    CHECK(p.server.messages.size() == 3);
}

TEST_CASE("a slow reader closes the window, and opens it again") {
    config server = session_pair::server_config();
    server.session.window = 65536;
    session_pair p(session_pair::client_config(), server);
    p.server.auto_done = false;
    p.start();
    for (int i = 0; i < 1000; ++i)
        p.send(p.client, std::string(1000, 'x'));
    p.pass(100ms);
    CHECK(p.server.messages.size() < 70);
    CHECK(p.server.messages.size() > 50);
    // Done in portions: each lets more through.
    for (std::size_t done = 0; done < 1000;) {
        const std::size_t have = p.server.messages.size();
        REQUIRE(have > done);
        p.step(p.server, in::done{p.server.seqs[have - 1]});
        done = have;
        p.pass(30ms);
    }
    CHECK(p.server.messages.size() == 1000);
    CHECK(p.client.link->stats().queued_messages == 0);
}

TEST_CASE("a NOTE is handed over, and dropped where it cannot be written at once") {
    session_pair p;
    in::send note;
    note.unkept = true;
    p.send(p.client, "early", std::move(note));
    REQUIRE(p.client.failed.size() == 1);
    CHECK(p.client.failed[0].reason == fail_reason::dropped);
    p.start();
    in::send second;
    second.unkept = true;
    p.send(p.client, "hello", std::move(second));
    p.send(p.client, "kept");
    p.pass(50ms);
    CHECK(p.server.notes == std::vector<std::string>{"hello"});
    CHECK(p.client.through[static_cast<int>(level::received)] == 3);
    CHECK(p.client.link->stats().queued_messages == 0);
}

TEST_CASE(
    "R8: a WebSocket message longer than any frame closes with 4400, the second time for good") {
    session_pair p;
    p.start();
    // max_frame is 16384, a HELLO has 65536 at most.
    const std::string first = frame_from_peer(wire::opcode::binary, std::string(70000, 'x'));
    p.step(p.client, in::received{first});
    REQUIRE(p.client.downs.size() == 1);
    CHECK(p.client.downs[0].record.close_code == 4400);
    CHECK(p.client.downs[0].record.closed_by_us);
    CHECK(p.client.downs[0].record.close_reason.substr(0, 3) == "R8 ");
    p.pass(5s);
    REQUIRE(p.client.opens.size() == 2);
    p.step(p.client, in::received{first});
    CHECK(p.client.losses.size() == 1);
}

TEST_CASE("R23: silence is noticed by both ends") {
    session_pair p;
    p.start();
    p.pass(60s); // the server asks, the client answers
    CHECK(p.client.downs.empty());
    CHECK(p.server.downs.empty());
}

TEST_CASE("a durable end sends and hands over nothing that is not stored") {
    config client = session_pair::client_config();
    client.session.ack_level = 2;
    session_pair p(client);
    p.start();
    CHECK(p.server.link == nullptr); // HELLO waits for the epoch
    p.store(p.client);
    p.settle();
    CHECK(p.client.opens.size() == 1);
    p.store(p.client);
    p.send(p.client, "m1");
    p.settle();
    CHECK(p.server.messages.empty());
    CHECK(p.client.through[static_cast<int>(level::stored)] == 0);
    p.store(p.client);
    p.settle();
    CHECK(p.client.through[static_cast<int>(level::stored)] == 1);
    CHECK(p.server.messages == numbered(1, 1));
    p.send(p.server, "m1");
    p.pass(100ms);
    CHECK(p.client.messages.empty());
    CHECK(p.server.through[static_cast<int>(level::received)] == 0);
    p.store(p.client);
    p.pass(100ms);
    CHECK(p.client.messages == numbered(1, 1));
    CHECK(p.server.through[static_cast<int>(level::received)] == 1);
}

} // namespace resock::link
