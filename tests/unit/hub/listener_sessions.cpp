// Tokens of sessions and draining to elsewhere, as far as a listener decides about them.
#include "hub/listener.hpp"
#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::listening;
using test::status_of;

namespace {

// What the link's machine does once its client has sent a token. Nothing runs meanwhile: the hub
// has no threads.
void send_token(hub::hub_link& link, const std::string& token) {
    link.on(link::out::token{token});
}

} // namespace

TEST_CASE("a fresh token becomes a REQUEST of its link; the latest one counts") {
    listening at(0, {{"listen.accept", "ask"}});
    const auto raw = at.raw_open();
    const auto link = at.door().accept(at.requested(), nullptr, 5);
    send_token(*link, "first");
    send_token(*link, "second");
    const hub::event& asked = at.first(event_kind::request, [](const hub::event& each) {
        return each.request()->token.has_value();
    });
    CHECK(asked.link_id == link->id());
    CHECK(asked.user == 5);
    CHECK(asked.request()->token == "second");
    CHECK(at.door().accept(asked.id(), nullptr, 0) == nullptr);
    CHECK(status_of([&] { at.door().accept(asked.id(), nullptr, 0); }) == status::state);
    send_token(*link, "third");
    const hub::event& again = at.first(event_kind::request, [](const hub::event& each) {
        return each.request()->token == "third";
    });
    at.door().refuse(again.id(), 403, {}, "");
    CHECK(status_of([&] { at.door().refuse(again.id(), 403, {}, ""); }) == status::state);
    at.app.hub().release(link);
}

TEST_CASE("the question about a token ends with its link") {
    listening at(0, {{"listen.accept", "ask"}});
    const auto raw = at.raw_open();
    auto link = at.door().accept(at.requested(), nullptr, 0);
    send_token(*link, "late");
    at.app.hub().release(std::exchange(link, nullptr));
    at.app.until([&] { return at.number("links") == 0; });
    CHECK(at.app.count(event_kind::request) == 1); // that of its opening
}

TEST_CASE("a listener drains to an address that is one") {
    listening at(0);
    std::string text;
    CHECK(status_of([&] { at.door().drain(1012, {}, "http://example.org/"); }, &text) ==
          status::option);
    CHECK(test::has(text, "ws"));
    at.door().drain(1012, std::chrono::seconds(1), "wss://example.org/b");
    at.first(event_kind::closed, [](const hub::event& each) { return each.link_id == 0; });
}
