// Greetings over real connections that break, with and without hold.
#include "link/greetings.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::journal;
using test::loopback_server;
using test::opcode;
using test::settings;
using test::web_socket;

namespace {

const settings quick = {{"reconnect.min", "0"}, {"reconnect.max", "5ms"}};

// Notes each message with its connection's number; a connection is cut after "cut".
struct noting_server {
    explicit noting_server(bool answers = true) {
        if (answers) may_answer.set();
    }

    test::latch may_answer; // openings wait for it
    std::atomic<int> connections{0};
    journal arrived;
    loopback_server server{[this, serve = test::accepting(
                                      [this](web_socket& peer) { note(peer); })](test::peer& from) {
        if (may_answer.wait()) serve(from);
    }};

    void note(web_socket& peer) {
        const std::string number = std::to_string(++connections);
        peer.serve([&](const test::message& each) {
            arrived.add(number + ' ' + each.bytes);
            return !has(each.bytes, "cut") || number != "1";
        });
    }
};

} // namespace

TEST_CASE("greetings come first on every connection, in the order of their keys' first setting") {
    noting_server noting(false); // on a connection that is open a greeting is sent at once
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(noting.server.port()), quick);
    app.link().greeting_set("login", "login v1", true);
    app.link().greeting_set("news", "subscribe news", true);
    app.link().greeting_set("gone", "subscribe gone", true);
    app.link().greeting_remove("gone");
    noting.may_answer.set();
    app.await_open();
    app.send("one");
    app.await_confirmed(1);
    app.link().greeting_set("login", "login v2", true);
    app.send("cut");
    app.await(event_kind::down);
    app.send("two");
    app.await_confirmed(3);
    const auto all = noting.arrived.all();
    std::vector<std::string> second;
    for (const std::string& each : all)
        if (each.substr(0, 2) == "2 ") second.push_back(each.substr(2));
    CHECK(second == std::vector<std::string>{"login v2", "subscribe news", "cut", "two"});
    CHECK(std::find(all.begin(), all.end(), "1 subscribe gone") == all.end());
}

TEST_CASE("greeting.hold: kept messages wait for ready, on each connection") {
    noting_server noting;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(noting.server.port()),
             {{"reconnect.min", "0"}, {"reconnect.max", "5ms"}, {"greeting.hold", "true"}});
    app.link().greeting_set("login", "login", true);
    app.send("cut");
    app.await_open();
    app.until([&] { return noting.arrived.size() >= 1; });
    app.link().ready();
    app.await(event_kind::down);
    app.await_open();
    app.until([&] { return noting.arrived.size() >= 3; });
    CHECK(noting.arrived.all() == std::vector<std::string>{"1 login", "1 cut", "2 login"});
    CHECK(app.confirmed_through() == 0);
    app.link().ready();
    app.await_confirmed(1);
    CHECK(noting.arrived.all().back() == "2 cut");
}

TEST_CASE("ready that never comes: the connection is given up after greeting.timeout") {
    noting_server noting;
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(noting.server.port()), {{"reconnect.min", "0"},
                                                  {"reconnect.max", "5ms"},
                                                  {"greeting.hold", "true"},
                                                  {"greeting.timeout", "50ms"}});
    app.send("held");
    const auto& record = app.await_record(event_kind::down);
    CHECK(app.last().was_open());
    CHECK(record.layer == policy::layer::local);
    CHECK(record.culprit == policy::culprit::us);
    CHECK(has(record.why, "greeting.timeout"));
    app.await_open();
    app.link().ready();
    app.until([&] { return app.confirmed_through() == 1 || app.count(event_kind::open) > 2; });
    CHECK(app.failures().empty());
}

TEST_CASE("ready without hold, and greetings that are too large, are refused") {
    application app(0);
    hub::hub_link& link = app.open("echo:", {{"message.max", "100KiB"}});
    std::string text;
    CHECK(test::status_of([&] { link.ready(); }, &text) == status::state);
    CHECK(has(text, "greeting.hold"));
    CHECK(test::status_of([&] { link.greeting_remove("none"); }) == status::invalid);
    CHECK(test::status_of([&] { link.greeting_set("a", "\xff", true); }) == status::invalid);
    CHECK(test::status_of([&] { link.greeting_set("a", std::string(102401, 'x'), false); }) ==
          status::too_big);
    const std::string large(100 * 1024, 'x');
    std::size_t taken = 0;
    while (test::status_of([&] { link.greeting_set(std::to_string(taken), large, false); }) ==
           status::ok)
        ++taken;
    CHECK(taken == hub::hub_link::max_greeting_bytes / large.size());
    link.greeting_set("0", "small", false); // replacing gives its bytes back
    link.greeting_set("another", "small too", false);
}
