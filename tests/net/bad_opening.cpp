// What stands at the other end of a URL and is no WebSocket server.
#include "net/connector.hpp"

#include <netdb.h>

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::loopback_server;
using test::settings;
using test::web_socket;

namespace {

const settings once = {{"reconnect.attempts", "0"}};

// The record of a link that gives up: DOWN of a failed attempt, then CLOSED, and nothing else.
policy::disconnect_record only_record(application& app) {
    const policy::disconnect_record down = app.await_record(event_kind::down);
    CHECK_FALSE(app.last().was_open());
    const auto& closed = app.await_record(event_kind::closed);
    CHECK(closed.why == down.why);
    CHECK(app.seen().size() == 2);
    CHECK(down.attempt == 0);
    CHECK(down.connection == 1);
    CHECK(down.up == duration::zero());
    return down;
}

net::lookup answering(int error, const char* words) {
    return [=](const std::string&, std::uint16_t) {
        net::resolved made;
        made.error = error;
        made.detail = words;
        return made;
    };
}

} // namespace

TEST_CASE("a wrong URL is an option error before anything is opened") {
    struct row {
        const char* url;
        const char* told;
    };
    const row rows[] = {{"", "url"},
                        {"http://127.0.0.1/", "http"},
                        {"ftp://host/", "ftp"},
                        {"ws://", "host"},
                        {"ws://host:0/", "port"},
                        {"ws://host:65536/", "port"},
                        {"ws://host/#part", "#"},
                        {"127.0.0.1:80", "ws://"}};
    for (const row& each : rows) {
        INFO(each.url);
        hub::options given(hub::option_scope::link);
        std::string text;
        CHECK(test::status_of([&] { given.set("url", each.url); }, &text) == status::option);
        CHECK(has(text, each.told));
        CHECK(has(text, "url"));
    }
}

TEST_CASE("an unknown host") {
    application app(GENERATE(0u, 1u), answering(EAI_NONAME, "Name or service not known"));
    app.open("ws://no-such-host.test/", once);
    const auto record = only_record(app);
    CHECK(record.layer == policy::layer::dns);
    CHECK(record.culprit == policy::culprit::network);
    CHECK(record.cause == policy::cause::dns_unknown);
    CHECK(has(record.why, "no-such-host.test"));
    CHECK(has(record.why, "not known"));
}

TEST_CASE("a name server that does not answer now is asked again") {
    application app(GENERATE(0u, 1u), answering(EAI_AGAIN, "try again"));
    app.open("ws://host.test/",
             {{"reconnect.min", "0"}, {"reconnect.max", "1ms"}, {"reconnect.attempts", "3"}});
    for (unsigned attempt = 1; attempt <= 3; ++attempt) {
        const auto& record = app.await_record(event_kind::down);
        CHECK(record.cause == policy::cause::dns_temporary);
        CHECK(record.layer == policy::layer::dns);
        CHECK(record.verdict == policy::verdict::backoff);
        CHECK(record.attempt == attempt);
        CHECK(record.delay.has_value());
    }
    const auto& last = app.await_record(event_kind::down);
    CHECK(last.limits_reached);
    CHECK(last.verdict == policy::verdict::stop);
    CHECK(has(last.why, "reconnect.attempts"));
    app.await(event_kind::closed);
    CHECK(app.link().history().size() == 4);
}

TEST_CASE("a closed port") {
    const test::closed_port nobody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(nobody.port()), once);
    const auto record = only_record(app);
    CHECK(record.layer == policy::layer::tcp);
    CHECK(record.culprit == policy::culprit::peer);
    CHECK(record.cause == policy::cause::tcp_refused);
    CHECK(record.sys_errno == ECONNREFUSED);
    CHECK(has(record.why, "127.0.0.1:" + std::to_string(nobody.port())));
}

TEST_CASE("servers that answer, but not as a WebSocket server") {
    struct row {
        const char* what;
        const char* answer; // nullptr: %101 with the right accept key and `fields`
        const char* fields;
        policy::cause cause;
        int http_status;
        const char* told;
    };
    using policy::cause;
    const row rows[] = {
        {"a page", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "", cause::none, 200, "200"},
        {"not here", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "", cause::none, 404,
         "404"},
        {"SMTP", "220 mail.test ESMTP\r\n", "", cause::not_websocket, 0, "220 mail.test"},
        {"SSH", "SSH-2.0-OpenSSH_9\r\n", "", cause::not_websocket, 0, "SSH-2.0"},
        {"zeros", "zero\0\0", "", cause::not_websocket, 0, "not HTTP"},
        {"a TLS alert", "\x15\x03\x01\x02\x02\x32", "", cause::not_websocket, 0, "wss://"},
        {"a wrong accept key",
         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
         "", cause::not_websocket, 0, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
        {"no accept key",
         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
         "", cause::not_websocket, 0, "Sec-WebSocket-Accept"},
        {"another protocol",
         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "",
         cause::not_websocket, 0, "h2c"},
        {"a subprotocol that nobody asked for", nullptr, "Sec-WebSocket-Protocol: soap\r\n",
         cause::subprotocol, 0, "soap"},
        {"an extension that nobody asked for", nullptr,
         "Sec-WebSocket-Extensions: permessage-deflate\r\n", cause::not_websocket, 0,
         "permessage-deflate"},
    };
    const unsigned threads = GENERATE(0u, 1u);
    for (const row& each : rows) {
        INFO(each.what);
        loopback_server server([&](test::peer& client) {
            web_socket opening(client);
            opening.request();
            opening.raw(each.answer ? each.answer : opening.switching(each.fields));
            client.read_to_end();
        });
        application app(threads);
        app.open(test::ws_url(server.port()), once);
        const auto record = only_record(app);
        CHECK(record.layer == policy::layer::http);
        CHECK(record.culprit == policy::culprit::peer);
        CHECK(record.verdict == policy::verdict::stop);
        CHECK(record.cause == each.cause);
        CHECK(record.http_status == each.http_status);
        CHECK(has(record.why, each.told));
        CHECK(has(record.why, "not retried"));
    }
}

TEST_CASE("a server that answers without end before it answers") {
    loopback_server server([](test::peer& client) {
        client.read_header();
        for (int i = 0; i < 2000; ++i)
            client.send("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n");
        client.read_to_end();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), once);
    CHECK(has(only_record(app).why, "1xx"));
}

TEST_CASE("a header without end") {
    loopback_server server([](test::peer& client) {
        client.read_header();
        client.send("HTTP/1.1 101 Switching Protocols\r\nX-Long: ");
        client.send(std::string(1u << 20, 'x'));
        client.read_to_end();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), once);
    const auto record = only_record(app);
    CHECK(record.cause == policy::cause::not_websocket);
    CHECK(has(record.why, "16 KiB"));
}

TEST_CASE("a peer that takes the connection and never answers") {
    loopback_server server([](test::peer& client) { client.read_to_end(); });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"reconnect.attempts", "0"}, {"open.timeout", "300ms"}});
    const auto record = only_record(app);
    CHECK(record.layer == policy::layer::http);
    CHECK(record.culprit == policy::culprit::peer);
    CHECK(record.cause == policy::cause::open_timeout);
    CHECK(has(record.why, "in time"));
}

TEST_CASE("open.timeout, changed, holds from the next attempt on") {
    std::atomic<int> asked{0};
    loopback_server server([&asked](test::peer& client) {
        web_socket peer(client);
        if (++asked > 1) return client.read_to_end();
        peer.request();
        peer.raw(test::http_answer("503 Service Unavailable"));
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()),
             {{"reconnect.min", "1h"}, {"reconnect.max", "1h"}, {"open.timeout", "1h"}});
    CHECK(app.await_record(event_kind::down).http_status == 503);
    app.link().set("open.timeout", "10ms");
    app.link().retry_now();
    CHECK(app.await_record(event_kind::down).cause == policy::cause::open_timeout);
}

TEST_CASE("a peer that never takes the connection") {
    const test::black_hole nobody;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(nobody.port()),
             {{"connect.timeout", "100ms"}, {"reconnect.attempts", "0"}});
    const auto record = only_record(app);
    CHECK(record.layer == policy::layer::tcp);
    CHECK(record.culprit == policy::culprit::network);
    CHECK(record.cause == policy::cause::tcp_timeout);
}

TEST_CASE("a peer that closes instead of answering is tried again") {
    std::atomic<int> connections{0};
    loopback_server server([&](test::peer& client) {
        web_socket opening(client);
        opening.request();
        if (++connections == 1) return;
        opening.accept();
        opening.serve();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"reconnect.min", "1ms"}, {"reconnect.max", "2ms"}});
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.layer == policy::layer::tcp);
    CHECK(record.verdict == policy::verdict::backoff);
    CHECK(has(record.why, "closed before it answered"));
    const auto& open = *app.await(event_kind::open).open();
    CHECK(open.connection == 2);
    CHECK(open.attempt == 1);
}

TEST_CASE("what a caller asks for stands in the opening") {
    test::journal seen;
    loopback_server server([&](test::peer& client) {
        web_socket opening(client);
        seen.add(opening.field("Sec-WebSocket-Protocol"));
        seen.add(opening.field("X-Key"));
        opening.accept({}, "Sec-WebSocket-Protocol: chat.v1\r\n");
        opening.serve();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()),
             {{"http.subprotocols", "chat.v2 chat.v1"}, {"http.header", "X-Key: value"}});
    const auto& open = *app.await(event_kind::open).open();
    CHECK(open.subprotocol == "chat.v1");
    CHECK(open.address == "127.0.0.1:" + std::to_string(server.port()));
    CHECK(open.tls.empty());
    CHECK(open.attempt == 0);
    CHECK(open.downtime_ms == 0);
    CHECK(seen.all() == std::vector<std::string>{"chat.v2, chat.v1", "value"});
}
