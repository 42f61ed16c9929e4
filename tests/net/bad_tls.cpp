// Certificates that do not hold, and TLS where there is none, as an application sees them.
#include "net/tls_stream.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::certificate_wish;
using test::has;
using test::identity;
using test::loopback_server;
using test::settings;
using test::web_socket;

namespace {

const settings once = {{"reconnect.attempts", "0"}};

// A server with a certificate as wished, issued by an authority of ours.
struct authority {
    identity root = test::make_authority();
    test::temporary_directory files;
    std::string ca_file = files.write("root.pem", root.pem());

    identity issue(certificate_wish wish = {}) const { return test::make_identity(wish, &root); }
};

std::function<void(test::peer&)> serving(const identity& own) {
    test::tls_server_options options;
    options.own = own;
    return test::accepting_tls(options, [](web_socket& peer) { peer.echo(); });
}

settings with_ca(settings wanted, const std::string& ca_file) {
    wanted.push_back({"tls.ca_file", ca_file});
    return wanted;
}

policy::disconnect_record only_record(application& app) {
    const policy::disconnect_record down = app.await_record(event_kind::down);
    CHECK(app.await_record(event_kind::closed).why == down.why);
    CHECK(app.count(event_kind::open) == 0);
    return down;
}

} // namespace

TEST_CASE("a certificate of a known issuer carries a conversation") {
    const authority ours;
    loopback_server server(serving(ours.issue()));
    application app(GENERATE(0u, 1u));
    app.open(test::wss_url(server.port()), {{"tls.ca_file", ours.ca_file}});
    const auto& open = *app.await(event_kind::open).open();
    CHECK(has(open.tls, "TLSv1."));
    const std::uint64_t id = app.send("over TLS");
    app.await_confirmed(id);
    CHECK(app.await(event_kind::message).bytes() == "over TLS");
}

TEST_CASE("certificates that do not hold stop the link and say why") {
    const authority ours;
    const identity other = test::make_authority("another root");
    certificate_wish expired, early, elsewhere;
    expired.begins_in_days = -10;
    expired.ends_in_days = -2;
    early.begins_in_days = 2;
    elsewhere.alternative_names = "DNS:other.test";
    struct row {
        const char* what;
        identity own;
        policy::cause cause;
        std::string told;
        policy::verdict verdict;
    };
    const row rows[] = {
        {"expired", ours.issue(expired), policy::cause::tls_expired, test::day_in(-2),
         policy::verdict::stop},
        {"not yet valid", ours.issue(early), policy::cause::tls_not_yet_valid, test::day_in(2),
         policy::verdict::slow},
        {"for another host", ours.issue(elsewhere), policy::cause::tls_host, "other.test",
         policy::verdict::stop},
        {"self-signed", test::make_identity({}), policy::cause::tls_issuer, "self-signed",
         policy::verdict::stop},
        {"of an unknown issuer", test::make_identity({}, &other), policy::cause::tls_issuer,
         "another root", policy::verdict::stop},
    };
    const unsigned threads = GENERATE(0u, 1u);
    for (const row& each : rows) {
        INFO(each.what);
        loopback_server server(serving(each.own));
        application app(threads);
        app.open(test::wss_url(server.port()), with_ca({{"connect.timeout", "10s"}}, ours.ca_file));
        const auto& record = app.await_record(event_kind::down);
        CHECK(record.layer == policy::layer::tls);
        CHECK(record.culprit == policy::culprit::peer);
        CHECK(record.cause == each.cause);
        CHECK(record.verdict == each.verdict);
        CHECK(has(record.why, each.told));
        CHECK(has(record.why, "localhost"));
        if (each.verdict == policy::verdict::stop) app.await(event_kind::closed);
        CHECK(app.count(event_kind::open) == 0);
    }
}

TEST_CASE("tls.verify=false takes any certificate") {
    loopback_server server(serving(test::make_identity({})));
    application app(GENERATE(0u, 1u));
    app.open(test::wss_url(server.port()), {{"tls.verify", "false"}});
    app.await_open();
}

TEST_CASE("TLS to a server that speaks plain HTTP") {
    loopback_server server([](test::peer& client) {
        client.read(5);
        client.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        client.read_to_end();
    });
    application app(GENERATE(0u, 1u));
    app.open(test::wss_url(server.port()), once);
    const auto record = only_record(app);
    CHECK(record.layer == policy::layer::tls);
    CHECK(record.culprit == policy::culprit::peer);
    CHECK(record.cause == policy::cause::tls_version);
    CHECK(record.verdict == policy::verdict::stop);
    CHECK(has(record.why, "ws://"));
}

TEST_CASE("plain HTTP to a server that speaks TLS") {
    const authority ours;
    loopback_server silent(serving(ours.issue())); // OpenSSL closes without an alert
    loopback_server alerting([](test::peer& client) {
        client.read_header();
        client.send("\x15\x03\x01\x02\x02\x32");
        client.read_to_end();
    });
    const bool alert = GENERATE(false, true);
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(alert ? alerting.port() : silent.port()), once);
    const auto record = only_record(app);
    CHECK(record.layer == (alert ? policy::layer::http : policy::layer::tcp));
    CHECK(record.cause == (alert ? policy::cause::not_websocket : policy::cause::tcp_reset));
    CHECK(has(record.why, alert ? "wss://" : "closed before it answered the upgrade"));
}

TEST_CASE("a peer that never shakes hands") {
    loopback_server server([](test::peer& client) { client.read_to_end(); });
    application app(GENERATE(0u, 1u));
    // An address: a lookup would take its share of so short a time.
    app.open("wss://127.0.0.1:" + std::to_string(server.port()),
             {{"reconnect.attempts", "0"}, {"connect.timeout", "300ms"}});
    const auto record = only_record(app);
    CHECK(record.layer == policy::layer::tls);
    CHECK(record.culprit == policy::culprit::network);
    CHECK(record.cause == policy::cause::tls_timeout);
}

TEST_CASE("a handshake that is cut off is tried again") {
    const authority ours;
    std::atomic<int> connections{0};
    loopback_server server([&, good = serving(ours.issue())](test::peer& client) {
        if (++connections > 1) return good(client);
        client.read(5);
    });
    application app(GENERATE(0u, 1u));
    app.open(test::wss_url(server.port()),
             with_ca({{"reconnect.min", "1ms"}, {"reconnect.max", "2ms"}}, ours.ca_file));
    const auto& record = app.await_record(event_kind::down);
    // The rest of our hello was not read: some systems answer that with a reset.
    CHECK((record.cause == policy::cause::tls_cut || record.cause == policy::cause::tcp_reset));
    CHECK(record.verdict == policy::verdict::backoff);
    app.await_open();
}

TEST_CASE("an open TLS connection that is cut without close_notify") {
    const authority ours;
    test::tls_server_options options;
    options.own = ours.issue();
    loopback_server server(
        test::accepting_tls(options, [](web_socket& peer) { peer.text("last words"); }));
    application app(GENERATE(0u, 1u));
    app.open(test::wss_url(server.port()), with_ca({{"reconnect.attempts", "0"}}, ours.ca_file));
    CHECK(app.await(event_kind::message).bytes() == "last words");
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.cause == policy::cause::tls_cut);
    CHECK(record.close_code == 1006);
    CHECK(record.layer == policy::layer::tls);
    CHECK(has(record.why, "close_notify"));
}

TEST_CASE("a flood over TLS that is not polled pauses, goes on and loses nothing") {
    constexpr int total = 3000;
    const authority ours;
    test::tls_server_options options;
    options.own = ours.issue();
    loopback_server server(test::accepting_tls(options, [](web_socket& peer) {
        for (int i = 0; i < total; ++i)
            peer.text(std::to_string(i) + std::string(500, '.'));
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::wss_url(server.port()), with_ca({{"events.messages", "10"}}, ours.ca_file));
    app.until([&] { return app.count(event_kind::message) == total; });
    int wrong = 0, next = 0;
    for (const std::string& each : app.messages())
        wrong += each.substr(0, each.find('.')) != std::to_string(next++);
    CHECK(wrong == 0);
}
