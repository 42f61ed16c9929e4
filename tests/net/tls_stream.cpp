#include "net/tls_stream.hpp"

#include <sys/socket.h>

#include "net/support/tls.hpp"

using namespace resock;
using net::readiness;
using policy::cause;
using test::loop;
using test::loopback_server;
using test::over_tls;
using test::secure_request;
using test::tls_peer;
using test::trusted;

namespace {

test::tls_server_options self_signed() {
    test::tls_server_options options;
    options.own = test::make_identity({});
    return options;
}

net::connected secure(loop& on, std::uint16_t port) {
    auto request = test::request_to("wss", "127.0.0.1", port);
    request.tls.verify = false;
    return test::opened(test::connect(on, request));
}

void accept_upgrade(tls_peer& client) {
    client.read_header();
    client.send(test::switching);
}

} // namespace

TEST_CASE("TLS: bytes go both ways, close_notify is the end") {
    auto options = self_signed();
    const bool old = GENERATE(false, true);
    if (old) options.max_version = TLS1_2_VERSION;
    CAPTURE(old);
    std::atomic<bool> notified{false};
    loopback_server server(over_tls(options, [&](tls_peer& client) {
        accept_upgrade(client);
        client.send(client.read(5));
        char byte = 0;
        notified = SSL_read(client.ssl(), &byte, 1) == 0 &&
                   (SSL_get_shutdown(client.ssl()) & SSL_RECEIVED_SHUTDOWN);
        SSL_shutdown(client.ssl());
    }));
    loop on;
    auto opened = secure(on, server.port());
    net::stream& stream = *opened.stream;
    CHECK(stream.remote_address() == "127.0.0.1:" + std::to_string(server.port()));
    CHECK(stream.tls().find(old ? "TLSv1.2 " : "TLSv1.3 TLS_") == 0);
    CHECK(!test::write_all(on, stream, "hello"));
    CHECK(test::read_bytes(on, stream, 5).bytes == "hello");
    CHECK(stream.inspect().acked_total > 0);
    stream.shutdown();
    CHECK(test::read_bytes(on, stream, 1).end);
    CHECK(notified);
}

TEST_CASE("TLS: many records and a large block, in both directions") {
    std::string block(3 << 20, '\0');
    for (std::size_t i = 0; i < block.size(); ++i)
        block[i] = static_cast<char>(i * 7 + i / 251);
    loopback_server server(over_tls(self_signed(), [&](tls_peer& client) {
        accept_upgrade(client);
        const std::string got = client.read(block.size());
        for (int i = 0; i < 1000; ++i)
            client.send("0123456789");
        client.send(got);
        client.socket().read_to_end();
    }));
    loop on;
    auto opened = secure(on, server.port());
    CHECK(!test::write_all(on, *opened.stream, block));
    std::string small;
    for (int i = 0; i < 1000; ++i)
        small += "0123456789";
    CHECK(test::read_bytes(on, *opened.stream, small.size()).bytes == small);
    CHECK(test::read_bytes(on, *opened.stream, block.size()).bytes == block);
}

TEST_CASE("TLS: the answer and what follows in the same record are told apart") {
    loopback_server server(over_tls(self_signed(), [](tls_peer& client) {
        client.read_header();
        client.send(test::switching + std::string(10000, 'f'));
        client.socket().read_to_end();
    }));
    loop on;
    auto opened = secure(on, server.port());
    std::string all = opened.leftover;
    // What OpenSSL holds is readable although the socket is silent.
    if (all.size() < 10000) CHECK(opened.stream->has_buffered());
    all += test::read_bytes(on, *opened.stream, 10000 - all.size()).bytes;
    CHECK(all == std::string(10000, 'f'));
    CHECK(!opened.stream->has_buffered());
    char byte = 0;
    CHECK(opened.stream->read_some(&byte, 1).wait_for == readiness::read);
    CHECK(!opened.stream->has_buffered());
}

TEST_CASE("TLS: a wait for reading sees what OpenSSL holds") {
    loopback_server server(over_tls(self_signed(), [](tls_peer& client) {
        accept_upgrade(client);
        client.send("abc");
        client.socket().read_to_end();
    }));
    loop on;
    auto opened = secure(on, server.port());
    std::string all = opened.leftover;
    while (all.size() < 3) {
        test::wait(on, *opened.stream, readiness::read);
        char byte = 0;
        const auto step = opened.stream->read_some(&byte, 1);
        REQUIRE(!step.failure);
        REQUIRE(!step.end);
        if (step.bytes == 1) all += byte;
    }
    CHECK(all == "abc");
}

TEST_CASE("TLS: an end without close_notify is a cut, after the bytes that came before") {
    loopback_server server(over_tls(self_signed(), [](tls_peer& client) {
        accept_upgrade(client);
        client.send("last words");
    }));
    loop on;
    auto opened = secure(on, server.port());
    const auto outcome = test::read_bytes(on, *opened.stream, 100);
    CHECK(opened.leftover + outcome.bytes == "last words");
    CHECK(!outcome.end);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->cause == policy::cause::tls_cut);
    CHECK(test::contains(outcome.failure->detail, "close_notify"));
    CHECK(test::contains(outcome.failure->host, "127.0.0.1"));
}

TEST_CASE("TLS: garbage inside the connection is a failure in words") {
    loopback_server server(over_tls(self_signed(), [](tls_peer& client) {
        accept_upgrade(client);
        client.read(1);
        client.socket().send(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'g'));
        client.socket().read_to_end();
    }));
    loop on;
    auto opened = secure(on, server.port());
    CHECK(!test::write_all(on, *opened.stream, "x"));
    const auto outcome = test::read_bytes(on, *opened.stream, 1);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->cause == policy::cause::tls_cut);
    CHECK(test::contains(outcome.failure->detail, "TLS: "));
    opened.stream->shutdown(); // only a FIN: the connection is broken
}

TEST_CASE("TLS: a reset is told by read and by write, and raises no SIGPIPE") {
    loopback_server server(over_tls(self_signed(), [](tls_peer& client) {
        accept_upgrade(client);
        client.read(1);
        client.socket().reset_on_close();
    }));
    loop on;
    auto opened = secure(on, server.port());
    CHECK(!test::write_all(on, *opened.stream, "x"));
    const auto outcome = test::read_bytes(on, *opened.stream, 1);
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->cause == policy::cause::tcp_reset);
    CHECK(outcome.failure->sys_errno == ECONNRESET);
    // SIGPIPE has its default action here: it would end the test program.
    const auto broken = test::write_all(on, *opened.stream, "more");
    REQUIRE(broken);
    CHECK(broken->cause == policy::cause::tcp_reset);
    CHECK(broken->sys_errno == EPIPE);
    opened.stream->shutdown();
    opened.stream.reset();
}

TEST_CASE("TLS: a full socket asks to wait, the same bytes go on later") {
    std::atomic<bool> go{false};
    std::atomic<std::size_t> total{0};
    std::atomic<bool> whole{false};
    loopback_server server(over_tls(self_signed(), [&](tls_peer& client) {
        accept_upgrade(client);
        while (!go)
            std::this_thread::yield();
        const std::string got = client.read(total);
        whole = got.size() == total && got.find_first_not_of('x') == std::string::npos;
        client.send("all");
        client.socket().read_to_end();
    }));
    loop on;
    auto opened = secure(on, server.port());
    const std::string block(64 * 1024, 'x');
    std::size_t written = 0;
    for (;;) {
        const auto step = opened.stream->write_some(block);
        REQUIRE(!step.failure);
        if (step.wait_for) {
            CHECK(step.wait_for == readiness::write);
            break;
        }
        written += step.bytes;
        REQUIRE(written < std::size_t{1} << 30);
    }
    total = written + block.size();
    go = true;
    const std::string moved = block; // at another address
    CHECK(!test::write_all(on, *opened.stream, moved));
    CHECK(test::read_bytes(on, *opened.stream, 3).bytes == "all");
    CHECK(whole);
}

TEST_CASE("a certificate of a trusted authority for this host is taken") {
    const trusted trust;
    const std::string host =
        GENERATE(as<std::string>(), "localhost", "127.0.0.1", "LOCALHOST", "localhost.");
    CAPTURE(host);
    const auto own = test::make_identity({}, &trust.authority);
    CHECK(!test::try_certificate(trust, own, host));
}

TEST_CASE("wildcards cover one label, whole") {
    const trusted trust;
    test::certificate_wish wish;
    wish.alternative_names = "DNS:*.example.org,DNS:part*.example.net";
    const auto own = test::make_identity(wish, &trust.authority);
    CHECK(!test::try_certificate(trust, own, "a.example.org"));
    for (const std::string host : {"a.b.example.org", "example.org", "partial.example.net"}) {
        CAPTURE(host);
        CHECK(test::refused(trust, own, host).cause == cause::tls_host);
    }
}

TEST_CASE("without verification any certificate is taken") {
    loopback_server server(over_tls({test::make_identity({}), 0, 0, "", nullptr}, test::answer));
    loop on;
    auto request = secure_request("127.0.0.1", server.port(), "");
    request.tls.verify = false;
    CHECK(test::opened(test::connect(on, request)).response.status == 101);
}

TEST_CASE("SNI names a host, never an address or a trailing dot") {
    std::string seen;
    loopback_server server(
        over_tls({test::make_identity({}), 0, 0, "", nullptr}, [&](tls_peer& client) {
            const char* name = SSL_get_servername(client.ssl(), TLSEXT_NAMETYPE_host_name);
            seen = name ? name : "none";
            test::answer(client);
        }));
    loop on;
    auto names = test::local_names();
    struct row {
        const char* host;
        const char* name;
    };
    for (const row& row : {row{"some.example", "some.example"}, row{"dot.example.", "dot.example"},
                           row{"127.0.0.1", "none"}}) {
        auto request = secure_request(row.host, server.port(), "");
        request.tls.verify = false;
        test::opened(test::connect(on, names, request));
        CHECK(seen == row.name);
    }
}
