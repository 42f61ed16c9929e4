#include "hub/listener.hpp"

#include <unistd.h>

#include "net/link_support/listening.hpp"
#include "net/support/certificates.hpp"

using namespace resock;
using hub::event_kind;
using test::has;
using test::listening;
using test::raw_client;
using test::settings;
using test::status_of;

namespace {

// Everything that was polled of it stands before the listener's CLOSED, which is the only one.
void check_over(listening& at, const std::vector<const hub::hub_link*>& links) {
    const hub::event& over = at.await_over();
    CHECK(over.link_id == 0);
    CHECK(over.listener_id() == at.door().id());
    CHECK(over.user == test::of_listener);
    CHECK(over.record()->why.find("the listener has ended") == 0);
    for (const hub::hub_link* each : links)
        CHECK(at.index_of(at.first(event_kind::closed, *each)) < at.index_of(over));
    for (int i = 0; i < 10; ++i)
        at.app.poll(0);
    CHECK(std::count_if(at.app.seen().begin(), at.app.seen().end(), [](const auto& each) {
              return each->kind == event_kind::closed && each->listener_id() != 0;
          }) == 1);
    CHECK(at.stats().at("state") != "accepting");
    CHECK(at.number("connections") == 0);
    CHECK(at.number("links") == 0);
    CHECK(at.number("memory_bytes") == 0);
}

} // namespace

TEST_CASE("an accepted link from its ACCEPTED to the CLOSED of its listener") {
    listening at(GENERATE(0u, 1u, 2u));
    hub::hub_link& client = at.connect();
    const auto link = at.accepted();
    const hub::event& told = at.first(event_kind::accepted, *link);
    CHECK(told.listener_id() == at.door().id());
    CHECK(told.id() == 0);
    CHECK(told.user == test::of_listener);
    const hub::event& opened = at.first(event_kind::open, *link);
    CHECK(at.index_of(told) < at.index_of(opened));
    CHECK(opened.user == test::of_listener);
    CHECK(has(opened.open()->address, "127.0.0.1:"));
    CHECK(at.number("links") == 1);
    CHECK(at.number("connections") == 1);
    CHECK(at.number("accepted") == 1);

    test::send_text(client, "from the client");
    CHECK(at.first(event_kind::message, *link).bytes() == "from the client");
    test::send_text(*link, "from the server");
    CHECK(at.first(event_kind::message, client).bytes() == "from the server");
    at.first(event_kind::confirmed, *link);

    client.close(1000, "bye");
    CHECK(at.first(event_kind::closed, *link).record()->close_code == 1000);
    at.door().close();
    check_over(at, {link.get()});
}

TEST_CASE("several addresses, each with the port that the system chose") {
    const test::temporary_directory files;
    const std::string socket = "unix:" + files.path() + "/feed.sock";
    hub::options given = test::listener_options();
    given.set("listen.url", "ws://127.0.0.1:0");
    given.set("listen.url", "ws://[::1]:0");
    given.set("listen.url", socket);
    listening at(GENERATE(0u, 1u, 2u), given);
    CHECK(at.address(0).find("ws://127.0.0.1:") == 0);
    CHECK(at.address(0) != at.address(1));
    CHECK(at.address(2).find("ws://[::1]:") == 0);
    CHECK(at.address(3) == socket);
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        const auto client = at.raw(i);
        client->open();
        CHECK(at.await_status(*client) == 101);
        const auto link = at.accepted();
        client->frame(1, "hello");
        CHECK(at.first(event_kind::message, *link).bytes() == "hello");
    }
    std::string text;
    CHECK(status_of([&] { at.address(4); }, &text) == status::invalid);
    CHECK(has(text, "address 4 of a listener that has 4"));
}

TEST_CASE("an address that is in use is named") {
    listening at(GENERATE(0u, 1u, 2u));
    std::string text;
    CHECK(status_of([&] { at.app.hub().listen(test::listener_options({}, at.address())); },
                    &text) == status::io);
    INFO(text);
    CHECK(has(text, at.address().substr(5)));
}

TEST_CASE("drain: links are told, their messages are confirmed, CLOSED comes last and once") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    const std::uint16_t code = GENERATE(1001, 1012);
    listening at(threads);
    hub::hub_link& client = at.connect({{"reconnect.attempts", "0"}});
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    const auto raw = at.raw_open();
    const auto other = at.accepted();
    at.first(event_kind::open, *other);
    CHECK(at.await_status(*raw) == 101);
    for (int i = 0; i < 20; ++i)
        test::send_text(*link, "kept");
    at.door().drain(code, std::chrono::seconds(60));
    CHECK(status_of([&] { link->send({"late"}); }) == status::closed);
    at.app.until([&] { return raw->close_code() != 0; });
    CHECK(raw->close_code() == code);
    raw->frame(8, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 255)});
    CHECK(at.first(event_kind::down, client).record()->close_code == code);
    check_over(at, {link.get(), other.get()});
    CHECK(at.app.count(event_kind::failed) == 0);
    CHECK(at.app.count(event_kind::message) == 20);
    CHECK_THROWS(at.raw()); // nobody listens any more
}

TEST_CASE("drain waits for confirmation before it closes") {
    listening at(GENERATE(0u, 1u, 2u));
    const auto raw = at.raw_open();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    test::send_text(*link, "kept");
    at.app.until([&] { return has(raw->rest(), "kept"); });
    at.door().drain(1001, std::chrono::seconds(60));
    for (int i = 0; i < 20; ++i)
        at.app.poll(1);
    CHECK(raw->close_code() == 0);
    at.app.until([&] { return raw->answer_pings() > 0 || raw->close_code() != 0; });
    at.app.until([&] { return raw->answer_pings(), raw->close_code() == 1001; });
    CHECK(at.first(event_kind::confirmed, *link).id() == 1);
    raw->close();
    check_over(at, {link.get()});
}

TEST_CASE("drain cuts those that take longer") {
    listening at(GENERATE(0u, 1u, 2u), {{"listen.accept", GENERATE("auto", "ask")}});
    const auto silent = at.raw(); // not even a request
    const auto raw = at.raw_open();
    std::shared_ptr<hub::hub_link> link;
    if (at.door().settings().ask)
        link = at.accept(at.requested());
    else
        link = at.accepted();
    at.first(event_kind::open, *link);
    at.app.until([&] { return at.number("connections") == 2; });
    test::send_text(*link, "never confirmed");
    at.door().drain(1001, std::chrono::milliseconds(20));
    at.await_end(*raw);
    at.await_end(*silent);
    check_over(at, {link.get()});
}

TEST_CASE("drain cuts a link, too, that the application had closed with more time") {
    listening at(GENERATE(0u, 1u, 2u), {{"close.timeout", "1h"}, {"close.handshake", "10min"}});
    const auto raw = at.raw_open();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    if (GENERATE(true, false)) test::send_text(*link, "never confirmed");
    link->close(1000, "");
    at.door().drain(1001, std::chrono::milliseconds(20));
    at.await_end(*raw);
    check_over(at, {link.get()});
}

TEST_CASE("drain takes 1001 and 1012 only, and changes nothing otherwise") {
    listening at(1);
    for (const std::uint16_t code : {0, 1000, 1002, 1011, 4000}) {
        std::string text;
        CHECK(status_of([&] { at.door().drain(code, {}); }, &text) == status::invalid);
        CHECK(has(text, "not with " + std::to_string(code)));
    }
    CHECK(at.stats().at("state") == "accepting");
}

TEST_CASE("close accepts no more and leaves the links") {
    listening at(GENERATE(0u, 1u, 2u));
    hub::hub_link& client = at.connect();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    at.door().close();
    at.door().close(); // twice is once
    at.app.until([&] {
        try {
            return at.raw()->ended() && false;
        } catch (const std::exception&) {
            return true;
        }
    });
    test::send_text(client, "still here");
    CHECK(at.first(event_kind::message, *link).bytes() == "still here");
    CHECK(at.stats().at("state") == "closed");
    SECTION("until they end by themselves") {
        client.close(1000, "");
    }
    SECTION("until drain, which may follow") {
        at.door().drain(1001, std::chrono::seconds(60));
    }
    check_over(at, {link.get()});
}

TEST_CASE("a listener without connections has ended at once") {
    listening at(GENERATE(0u, 1u, 2u));
    if (GENERATE(true, false))
        at.door().close();
    else
        at.door().drain(1001, std::chrono::seconds(60));
    check_over(at, {});
}

TEST_CASE("freed links count as ended") {
    listening at(GENERATE(0u, 1u, 2u));
    const auto raw = at.raw_open();
    const hub::event& told = at.app.await(event_kind::accepted);
    at.door().close();
    CHECK(hub::free_link(told.accepted()->link.take()));
    at.await_end(*raw);
    check_over(at, {});
}

TEST_CASE("the health check says 200, and 503 once the listener drains") {
    listening at(GENERATE(0u, 1u, 2u));
    const auto ask = [&](raw_client& over, const char* method) {
        over.send(std::string(method) + " /healthz?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
        return at.await_status(over);
    };
    const auto first = at.raw(), head = at.raw(), late = at.raw();
    CHECK(ask(*first, "GET") == 200);
    at.await_end(*first);
    CHECK(first->rest() == "ok\n");
    CHECK(ask(*head, "HEAD") == 200);
    at.await_end(*head);
    CHECK(head->rest().empty());
    first->close(); // what was answered is not waited for any more
    head->close();
    at.app.until([&] { return at.number("connections") == 1; });
    at.door().drain(1001, std::chrono::seconds(60));
    CHECK(ask(*late, "GET") == 503);
    late->close();
    check_over(at, {});
    CHECK(at.history().empty()); // no opening was refused
}
