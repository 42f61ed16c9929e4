#include "net/driver.hpp"

#include <netdb.h>

#include "net/link_support/web_socket.hpp"
#include "net/support/driving.hpp"

using namespace resock;
using test::driven;
using test::loopback_server;
using test::serving;
using test::web_socket;

TEST_CASE("an accepted connection is taken over with what stood behind its request") {
    serving at;
    at.on->send(1, "before");
    CHECK(at.on->told.bursts > 0);
    at.adopt(test::frame_of(test::opcode::text, "early", true, 0x01020304));
    REQUIRE(at.on->told.opened.size() == 1);
    CHECK(at.on->told.opened[0].address == "192.0.2.7:4711");
    CHECK(at.on->told.opened[0].subprotocol == "chat");
    CHECK(at.on->told.messages == std::vector<std::string>{"early"});
    const std::string before = test::frame_of(test::opcode::binary, "before");
    CHECK(at.read(before.size()) == before);
    at.say(test::opcode::text, "later");
    at.on->until([&] { return at.on->told.messages.size() == 2; });
    CHECK(at.on->told.messages[1] == "later");
    at.client = net::descriptor(); // gone: there is no second connection
    at.on->until([&] { return at.on->told.finished; });
    CHECK(at.on->told.downs.size() == 1);
    CHECK(at.on->told.failed == 1);
}

TEST_CASE("a connection that is accepted after the application closed is closed too") {
    serving at;
    at.on->tell(link::in::close{1001, ""});
    CHECK(at.on->told.finished);
    at.adopt("x");
    CHECK(at.on->told.opened.empty());
    CHECK(at.read(1).empty());
}

TEST_CASE("a connection that the observer gives up is told why and closed") {
    serving at;
    at.adopt();
    at.on->told.give_up = link::in::abandon{1013, "no memory left"};
    at.say(test::opcode::text, "x");
    at.on->until([&] { return at.on->told.finished; });
    const std::string close = test::close_of(1013, "no memory left");
    CHECK(at.read(close.size() + 1) == close); // and the end of the stream
    REQUIRE(at.on->told.downs.size() == 1);
    CHECK(at.on->told.downs[0].close_code == 1013);
}

TEST_CASE("opens, carries messages both ways, closes in order") {
    loopback_server server(test::accepting([](web_socket& peer) { peer.echo(); }));
    driven on(test::ws_url(server.port()));
    on.until([&] { return !on.told.opened.empty(); });
    CHECK(on.told.opened[0].address == "127.0.0.1:" + std::to_string(server.port()));
    on.send(1, "one");
    on.send(2, std::string(3u << 20, 'x')); // more than a socket takes at once
    on.until([&] { return on.told.confirmed == 2 && on.told.messages.size() == 2; });
    CHECK(on.told.messages[0] == "one");
    CHECK(on.told.messages[1].size() == 3u << 20);
    on.tell(link::in::close{});
    on.until([&] { return on.told.finished; });
    CHECK(on.told.failed == 0);
}

TEST_CASE("an attempt that fails is followed by another") {
    const test::closed_port nobody;
    driven on(test::ws_url(nobody.port()));
    on.until([&] { return on.told.downs.size() == 3; });
    CHECK(on.told.downs[2].attempt == 3);
    CHECK(on.told.downs[2].cause == policy::cause::tcp_refused);
}

TEST_CASE("the owner is asked before the machine's time comes") {
    const test::closed_port nobody;
    driven on(test::ws_url(nobody.port()));
    on.until([&] { return on.told.downs.size() == 3; }); // each attempt but the first: a tick
    CHECK(on.told.before_ticks >= 2);
}

TEST_CASE("bytes behind the 101 come without another read") {
    loopback_server server([](test::peer& client) {
        web_socket peer(client);
        peer.accept(test::frame_of(test::opcode::text, "early"));
        peer.serve();
    });
    driven on(test::ws_url(server.port()));
    on.until([&] { return !on.told.messages.empty(); });
    CHECK(on.told.messages[0] == "early");
    CHECK(on.told.opened.size() == 1);
}

TEST_CASE("reading rests while the observer wants nothing, and goes on") {
    test::latch first_read;
    loopback_server server(test::accepting([&](web_socket& peer) {
        peer.text("first");
        first_read.wait();
        peer.text("second");
        peer.serve();
    }));
    driven on(test::ws_url(server.port()));
    on.until([&] { return !on.told.messages.empty(); });
    on.told.may_read = false;
    on.driver->end_burst(); // the answer to it counts from now on
    first_read.set();
    // A message of ours is written and its pong waits unread in the socket.
    on.send(1, "out");
    on.until([&] { return on.driver->machine().stats().written_below == 2; });
    on.worker->io->poll();
    CHECK(on.told.messages.size() == 1);
    CHECK(on.told.confirmed == 0);
    on.told.may_read = true;
    on.driver->set_reading(true);
    on.driver->end_burst();
    on.until([&] { return on.told.confirmed == 1; });
    CHECK(on.told.messages == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a peer that says why and resets is still heard") {
    loopback_server server([](test::peer& client) {
        web_socket peer(client);
        peer.accept();
        peer.read(test::opcode::binary);
        peer.raw(test::close_of(1008, "not you"));
        // Unread bytes make the close below a reset.
    });
    driven on(test::ws_url(server.port()));
    on.send(1, "first");
    on.send(2, std::string(1u << 20, 'x'));
    on.until([&] { return !on.told.downs.empty(); });
    // The reset may overtake the Close frame; where it did not, it is told.
    const auto& record = on.told.downs[0];
    CHECK((record.close_code == 1008 || record.cause == policy::cause::tcp_reset));
    if (record.close_code == 1008) CHECK(record.close_reason == "not you");
}

TEST_CASE("after stop nobody is told anything") {
    loopback_server server(test::accepting([](web_socket& peer) {
        for (int i = 0; i < 1000; ++i)
            peer.text("flood");
        peer.serve();
    }));
    const bool connected = GENERATE(false, true);
    driven on(test::ws_url(server.port()));
    if (connected) on.until([&] { return !on.told.messages.empty(); });
    on.driver->stop();
    const std::size_t messages = on.told.messages.size();
    const int bursts = on.told.bursts;
    on.send(1, "into the void");
    on.driver->set_reading(true);
    on.worker->io->poll();
    CHECK(on.told.messages.size() == messages);
    CHECK(on.told.bursts == bursts);
    CHECK(on.told.downs.empty());
}

TEST_CASE("a driver dropped while it connects leaves nothing that calls it") {
    const test::black_hole nobody;
    auto worker = std::make_shared<net::io_worker>();
    {
        driven on(test::ws_url(nobody.port()));
        worker = on.worker;
        worker->io->poll();
    }
    worker->io->poll();
    CHECK(worker.use_count() == 1);
}
