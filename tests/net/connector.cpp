#include "net/connector.hpp"

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

using namespace resock;
using test::closed_port;
using test::loop;
using test::loopback_server;
using test::peer;

namespace {

// A server that answers `text` to an upgrade, then waits for the client's end.
std::function<void(peer&)> replying(std::string text) {
    return [text = std::move(text)](peer& client) {
        client.read_header();
        client.send(text);
        client.read_to_end();
    };
}

net::connect_result connect_to(loop& on, std::uint16_t port) {
    return test::connect(on, test::request_to("ws", "127.0.0.1", port));
}

} // namespace

TEST_CASE("the request is written as handed in, the answer's fields are read") {
    std::string seen;
    loopback_server server([&](peer& client) {
        seen = client.read_header();
        client.send("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
                    "x-padded:  value \r\n\r\n");
        client.read_to_end();
    });
    loop on;
    {
        const auto opened = test::opened(connect_to(on, server.port()));
        CHECK(opened.response.status == 101);
        CHECK(opened.response.reason == "Switching");
        CHECK(opened.leftover.empty());
        REQUIRE(opened.response.fields.size() == 4);
        CHECK(opened.response.fields[1].value == "1");
        CHECK(opened.response.fields[2].value == "2");
        CHECK(*wire::find_field(opened.response.fields, "X-Padded") == "value");
    }
    CHECK(seen == "GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "Sec-WebSocket-Version: 13\r\n\r\n");
}

TEST_CASE("IPv6") {
    loop on;
    const auto failure =
        test::failed(test::connect(on, test::request_to("ws", "::1", closed_port().port())));
    CHECK((failure.cause == policy::cause::tcp_refused ||
           failure.cause == policy::cause::tcp_unreachable)); // a machine may have no IPv6
    CHECK(test::contains(failure.detail, "[::1]:"));
}

TEST_CASE("the answer may be split at each byte, what follows it is handed on") {
    const std::string head = test::switching;
    const std::string whole = head + "\x81\x02hi";
    std::size_t split = 1;
    std::atomic<bool> first_sent{false};
    std::atomic<bool> first_read{false};
    loopback_server server([&](peer& client) {
        client.read_header();
        client.send(std::string_view(whole).substr(0, split));
        first_sent = true;
        while (!first_read)
            std::this_thread::yield();
        client.send(std::string_view(whole).substr(split));
        client.read_to_end();
    });
    for (; split < whole.size(); ++split) {
        CAPTURE(split);
        loop on;
        net::resolver names;
        std::optional<net::connect_result> result;
        first_sent = first_read = false;
        const auto attempt =
            net::start_connect(on.io, names, test::request_to("ws", "127.0.0.1", server.port()),
                               [&](net::connect_result got) { result.emplace(std::move(got)); });
        while (!first_sent) {
            REQUIRE(!result);
            on.run_ready();
            std::this_thread::yield();
        }
        on.run_ready(); // reads the first segment
        CHECK(result.has_value() == (split >= head.size()));
        first_read = true;
        on.run_until([&] { return result.has_value(); });
        auto opened = test::opened(*std::move(result));
        const std::size_t missing = whole.size() - head.size() - opened.leftover.size();
        const auto rest = test::read_bytes(on, *opened.stream, missing);
        CHECK(opened.leftover + rest.bytes == whole.substr(head.size()));
    }
}

TEST_CASE("any status is handed on without waiting for the body") {
    const std::string text =
        GENERATE(as<std::string>(),
                 "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 99999999999\r\n\r\nbegin",
                 "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "HTTP/1.0 200 OK\r\n\r\n<html>", "HTTP/1.1 301 \r\nLocation: /x\r\n\r\n");
    CAPTURE(text);
    loopback_server server(replying(text));
    loop on;
    const auto opened = test::opened(connect_to(on, server.port()));
    CHECK(opened.response.status == std::stoi(text.substr(9, 3)));
}

TEST_CASE("interim answers are skipped, but not without end") {
    std::string interim;
    for (int i = 0; i < 3; ++i)
        interim += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    loop on;
    {
        loopback_server server(replying(interim + test::switching + "rest"));
        const auto opened = test::opened(connect_to(on, server.port()));
        CHECK(opened.response.status == 101);
        CHECK(opened.leftover == "rest");
    }
    for (int i = 0; i < 10; ++i)
        interim += "HTTP/1.1 100 Continue\r\n\r\n";
    loopback_server server(replying(interim));
    const auto failure = test::failed(connect_to(on, server.port()));
    CHECK(failure.cause == policy::cause::not_websocket);
    CHECK(test::contains(failure.detail, "without end"));
}

TEST_CASE("what is not HTTP is shown") {
    struct row {
        std::string sent;
        const char* part;
    };
    const row rows[] = {
        {"SSH-2.0-OpenSSH_9.2\r\n", "\"SSH-2.0-OpenSSH_9.2\\r\\n\""},
        {std::string("\x00\x01\xff", 3), "\"\\x00\\x01\\xff\""},
        {std::string("\x15\x03\x01\x00\x02\x02\x46", 7), "speaks TLS"},
        {"HTTP/1.1 abc\r\n\r\n", "not valid HTTP"},
        {"HTTP/1.1 101 X\r\nbad field\r\n\r\n", "not valid HTTP"},
        {"HTTP/1.1 101 X\r\nA: " + std::string(20000, 'a'), "larger than 16 KiB"},
    };
    loop on;
    for (const row& row : rows) {
        CAPTURE(row.part);
        loopback_server server(replying(row.sent));
        const auto failure = test::failed(connect_to(on, server.port()));
        CHECK(failure.cause == policy::cause::not_websocket);
        CHECK(test::contains(failure.detail, row.part));
        CHECK(failure.detail.size() < 400);
        CHECK(failure.host == "127.0.0.1:" + std::to_string(server.port()));
    }
}

TEST_CASE("a header without end is given up at its limit") {
    loopback_server server([](peer& client) {
        client.read_header();
        client.send("HTTP/1.1 101 X\r\n");
        for (int i = 0; i < 100000; ++i)
            client.send("Name: value\r\n"); // ends when we close
    });
    loop on;
    const auto failure = test::failed(connect_to(on, server.port()));
    CHECK(failure.cause == policy::cause::not_websocket);
    CHECK(test::contains(failure.detail, "larger than 16 KiB"));
}

TEST_CASE("a peer that closes or resets instead of answering") {
    struct row {
        const char* sent;
        bool reset;
        const char* part;
    };
    const row rows[] = {{"", false, "closed before it answered"},
                        {"HTTP/1.1 101", false, "closed inside"},
                        {"", true, "reset"}};
    loop on;
    for (const row& row : rows) {
        CAPTURE(row.part);
        loopback_server server([&](peer& client) {
            client.read_header();
            client.send(row.sent);
            if (row.reset) client.reset_on_close();
        });
        const auto failure = test::failed(connect_to(on, server.port()));
        CHECK(failure.cause == policy::cause::tcp_reset);
        CHECK(test::contains(failure.detail, row.part));
    }
}

TEST_CASE("without limits nothing overflows") {
    loopback_server server(replying(test::switching));
    loop on;
    auto request = test::request_to("ws", "127.0.0.1", server.port());
    request.connect_timeout = request.open_timeout = unlimited_duration;
    CHECK(test::opened(test::connect(on, request)).response.status == 101);
}

TEST_CASE("an attempt may be cancelled or dropped after any number of handlers") {
    loopback_server server(replying(test::switching));
    const bool cancel = GENERATE(true, false);
    bool finished = false;
    for (int steps = 0; !finished; ++steps) {
        CAPTURE(cancel, steps);
        REQUIRE(steps < 100);
        loop on;
        net::resolver names;
        bool called = false;
        auto attempt =
            net::start_connect(on.io, names, test::request_to("ws", "127.0.0.1", server.port()),
                               [&](net::connect_result) { called = true; });
        for (int i = 0; i < steps && !called; ++i)
            on.io->run_one();
        finished = called;
        called = false;
        if (cancel)
            attempt->cancel();
        else
            attempt.reset();
        on.run_ready();
        CHECK(!called);
    }
}

TEST_CASE("the handler may drop its own attempt, and the context may go first") {
    loopback_server server(replying(test::switching));
    net::resolver names;
    {
        loop on;
        bool called = false;
        std::shared_ptr<net::connector> attempt;
        attempt =
            net::start_connect(on.io, names, test::request_to("ws", "127.0.0.1", server.port()),
                               [&](net::connect_result) {
                                   attempt.reset();
                                   called = true;
                               });
        on.run_until([&] { return called; });
    }
    std::shared_ptr<net::connector> attempt;
    bool called = false;
    {
        loop on;
        attempt =
            net::start_connect(on.io, names, test::request_to("ws", "127.0.0.1", server.port()),
                               [&](net::connect_result) { called = true; });
        on.io->run_one();
    }
    attempt.reset();
    CHECK(!called);
}
