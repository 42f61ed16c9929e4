// What certificates and handshakes make of an attempt: the cause, and words with names and dates.
#include <openssl/err.h>

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"
#include "net/tls_context.hpp"

using namespace resock;
using policy::cause;
using test::loop;
using test::loopback_server;
using test::over_tls;
using test::tls_peer;

namespace {

struct trusted {
    test::temporary_directory directory;
    test::identity authority = test::make_authority();
    std::string ca_file = directory.write("ca.pem", authority.pem());
};

void answer(tls_peer& client) {
    client.read_header();
    client.send(test::switching);
    client.socket().read_to_end();
}

net::connect_request secure_request(const std::string& host, std::uint16_t port,
                                    const std::string& ca_file) {
    auto request = test::request_to("wss", host, port);
    request.tls.ca_file = ca_file;
    return request;
}

// Every name is 127.0.0.1.
net::resolver local_names() {
    return net::resolver([](const std::string&, std::uint16_t port) {
        net::resolved answer;
        answer.endpoints.emplace_back(boost::asio::ip::address_v4::loopback(), port);
        return answer;
    });
}

net::connect_result try_certificate(const trusted& trust, const test::identity& own,
                                    const std::string& host) {
    loopback_server server(over_tls({own, 0, 0, "", nullptr}, answer));
    loop on;
    auto names = local_names();
    return test::connect(on, names, secure_request(host, server.port(), trust.ca_file));
}

} // namespace

TEST_CASE("a certificate of a trusted authority for this host is taken") {
    const trusted trust;
    const std::string host =
        GENERATE(as<std::string>(), "localhost", "127.0.0.1", "LOCALHOST", "localhost.");
    CAPTURE(host);
    const auto own = test::make_identity({}, &trust.authority);
    const auto opened = test::opened(try_certificate(trust, own, host));
    CHECK(opened.response.status == 101);
    CHECK(!opened.stream->tls().empty());
}

TEST_CASE("wildcards cover one label, whole") {
    const trusted trust;
    test::certificate_wish wish;
    wish.alternative_names = "DNS:*.example.org,DNS:part*.example.net";
    const auto own = test::make_identity(wish, &trust.authority);
    test::opened(try_certificate(trust, own, "a.example.org"));
    for (const std::string host : {"a.b.example.org", "example.org", "partial.example.net"}) {
        CAPTURE(host);
        CHECK(test::failed(try_certificate(trust, own, host)).cause == cause::tls_host);
    }
}

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
         "certificate of localhost expired on " + test::day_in(-3)},
        {"early",
         {"localhost", "DNS:localhost", 3, 10, false},
         true,
         "localhost",
         cause::tls_not_yet_valid,
         "certificate of localhost is not valid before " + test::day_in(3)},
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
        const auto failure = test::failed(try_certificate(trust, own, row.host));
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
    const auto failure = test::failed(try_certificate(trust, own, "localhost"));
    CHECK(failure.cause == cause::tls_issuer);
    CHECK(test::contains(failure.detail, "issued by \"another root\", which is not trusted"));
}

TEST_CASE("a stranger's names are made printable and cut") {
    const trusted trust;
    test::certificate_wish wish;
    wish.alternative_names = "DNS:" + std::string(200, 'n');
    for (int i = 0; i < 20; ++i)
        wish.alternative_names += ",DNS:n" + std::to_string(i) + "\x01.x";
    const auto own = test::make_identity(wish, &trust.authority);
    const auto failure = test::failed(try_certificate(trust, own, "localhost"));
    CHECK(failure.cause == cause::tls_host);
    CHECK(test::contains(failure.detail, "n0?.x"));
    CHECK(test::contains(failure.detail, "and 13 more"));
    CHECK(failure.detail.size() < 500);
}

TEST_CASE("without verification any certificate is taken") {
    loopback_server server(over_tls({test::make_identity({}), 0, 0, "", nullptr}, answer));
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
            answer(client);
        }));
    loop on;
    auto names = local_names();
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
    loopback_server server(over_tls(options, answer));
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
    loopback_server server(over_tls(options, answer));
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

TEST_CASE("a tls.ca_file that is no use is named before anything is connected") {
    const trusted trust;
    struct row {
        std::string file;
        const char* part;
    };
    const auto broken = trust.authority.pem();
    const row rows[] = {
        {trust.directory.path() + "/missing.pem", "cannot be read: No such file"},
        {trust.directory.path(), "is not a file"},
        {trust.directory.write("empty.pem", ""), "holds no certificate"},
        {trust.directory.write("text.pem", "hello\n"), "holds no certificate"},
        {trust.directory.write("broken.pem", broken + broken.substr(0, 60) + "\n!!\n" +
                                                 "-----END CERTIFICATE-----\n"),
         "cannot be read"},
    };
    loop on;
    for (const row& row : rows) {
        CAPTURE(row.file);
        const auto failure =
            test::failed(test::connect(on, secure_request("127.0.0.1", 1, row.file)));
        CHECK(failure.cause == cause::tls_issuer);
        INFO(failure.detail);
        CHECK(test::contains(failure.detail, "tls.ca_file " + row.file + " "));
        CHECK(test::contains(failure.detail, row.part));
        CHECK(ERR_peek_error() == 0);
    }
}

TEST_CASE("a system without roots is told with every place and the remedy") {
    const auto made = net::tls_context_for({}, [] {
        net::root_places none;
        none.looked_at = {"/first", "/second"};
        return none;
    });
    const auto* failure = std::get_if<policy::failure>(&made);
    REQUIRE(failure);
    CHECK(failure->cause == cause::tls_issuer);
    CHECK(test::contains(failure->detail, "/first, /second"));
    CHECK(test::contains(failure->detail, "tls.ca_file"));
}

TEST_CASE("contexts are shared by options, and read anew when the file changes") {
    const trusted trust;
    net::tls_options options;
    options.ca_file = trust.ca_file;
    const auto get = [&] { return std::get<net::tls_context>(net::tls_context_for(options)); };
    const auto first = get();
    CHECK(get() == first);
    options.min_version = "1.3";
    CHECK(get() != first);
    CHECK(SSL_CTX_get_min_proto_version(get().get()) == TLS1_3_VERSION);
    options.min_version = "1.2";
    trust.directory.write("ca.pem", trust.authority.pem() + test::make_authority("second").pem());
    CHECK(get() != first);
    options.min_version = "1.1";
    CHECK(std::holds_alternative<policy::failure>(net::tls_context_for(options)));
}
