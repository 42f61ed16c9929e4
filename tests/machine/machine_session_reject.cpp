// What a client makes of REJECT (R16), and of the server's wish for a fresh token (R26).

#include "link/machine.hpp"
#include "machine/script.hpp"
#include "machine/session_pair.hpp"
#include "support/catch.hpp"

namespace resock::link {
namespace {
using namespace std::chrono_literals;
using session::reject_reason;

session::reject_frame reject_with(reject_reason reason) {
    session::reject_frame made;
    made.reason = reason;
    return made;
}
} // namespace

TEST_CASE("R16: RETRY waits between retry_ms and twice that") {
    session_pair p;
    auto retry = reject_with(reject_reason::overloaded);
    retry.retry = true;
    retry.retry_ms = 5000;
    p.reject_next = retry;
    p.start();
    REQUIRE(p.client.downs.size() == 1);
    REQUIRE(p.client.downs[0].record.delay);
    CHECK(*p.client.downs[0].record.delay >= 5s);
    CHECK(*p.client.downs[0].record.delay <= 10s);
    p.pass(11s);
    CHECK(p.client.opens.size() == 1);
}

TEST_CASE("R16: RETRY waits whatever the reason; 2 and 3 stop with it, too") {
    const int number = GENERATE(1, 2, 3, 4, 5, 6, 7, 12);
    CAPTURE(number);
    session_pair p;
    auto retry = reject_with(static_cast<reject_reason>(number));
    retry.retry = true;
    retry.retry_ms = 5000;
    p.reject_next = retry;
    p.start();
    p.send(p.client, "kept");
    CHECK(p.client.losses.empty());
    if (number == 2 || number == 3) {
        CHECK(p.client.link->state() == state::stopped);
        return;
    }
    REQUIRE(p.client.downs.size() == 1);
    CHECK(p.client.downs[0].record.delay >= 5s);
    p.pass(11s);
    CHECK(p.server.messages == std::vector<std::string>{"kept"});
}

TEST_CASE("R16: REJECT 11 waits before it asks for the new token") {
    config client = session_pair::client_config();
    client.credentials_when = credentials_when::refused;
    session_pair p(client);
    auto retry = reject_with(reject_reason::authentication_needed);
    retry.retry = true;
    retry.retry_ms = 3000;
    p.reject_next = retry;
    p.start();
    p.pass(2999ms);
    CHECK(p.client.asked.empty());
    p.pass(3001ms);
    REQUIRE(p.client.asked.size() == 1);
    in::credentials given;
    given.request_id = p.client.asked[0].request_id;
    given.token = "second";
    p.step(p.client, std::move(given));
    p.settle();
    CHECK(p.client.opens.size() == 1);
    CHECK(p.token_seen == "second");
}

TEST_CASE("R16: forbidden and stale stop, with the state kept") {
    for (const auto reason : {reject_reason::forbidden, reject_reason::stale_epoch}) {
        session_pair p;
        p.start();
        p.send(p.client, "a");
        p.pass(100ms);
        p.reject_next = reject_with(reason);
        p.cut();
        p.send(p.client, "b");
        p.pass(5s);
        CHECK(p.client.link->state() == state::stopped);
        CHECK(p.client.losses.empty());
        p.step(p.client, in::retry_now{});
        p.pass(1s);
        CHECK(p.server.messages == std::vector<std::string>{"a", "b"});
    }
}

TEST_CASE("R26: a fresh token is asked for, given and told to the server") {
    config client = session_pair::client_config();
    client.credentials_when = credentials_when::refused;
    client.session.token = "first";
    session_pair p(client);
    p.start();
    CHECK(p.token_seen == "first");
    p.step(p.server, in::ask_token{5s});
    p.settle();
    REQUIRE(p.client.asked.size() == 1);
    in::credentials given;
    given.request_id = p.client.asked[0].request_id;
    given.token = "second";
    p.step(p.client, std::move(given));
    p.settle();
    CHECK(p.server.tokens == std::vector<std::string>{"second"});
    p.pass(10s);
    CHECK(p.client.downs.empty());
    p.cut();
    p.pass(3s);
    CHECK(p.token_seen == "second");
}

} // namespace resock::link
