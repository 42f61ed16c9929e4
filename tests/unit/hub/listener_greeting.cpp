// From HELLO to the link of a session: the application's side of a listener.

#include "hub/listener.hpp"
#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::listening;
using test::send_text;
using test::settings;

namespace {

settings session_with(const settings& more = {}) {
    // Comes back soon after give_up(), which closes with 1013.
    settings made = {{"delivery", "exactly-once"},
                     {"reconnect.min", "10ms"},
                     {"reconnect.max", "50ms"},
                     {"reconnect.reset_after", "0"},
                     {"verdict.1013", "now"}};
    made.insert(made.end(), more.begin(), more.end());
    return made;
}

// Messages of one link that were polled, in order.
std::vector<std::string> messages_of(listening& at, const hub::hub_link& of) {
    std::vector<std::string> made;
    for (const auto& each : at.app.seen())
        if (each->kind == event_kind::message && each->link_id == of.id())
            made.emplace_back(each->bytes());
    return made;
}

std::size_t count_of(listening& at, event_kind kind, const hub::hub_link& of) {
    return static_cast<std::size_t>(
        std::count_if(at.app.seen().begin(), at.app.seen().end(), [&](const auto& each) {
            return each->kind == kind && each->link_id == of.id();
        }));
}

} // namespace

TEST_CASE("sessions and plain links come in at one port") {
    const unsigned threads = GENERATE(0u, 1u, 3u);
    listening at(threads);
    auto& session = at.connect(session_with());
    const auto there = at.accepted();
    CHECK(at.first(event_kind::open, session).open()->subprotocol == "resock.v1");
    auto& plain = at.connect();
    const auto other = at.accepted();
    CHECK(at.first(event_kind::open, plain).open()->subprotocol.empty());
    send_text(session, "a");
    send_text(plain, "b");
    send_text(*there, "c");
    at.first(event_kind::message, *there);
    at.first(event_kind::message, *other);
    at.first(event_kind::message, session);
    CHECK(messages_of(at, *there) == std::vector<std::string>{"a"});
    CHECK(messages_of(at, *other) == std::vector<std::string>{"b"});
}

TEST_CASE("a link of a session outlives its sockets: one ACCEPTED, then DOWN and OPEN") {
    const unsigned threads = GENERATE(0u, 1u, 3u);
    listening at(threads);
    auto& client = at.connect(session_with());
    const auto there = at.accepted();
    at.first(event_kind::open, *there);
    at.first(event_kind::open, client);
    std::uint64_t sent = 0;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 20; ++i, ++sent) {
            send_text(client, std::to_string(sent));
            send_text(*there, std::to_string(sent));
        }
        client.give_up(); // this connection ends; what was sent goes on with the next
        at.app.until(
            [&] { return count_of(at, event_kind::open, client) == std::size_t(round) + 2; });
    }
    at.app.until([&] {
        return messages_of(at, *there).size() == sent && messages_of(at, client).size() == sent;
    });
    std::vector<std::string> expected;
    for (std::uint64_t i = 0; i < sent; ++i)
        expected.push_back(std::to_string(i));
    CHECK(messages_of(at, *there) == expected);
    CHECK(messages_of(at, client) == expected);
    CHECK(at.app.count(event_kind::accepted) == 1);
    CHECK(count_of(at, event_kind::open, *there) > 1);
    CHECK(count_of(at, event_kind::lost, client) == 0);
}

TEST_CASE("close ends the session at both ends") {
    const unsigned threads = GENERATE(0u, 1u);
    listening at(threads);
    auto& client = at.connect(session_with());
    const auto there = at.accepted();
    at.first(event_kind::open, *there);
    send_text(client, "last");
    // The application keeps the event, and is done with the message all the same: only then END is
    // answered.
    there->done(at.first(event_kind::message, *there).id());
    client.close(1000, "done");
    CHECK(*at.first(event_kind::closed, *there).text() == "the peer ended the session: done");
    at.first(event_kind::closed, client);
    CHECK(messages_of(at, *there) == std::vector<std::string>{"last"});
    at.door().close();
    at.await_over();
}

TEST_CASE("the token of HELLO is as good as one of the request, and is asked for") {
    listening at(1, {{"listen.token", "right"}});
    auto& client = at.connect(session_with({{"session.token", "right"}}));
    at.accepted();
    at.first(event_kind::open, client);
    auto& stranger = at.connect(session_with({{"session.token", "wrong"}}));
    const hub::event& down = at.first(event_kind::down, stranger);
    CHECK(down.record()->close_code == 4401);
    CHECK(down.record()->why.find("wrong") == std::string::npos);
    auto& nobody = at.connect(session_with());
    CHECK(at.first(event_kind::down, nobody).record()->close_code == 4401);
    CHECK(at.app.count(event_kind::accepted) == 1);
}

TEST_CASE("the application is asked about each connection, with the token") {
    const unsigned threads = GENERATE(0u, 1u);
    listening at(threads, {{"listen.accept", "ask"}});
    auto& client = at.connect(session_with({{"session.token", "me"}}));
    const hub::event& asked = at.app.await(event_kind::request);
    CHECK(asked.request()->token == "me");
    hub::options given(hub::option_scope::listener);
    given.set("session.principal", "alice");
    const auto there = at.door().accept(asked.id(), &given, 0);
    REQUIRE(there);
    at.first(event_kind::open, client);

    client.give_up(); // comes back: asked again, the link is there already
    CHECK(at.door().accept(at.requested(), &given, 0) == nullptr);
    at.app.until([&] { return count_of(at, event_kind::open, *there) == 2; });

    client.give_up(); // as somebody else
    given.set("session.principal", "mallory");
    CHECK(at.door().accept(at.requested(), &given, 0) == nullptr);
    const auto forbidden = [](const hub::event& each) {
        return each.record() && each.record()->close_code == 4403;
    };
    at.first(event_kind::down, forbidden);
    at.app.hub().release(there);
}

TEST_CASE("a refusal becomes a REJECT") {
    listening at(1, {{"listen.accept", "ask"}});
    auto& client = at.connect(session_with());
    at.door().refuse(at.requested(), 403, {}, "not you");
    const hub::event& down = at.first(event_kind::down, client);
    CHECK(down.record()->close_code == 4403);
    CHECK(down.record()->close_reason == "not you");
    auto& other = at.connect(session_with());
    at.door().refuse(at.requested(), 503, {}, "later");
    CHECK(at.first(event_kind::down, other).record()->close_code == 4503);
}

TEST_CASE("delivery=exactly-once on a listener refuses who does not speak resock.v1") {
    listening at(1, {{"delivery", "exactly-once"}});
    auto& plain = at.connect();
    CHECK(at.first(event_kind::down, plain).record()->http_status == 400);
    auto& session = at.connect(session_with());
    at.first(event_kind::open, session);
}

TEST_CASE("there are no more sessions than listen.session_count") {
    listening at(1, {{"listen.session_count", "1"}});
    auto& first = at.connect(session_with());
    at.first(event_kind::open, first);
    auto& second = at.connect(session_with());
    CHECK(at.first(event_kind::down, second).record()->close_code == 4503);
    first.close(1000, "");
    at.first(event_kind::open, second); // after RETRY
}

TEST_CASE("drain asks sessions to move, and ends them after its time") {
    const unsigned threads = GENERATE(0u, 1u);
    listening at(threads);
    auto& client = at.connect(session_with({{"reconnect.hold", "0"}, {"reconnect.attempts", "1"}}));
    const auto there = at.accepted();
    at.first(event_kind::open, *there);
    at.door().drain(1001, std::chrono::milliseconds(50));
    at.first(event_kind::lost, *there);
    at.first(event_kind::closed, *there);
    at.await_over();
    at.first(event_kind::closed, client);
}

TEST_CASE("a link that is freed ends its session: the client learns it") {
    const unsigned threads = GENERATE(0u, 1u);
    listening at(threads);
    auto& client = at.connect(session_with());
    at.first(event_kind::open, client);
    {
        const hub::event& told = at.app.await(event_kind::accepted);
        hub::free_link(told.accepted() ? const_cast<hub::event&>(told).accepted()->link.take()
                                       : hub::handle_key{});
    }
    const hub::event& lost = at.first(event_kind::lost, client);
    CHECK(lost.reason() == static_cast<std::uint32_t>(session::reject_reason::ended));
}
