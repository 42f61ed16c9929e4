#include "net/opening.hpp"

#include "net/support/opening_desk.hpp"
#include "net/support/tls_client.hpp"

using namespace resock;
using namespace std::chrono_literals;
using test::desk;
using test::opening_request;
using test::switching_text;

TEST_CASE("a request is read however it is cut in two, and accepted with what stands behind") {
    const std::string head = opening_request;
    const std::string whole = head + "first frames";
    for (std::size_t split = 1; split < whole.size(); ++split) {
        CAPTURE(split);
        desk at;
        at.accept_when_requested();
        at.send(std::string_view(whole).substr(0, split));
        at.on.run_ready();
        REQUIRE(at.to->times_requested == (split >= head.size() ? 1 : 0));
        at.send(std::string_view(whole).substr(split));
        at.run_until_over();
        CHECK(at.to->times_requested == 1);
        CHECK(at.to->times_failed == 0);
        CHECK(at.to->times_over == 1);
        REQUIRE(at.result->stream);
        CHECK(test::peer(at.fd()).read_header() == switching_text);
        // Behind the request: read with it, or still to be read.
        const std::string rest = whole.substr(head.size());
        CHECK(at.result->leftover == (split > head.size()    ? rest.substr(0, split - head.size())
                                      : split == head.size() ? ""
                                                             : rest));
        const auto more =
            test::read_bytes(at.on, *at.result->stream, rest.size() - at.result->leftover.size());
        CHECK(at.result->leftover + more.bytes == rest);
    }
}

TEST_CASE("the owner sees the request as it was sent, and who sent it") {
    desk at;
    at.to->on_request = [&](net::opening& made) {
        CHECK(made.request().method == "GET");
        CHECK(made.request().target == "/chat?room=1");
        CHECK(made.request().fields.size() == 5);
        CHECK(made.address() == "192.0.2.7:4711");
        CHECK(made.ip() == "192.0.2.7");
        CHECK(made.tls().empty());
        CHECK(made.slot());
        made.accept(test::switching_response, at.result);
    };
    at.send(opening_request);
    at.run_until_over();
    CHECK(at.result->times == 1);
    CHECK_FALSE(at.result->failure);
    CHECK(at.released.expired()); // nobody took it along
}

TEST_CASE("over TCP too, from an acceptor") {
    test::loop on;
    const auto kept = std::make_shared<test::kept_sockets>();
    net::bound_socket bound = net::bind_and_listen(test::loopback(), false);
    const listen_address address = bound.address;
    const auto taking = std::make_shared<net::acceptor>(*on.io, std::move(bound), kept);
    taking->start();
    const net::descriptor client = test::dial(address);
    test::peer(client.get()).send(opening_request);
    on.run_until([&] { return !kept->sockets.empty(); });
    const auto to = std::make_shared<test::owner>();
    const auto result = std::make_shared<test::handed_over>();
    to->on_request = [&](net::opening& made) { made.accept(test::switching_response, result); };
    to->kept = std::make_shared<net::opening>(*on.io, std::move(kept->sockets[0]),
                                              net::opening_limits{}, nullptr, to, nullptr);
    to->kept->start();
    on.run_until([&] { return result->times > 0; });
    REQUIRE(result->stream);
    CHECK(test::peer(client.get()).read_header() == switching_text);
    CHECK(result->stream->remote_address().rfind("127.0.0.1:", 0) == 0);
}

TEST_CASE("over TLS: handshake, request in pieces, the stream handed over, leftover with it") {
    desk at({}, test::own_certificate());
    std::string tls;
    at.to->on_request = [&](net::opening& made) {
        tls = made.tls();
        made.accept(test::switching_response, at.result);
    };
    std::string head, word;
    {
        const test::tls_client client(at.fd(), [&](test::tls_peer& server) {
            for (const char c : std::string(opening_request))
                server.send({&c, 1});
            server.send("hello");
            head = server.read_header();
            word = server.read(4);
        });
        at.run_until_over();
        REQUIRE(at.result->stream);
        const auto more =
            test::read_bytes(at.on, *at.result->stream, 5 - at.result->leftover.size());
        CHECK(at.result->leftover + more.bytes == "hello");
        CHECK(!test::write_all(at.on, *at.result->stream, "well"));
    }
    CHECK(head == switching_text);
    CHECK(word == "well");
    CHECK(tls.rfind("TLSv1.3 ", 0) == 0);
    CHECK(at.result->stream->tls() == tls);
}

TEST_CASE("over TLS: a refusal is read to its end") {
    desk at({}, test::own_certificate());
    at.to->on_request = [](net::opening& made) { made.refuse({403, "not you", {}}); };
    std::string head, body;
    {
        const test::tls_client client(at.fd(), [&](test::tls_peer& server) {
            server.send(opening_request);
            head = server.read_header();
            body = server.read(100); // close_notify ends it
        });
        at.run_until_over();
    }
    CHECK(head.rfind("HTTP/1.1 403 Forbidden\r\n", 0) == 0);
    CHECK(body == "not you\n");
}

TEST_CASE("over TLS: who does not speak it, or not in time, is told nothing") {
    net::opening_limits limits;
    SECTION("plain HTTP") {
        desk at(limits, test::own_certificate());
        at.send(opening_request);
        at.run_until_over();
        CHECK(at.to->times_failed == 1);
        CHECK(at.to->status == 0);
        INFO(at.to->why);
        CHECK_FALSE(at.to->why.empty());
    }
    SECTION("half a handshake") {
        limits.timeout = 5ms;
        desk at(limits, test::own_certificate());
        at.send(std::string("\x16\x03\x01", 3));
        at.run_until_over();
        CHECK(at.to->why == "the TLS handshake was not done within listen.open_timeout");
        CHECK(at.to->status == 0);
    }
    SECTION("gone") {
        desk at(limits, test::own_certificate());
        at.hang_up();
        at.run_until_over();
        CHECK(at.to->times_failed == 1);
        CHECK(at.to->times_requested == 0);
    }
}
