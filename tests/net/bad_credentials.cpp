// Servers that refuse the opening by an HTTP status, and credentials that are asked for.
#include "wire/upgrade.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::http_answer;
using test::journal;
using test::loopback_server;
using test::settings;
using test::web_socket;

namespace {

hub::options header_options(const std::string& line) {
    hub::options given(hub::option_scope::link);
    given.set("http.header", line);
    return given;
}

// Lets in whoever brings the right key; others get `status`.
std::function<void(test::peer&)> guarded(std::string status, journal& keys) {
    return [status, &keys](test::peer& client) {
        web_socket peer(client);
        keys.add(peer.field("X-Key"));
        if (peer.field("X-Key") != "right") return peer.raw(http_answer(status));
        peer.accept();
        peer.serve();
    };
}

} // namespace

TEST_CASE("HTTP statuses: verdict, culprit, delay") {
    using policy::culprit;
    using policy::verdict;
    struct row {
        const char* status;
        const char* fields;
        policy::verdict verdict;
        policy::culprit culprit;
        std::chrono::seconds at_least;
        std::chrono::seconds at_most;
    };
    using std::chrono::seconds;
    const row rows[] = {
        {"401 Unauthorized", "", verdict::stop, culprit::us, {}, {}},
        {"403 Forbidden", "", verdict::stop, culprit::us, {}, {}},
        {"410 Gone", "", verdict::stop, culprit::peer, {}, {}},
        {"426 Upgrade Required", "", verdict::stop, culprit::peer, {}, {}},
        {"418 I'm a teapot", "", verdict::stop, culprit::peer, {}, {}},
        {"500 Internal Server Error", "", verdict::backoff, culprit::peer, {}, seconds(1)},
        {"502 Bad Gateway", "", verdict::backoff, culprit::proxy, {}, seconds(1)},
        {"429 Too Many Requests", "Retry-After: 7\r\n", verdict::backoff, culprit::us, seconds(7),
         seconds(9)},
        {"503 Service Unavailable", "Retry-After: 100\r\n", verdict::backoff, culprit::peer,
         seconds(100), seconds(120)},
        {"503 Service Unavailable", "Retry-After: 1000000\r\n", verdict::backoff, culprit::peer,
         seconds(600), seconds(720)},
        {"503 Service Unavailable",
         "Retry-After: soon\r\n",
         verdict::backoff,
         culprit::peer,
         {},
         seconds(1)},
    };
    const unsigned threads = GENERATE(0u, 1u);
    for (const row& each : rows) {
        INFO(each.status << ' ' << each.fields);
        loopback_server server([&](test::peer& client) {
            client.read_header();
            client.send(http_answer(each.status, each.fields));
            client.read_to_end();
        });
        application app(threads);
        app.open(test::ws_url(server.port()), {{"reconnect.min", "1ms"}, {"reconnect.max", "1s"}});
        const auto& record = app.await_record(event_kind::down);
        CHECK_FALSE(app.last().was_open());
        CHECK(record.layer == policy::layer::http);
        CHECK(record.cause == policy::cause::none);
        CHECK(record.http_status == std::stoi(each.status));
        CHECK(record.verdict == each.verdict);
        CHECK(record.culprit == each.culprit);
        CHECK(has(record.why, each.status));
        REQUIRE(record.delay.has_value() == (each.verdict != verdict::stop));
        if (!record.delay) {
            app.await(event_kind::closed);
            continue;
        }
        CHECK(*record.delay >= each.at_least);
        CHECK(*record.delay <= each.at_most);
    }
}

TEST_CASE("refused credentials are asked for, the new ones open the link") {
    journal keys;
    const char* const status = GENERATE("401 Unauthorized", "403 Forbidden");
    loopback_server server(guarded(status, keys));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()),
             {{"credentials.when", "refused"}, {"http.header", "X-Key: stale"}});
    app.send("kept meanwhile");
    CHECK(app.await_record(event_kind::down).verdict == policy::verdict::auth);
    const auto& asked = app.await(event_kind::credentials);
    CHECK(asked.credentials()->http_status == std::stoi(status));
    const hub::options right = header_options("X-Key: right");
    app.link().credentials(asked.id(), &right);
    app.await_open();
    app.await_confirmed(1);
    CHECK(keys.all() == std::vector<std::string>{"stale", "right"});
}

TEST_CASE("new credentials that are refused too stop the link") {
    journal keys;
    loopback_server server(guarded("401 Unauthorized", keys));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"credentials.when", "refused"}});
    const hub::options wrong = header_options("X-Key: wrong");
    app.link().credentials(app.await(event_kind::credentials).id(), &wrong);
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.verdict == policy::verdict::stop);
    CHECK(has(record.why, "refused too"));
    CHECK(keys.size() == 2);
}

TEST_CASE("no credentials to be had: the link stops") {
    journal keys;
    loopback_server server(guarded("401 Unauthorized", keys));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"credentials.when", "refused"}});
    app.link().credentials(app.await(event_kind::credentials).id(), nullptr);
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.layer == policy::layer::local);
    CHECK(record.culprit == policy::culprit::us);
    CHECK(has(record.why, "no credentials"));
}

TEST_CASE("a question that nobody answers in time is asked again; a late answer is too late") {
    journal keys;
    loopback_server server(guarded("401 Unauthorized", keys));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()), {{"credentials.when", "always"},
                                           {"credentials.timeout", "30ms"},
                                           {"reconnect.min", "0"},
                                           {"reconnect.max", "5ms"}});
    const std::uint64_t first = app.await(event_kind::credentials).id();
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.layer == policy::layer::local);
    CHECK(has(record.why, "credentials.timeout"));
    const std::uint64_t second = app.await(event_kind::credentials).id();
    CHECK(second > first);
    const hub::options right = header_options("X-Key: right");
    app.link().credentials(first, &right); // ignored
    app.await_record(event_kind::down);
    CHECK(keys.size() == 0);
    // Each question stands for 30 ms: one of them is answered in time.
    std::uint64_t answered = first;
    app.until([&] {
        for (const auto& each : app.seen()) {
            if (each->kind != event_kind::credentials || each->id() <= answered) continue;
            answered = each->id();
            app.link().credentials(answered, &right);
        }
        return app.count(event_kind::open) == 1;
    });
    CHECK(keys.all() == std::vector<std::string>{"right"});
}

TEST_CASE("an open link whose credentials end (1008, 3000) asks for new ones") {
    const int code = GENERATE(1008, 3000);
    journal keys;
    loopback_server server([&](test::peer& client) {
        web_socket peer(client);
        keys.add(peer.field("X-Key"));
        peer.accept();
        if (keys.size() > 1) return peer.serve();
        peer.raw(test::close_of(static_cast<std::uint16_t>(code)));
        peer.read(test::opcode::close);
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()),
             {{"credentials.when", "refused"}, {"http.header", "X-Key: first"}});
    const auto& record = app.await_record(event_kind::down);
    CHECK(record.verdict == policy::verdict::auth);
    CHECK(record.culprit == policy::culprit::us);
    const auto& asked = app.await(event_kind::credentials);
    CHECK(asked.credentials()->close_code == code);
    const hub::options second = header_options("X-Key: second");
    app.link().credentials(asked.id(), &second);
    app.await_confirmed(app.send("again"));
    CHECK(keys.all() == std::vector<std::string>{"first", "second"});
}

TEST_CASE("secrets do not stand in records or logs") {
    journal keys;
    loopback_server server(guarded("401 Unauthorized", keys));
    application app(GENERATE(0u, 1u), net::system_lookup, link::log_level::debug);
    app.open("ws://user:hunter2@127.0.0.1:" + std::to_string(server.port()) + "/?token=hunter2",
             {{"http.header", "X-Key: hunter2"}});
    app.await(event_kind::closed);
    for (const auto& each : app.seen()) {
        if (each->text()) CHECK_FALSE(has(*each->text(), "hunter2"));
        if (each->record()) CHECK_FALSE(has(each->record()->host, "hunter2"));
    }
}
