// Openings that become a link, a REQUEST or a refusal.

#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::has;
using test::listening;
using test::raw_client;
using test::settings;
using test::status_of;

namespace {

const test::setting ask{"listen.accept", "ask"};

} // namespace

TEST_CASE("a REQUEST tells what was asked, and is accepted as it is") {
    listening at(GENERATE(0u, 1u, 2u), {ask});
    const auto raw = at.raw();
    raw->open("/chat?room=1", "X-Trace: 7\r\n");
    const hub::event& asked = at.app.await(event_kind::request);
    CHECK(asked.id() == 1);
    CHECK(asked.link_id == 0);
    CHECK(asked.user == test::of_listener);
    CHECK(asked.listener_id() == at.door().id());
    const hub::request_info& info = *asked.request();
    CHECK(info.request.method == "GET");
    CHECK(info.request.target == "/chat?room=1");
    CHECK(has(info.address, "127.0.0.1:"));
    CHECK(info.tls.empty());
    const std::string* trace = nullptr;
    for (const auto& each : info.request.fields)
        if (each.name == "X-Trace") trace = &each.value;
    REQUIRE(trace);
    CHECK(*trace == "7");
    CHECK(at.number("requests") == 1);

    const auto link = at.accept(1);
    const hub::event& accepted = at.first(event_kind::accepted, *link);
    CHECK(accepted.id() == 1);
    CHECK(accepted.accepted()->link.key() == 0); // the caller has it
    CHECK(at.index_of(accepted) < at.index_of(at.first(event_kind::open, *link)));
    CHECK(at.await_status(*raw) == 101);
    CHECK(at.number("requests") == 0);
    raw->frame(1, "hello");
    CHECK(at.first(event_kind::message, *link).bytes() == "hello");
}

TEST_CASE("bytes behind the request are the first of the connection") {
    listening at(GENERATE(0u, 1u, 2u), {{"listen.accept", GENERATE("auto", "ask")}});
    const auto raw = at.raw_open();
    raw->frame(1, "early");
    if (at.door().settings().ask) at.accept(at.requested());
    CHECK(at.app.await(event_kind::message).bytes() == "early");
}

TEST_CASE("accept with options: fields are added, a subprotocol chosen, bounds changed") {
    listening at(GENERATE(0u, 1u, 2u), {ask,
                                        {"http.header", "Server: own"},
                                        {"http.subprotocols", "a, b"},
                                        {"confirm", "off"},
                                        {"delivery", "at-most-once"}});
    const auto raw = at.raw_open("Sec-WebSocket-Protocol: a, b\r\n");
    const auto request = at.requested();
    hub::options given(hub::option_scope::listener);
    given.set("http.header", "X-Room: 7");
    given.set("http.subprotocols", "b");
    given.set("queue.bytes", "64KiB");
    const auto link = at.accept(request, &given);
    CHECK(at.await_status(*raw) == 101);
    const std::string& answer = raw->received();
    CHECK(has(answer, "Server: own\r\n"));
    CHECK(has(answer, "X-Room: 7\r\n"));
    CHECK(has(answer, "Sec-WebSocket-Protocol: b\r\n"));
    CHECK(at.first(event_kind::open, *link).open()->subprotocol == "b");
    std::string text;
    CHECK(status_of([&] { link->send({std::string(65537, 'x')}); }, &text) == status::too_big);
    CHECK(has(text, "queue.bytes (65536)"));
}

TEST_CASE("options of the whole listener are refused for one link, and the request still waits") {
    listening at(1, {ask});
    const auto raw = at.raw_open();
    const auto request = at.requested();
    hub::options given(hub::option_scope::listener);
    given.set("listen.memory", "2MiB");
    std::string text;
    CHECK(status_of([&] { at.door().accept(request, &given, 0); }, &text) == status::option);
    CHECK(has(text, "listen.memory"));
    const hub::options foreign(hub::option_scope::link);
    CHECK(status_of([&] { at.door().accept(request, &foreign, 0); }) == status::invalid);
    at.accept(request);
    CHECK(at.await_status(*raw) == 101);
}

TEST_CASE("refuse with a status, fields and a body") {
    listening at(GENERATE(0u, 1u, 2u), {ask});
    const auto raw = at.raw_open();
    const auto request = at.requested();
    for (const int status : {0, 101, 200, 299, 600, 1000})
        CHECK(status_of([&] { at.door().refuse(request, status, {}, ""); }) == status::invalid);
    at.door().refuse(request, 401, {{"WWW-Authenticate", "Bearer"}}, "come back with a token");
    CHECK(at.await_status(*raw) == 401);
    at.await_end(*raw);
    CHECK(has(raw->received(), "WWW-Authenticate: Bearer\r\n"));
    CHECK(raw->rest() == "come back with a token");
    raw->close();
    at.app.until([&] { return at.number("connections") == 0; });
    const auto history = at.history();
    REQUIRE(history.size() == 1);
    CHECK(history[0].at("status") == 401);
    CHECK(history[0].at("why") == "by the application");
    CHECK(at.stats().at("refused").at("401") == 1);
}

TEST_CASE("a request is answered once") {
    listening at(GENERATE(0u, 1u, 2u), {ask});
    const auto raw = at.raw_open();
    const auto request = at.requested();
    if (GENERATE(true, false))
        at.accept(request);
    else
        at.door().refuse(request, 403, {}, "");
    std::string text;
    CHECK(status_of([&] { at.door().accept(request, nullptr, 0); }, &text) == status::state);
    CHECK(has(text, "request 1 does not wait for an answer"));
    CHECK(status_of([&] { at.door().refuse(request, 403, {}, ""); }) == status::state);
    CHECK(status_of([&] { at.door().accept(0, nullptr, 0); }) == status::state);
    CHECK(status_of([&] { at.door().accept(99, nullptr, 0); }) == status::state);
}

TEST_CASE("nobody answers: 503 with Retry-After, and a REQUEST not yet polled is withdrawn") {
    listening at(GENERATE(0u, 1u, 2u),
                 {ask, {"listen.request_timeout", "10ms"}, {"listen.retry_after", "7s"}});
    // Its own queue is polled: that drives a hub without threads and takes no REQUEST.
    const auto echo = at.app.hub().open(test::link_settings_of("echo:"), 0);
    const auto raw = at.raw_open();
    std::array<hub::event_ptr, 8> out;
    while (!raw->has_header())
        at.app.hub().poll(*echo, 1, out);
    CHECK(raw->status() == 503);
    CHECK(has(raw->received(), "Retry-After: 7\r\n"));
    while (!raw->ended())
        at.app.hub().poll(*echo, 1, out);
    CHECK(has(raw->rest(), "listen.request_timeout"));
    CHECK(status_of([&] { at.door().accept(1, nullptr, 0); }) == status::state);
    for (int i = 0; i < 10; ++i)
        at.app.poll(0);
    CHECK(at.app.count(event_kind::request) == 0);
    at.app.hub().release(echo);
}

TEST_CASE("the peer has gone before it is accepted: DOWN and CLOSED of that link") {
    listening at(GENERATE(0u, 1u, 2u), {ask});
    auto raw = at.raw_open();
    const auto request = at.requested();
    raw.reset();
    const auto link = at.accept(request);
    const hub::event& down = at.first(event_kind::down, *link);
    const hub::event& closed = at.first(event_kind::closed, *link);
    CHECK(at.index_of(down) < at.index_of(closed));
    CHECK(closed.record()->culprit != policy::culprit::us);
    at.door().close();
    at.await_over();
    CHECK(at.number("connections") == 0);
}

TEST_CASE("what waits is refused when the listener closes, drains or is freed") {
    listening at(GENERATE(0u, 1u, 2u), {ask});
    const auto first = at.raw_open(), second = at.raw_open();
    at.requested();
    at.requested();
    const int how = GENERATE(0, 1, 2);
    if (how == 0) at.door().close();
    if (how == 1) at.door().drain(1012, std::chrono::seconds(60));
    if (how == 2) at.free();
    CHECK(at.await_status(*first) == 503);
    CHECK(at.await_status(*second) == 503);
    CHECK(has(first->received(), "Retry-After: "));
    at.await_end(*first);
    at.await_end(*second);
    first->close();
    second->close();
    if (how != 2) {
        CHECK(status_of([&] { at.door().accept(1, nullptr, 0); }) == status::state);
        at.await_over();
    }
}

TEST_CASE("options let in and keep out by themselves") {
    listening at(GENERATE(0u, 2u), {{"listen.paths", "/chat /rooms/*"},
                                    {"listen.origins", "https://a.example"},
                                    {"listen.token", "s3cret"},
                                    {"http.subprotocols", "v1"}});
    struct {
        const char* target;
        const char* fields;
        int status;
    } const rows[] = {
        {"/chat", "Authorization: Bearer s3cret\r\nSec-WebSocket-Protocol: v1\r\n", 101},
        {"/rooms/7?a=b",
         "Origin: https://a.example\r\nAuthorization: Bearer s3cret\r\n"
         "Sec-WebSocket-Protocol: v2, v1\r\n",
         101},
        {"/chat", "Sec-WebSocket-Protocol: v1\r\n", 401},
        {"/chat", "Authorization: Bearer wrong\r\nSec-WebSocket-Protocol: v1\r\n", 401},
        {"/chat",
         "Origin: https://b.example\r\nAuthorization: Bearer s3cret\r\n"
         "Sec-WebSocket-Protocol: v1\r\n",
         403},
        {"/other", "Authorization: Bearer s3cret\r\nSec-WebSocket-Protocol: v1\r\n", 404},
        {"/chat", "Authorization: Bearer s3cret\r\nSec-WebSocket-Protocol: v2\r\n", 400},
        {"/chat", "Authorization: Bearer s3cret\r\n", 101}, // offers none, and speaks without
    };
    for (const auto& row : rows) {
        INFO(row.target << " " << row.fields);
        const auto raw = at.raw();
        raw->open(row.target, row.fields);
        CHECK(at.await_status(*raw) == row.status);
        if (row.status == 101) at.accepted();
    }
    CHECK(at.number("accepted") == 3);
    CHECK_FALSE(has(boost::json::serialize(at.history()), "s3cret"));
}

TEST_CASE("more connections than allowed are told 503, from one address 429; room comes back") {
    const bool by_address = GENERATE(true, false);
    listening at(GENERATE(0u, 1u, 2u),
                 {{by_address ? "listen.per_address" : "listen.connections", "2"}});
    const auto first = at.raw_open();
    auto second = at.raw_open();
    const auto link = at.accepted(), other = at.accepted();
    const auto third = at.raw_open();
    CHECK(at.await_status(*third) == (by_address ? 429 : 503));
    CHECK(has(third->received(), "Retry-After: 5\r\n"));
    at.await_end(*third);
    CHECK(has(third->rest(),
              by_address ? "listen.per_address allows (2)" : "listen.connections allows (2)"));
    third->close();
    second.reset();
    // A link counts until its CLOSED was polled, also where its socket is gone.
    at.app.until(
        [&] { return at.app.count(event_kind::closed) == 1 && at.number("connections") == 1; });
    const auto fourth = at.raw_open();
    CHECK(at.await_status(*fourth) == 101);
    at.accepted();
}
