// What certificates and handshakes make of an attempt: the cause, and words with names and dates.
#include "net/tls_error.hpp"

#include "net/support/tls.hpp"

using namespace resock;
using policy::cause;
using test::loop;
using test::loopback_server;
using test::over_tls;
using test::secure_request;
using test::trusted;

TEST_CASE("certificates that are refused, with the reason in words") {
    struct row {
        const char* what;
        test::certificate_wish wish;
        bool signed_by_authority;
        const char* host;
        policy::cause cause;
        std::string part;
    };
    const row rows[] = {
        {"expired",
         {"localhost", "DNS:localhost", -10, -3, false},
         true,
         "localhost",
         cause::tls_expired,
         test::day_in(-3)},
        {"early",
         {"localhost", "DNS:localhost", 3, 10, false},
         true,
         "localhost",
         cause::tls_not_yet_valid,
         test::day_in(3)},
        {"host",
         {"x", "DNS:a.example,DNS:b.example,IP:10.0.0.1", -1, 9, false},
         true,
         "localhost",
         cause::tls_host,
         "not for localhost but for a.example, b.example, 10.0.0.1"},
        {"common name",
         {"only.example", "", -1, 9, false},
         true,
         "localhost",
         cause::tls_host,
         "but for \"only.example\""},
        {"address",
         {"localhost", "DNS:localhost,IP:10.0.0.1", -1, 9, false},
         true,
         "127.0.0.1",
         cause::tls_host,
         "not for 127.0.0.1 but for localhost, 10.0.0.1"},
        {"self-signed",
         {},
         false,
         "localhost",
         cause::tls_issuer,
         "certificate of localhost is self-signed"},
    };
    const trusted trust;
    for (const row& row : rows) {
        CAPTURE(row.what);
        const auto own =
            test::make_identity(row.wish, row.signed_by_authority ? &trust.authority : nullptr);
        const auto failure = test::refused(trust, own, row.host);
        CHECK(failure.cause == row.cause);
        INFO(failure.detail);
        CHECK(test::contains(failure.detail, row.part));
        CHECK(failure.host.find(row.host) == 0);
    }
}

TEST_CASE("an unknown issuer is named") {
    const trusted trust;
    const auto other = test::make_authority("another root");
    const auto own = test::make_identity({}, &other);
    const auto failure = test::refused(trust, own, "localhost");
    CHECK(failure.cause == cause::tls_issuer);
    CHECK(test::contains(failure.detail, "issued by \"another root\", which is not trusted"));
}

TEST_CASE("no common version or cipher") {
    const trusted trust;
    test::tls_server_options options;
    options.own = test::make_identity({}, &trust.authority);
    loop on;
    auto request = secure_request("127.0.0.1", 0, trust.ca_file);
    SECTION("the server is too old for tls.min_version") {
        options.max_version = TLS1_2_VERSION;
        request.tls.min_version = "1.3";
    }
    SECTION("the server has only a cipher that its certificate cannot serve") {
        options.max_version = TLS1_2_VERSION;
        options.cipher_list = "ECDHE-RSA-AES128-GCM-SHA256";
    }
    loopback_server server(over_tls(options, test::answer));
    request.url.port = server.port();
    const auto failure = test::failed(test::connect(on, request));
    CHECK(failure.cause == cause::tls_version);
    INFO(failure.detail);
    CHECK(failure.detail.size() > 20);
}

TEST_CASE("a server that insists on a client certificate") {
    const trusted trust;
    test::tls_server_options options;
    options.own = test::make_identity({}, &trust.authority);
    options.client_ca = &trust.authority;
    const bool old = GENERATE(false, true);
    if (old) options.max_version = TLS1_2_VERSION;
    CAPTURE(old);
    loopback_server server(over_tls(options, test::answer));
    loop on;
    const auto failure =
        test::failed(test::connect(on, secure_request("127.0.0.1", server.port(), trust.ca_file)));
    CHECK(failure.cause == cause::tls_client_cert);
    CHECK(test::contains(failure.detail, "client certificate"));
}

TEST_CASE("a peer without TLS, and one that cuts the handshake") {
    struct row {
        const char* sent;
        bool reset;
        policy::cause cause;
        const char* part;
    };
    const row rows[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", false, cause::tls_version, "does not speak TLS"},
        {"SSH-2.0-OpenSSH_9.2\r\n", false, cause::tls_version, "does not speak TLS"},
        {"", false, cause::tls_cut, "cut during the TLS handshake"},
        {"", true, cause::tls_cut, "cut during the TLS handshake: Connection reset"},
        {"\x15\x03\x03", false, cause::tls_cut, "cut during the TLS handshake"},
    };
    loop on;
    for (const row& row : rows) {
        CAPTURE(row.sent, row.reset);
        loopback_server server([&](test::peer& client) {
            client.read(5);
            client.send(row.sent);
            if (row.reset) return client.reset_on_close();
            ::shutdown(client.fd(), SHUT_WR);
            client.read_to_end();
        });
        auto request = secure_request("127.0.0.1", server.port(), "");
        request.tls.verify = false;
        const auto failure = test::failed(test::connect(on, request));
        CHECK(failure.cause == row.cause);
        INFO(failure.detail);
        CHECK(test::contains(failure.detail, row.part));
    }
}
