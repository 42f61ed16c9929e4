#include "policy/record.hpp"

#include "support/catch.hpp"

using namespace resock;
using namespace resock::policy;
using namespace std::chrono_literals;

namespace {

struct told {
    const char* why;
    policy::failure failure;
    policy::situation situation;
    duration up;
    std::optional<duration> delay;
    std::optional<duration> since_last_byte;
    bool limits_reached = false;
};

failure failed(cause why, const char* detail = "", int status = 0) {
    failure made;
    made.cause = why;
    made.detail = detail;
    made.http_status = status;
    made.host = "example.org";
    return made;
}
failure closed(int code, const char* reason = "", bool by_us = false) {
    failure made;
    made.close_code = static_cast<std::uint16_t>(code);
    made.close_reason = reason;
    made.closed_by_us = by_us;
    made.host = "example.org";
    return made;
}

std::string why(const told& each) {
    const judgement judged = judge(each.failure, {}, each.situation);
    disconnect_record record = make_record(each.failure, judged);
    record.up = each.up;
    record.delay = each.delay;
    record.since_last_byte = each.since_last_byte;
    record.limits_reached = each.limits_reached;
    record.attempt = 4;
    return explain(record, judged);
}

} // namespace

TEST_CASE("explain makes one sentence that a person can act on") {
    situation refresh;
    refresh.refresh_set = true;
    situation follow;
    follow.can_follow = true;
    const told rows[] = {
        {"certificate of example.org expired on 2026-10-01; not retried: renew it or set "
         "tls.ca_file",
         failed(cause::tls_expired, "2026-10-01"),
         {},
         0s,
         {},
         {}},
        {"certificate of example.org expired (certificate has expired); not retried: renew it or "
         "set tls.ca_file",
         failed(cause::tls_expired, "certificate has expired"),
         {},
         0s,
         {},
         {}},
        {"certificate of example.org is not yet valid, or our clock is wrong; it begins on "
         "2027-01-02; retried in 7 s; check the clock of this machine",
         failed(cause::tls_not_yet_valid, "2027-01-02"),
         {},
         0s,
         7s,
         {}},
        {"peer silent for 20 s (no answer to the heartbeat); reconnecting in 0.3 s",
         failed(cause::silence),
         {},
         1h,
         300ms,
         20s},
        {"peer silent for 12 s (no answer to the heartbeat); reconnecting at once",
         failed(cause::silence),
         {},
         12s,
         0s,
         {}},
        {"connecting to example.org failed: nothing listens there, or a firewall refuses "
         "(Connection refused); retried in 0.8 s; start the server or check host and port of the "
         "URL",
         failed(cause::tcp_refused, "Connection refused"),
         {},
         0s,
         800ms,
         {}},
        {"connection to example.org broke: the connection was reset by the peer or something "
         "between; reconnecting in 2 s",
         failed(cause::tcp_reset),
         {},
         5s,
         2s,
         {}},
        {"connecting to example.org failed: the name is not known; not retried: "
         "reconnect.attempts or reconnect.total is used up (attempt 4); check the spelling of the "
         "host and the network",
         failed(cause::dns_unknown),
         {},
         0s,
         {},
         {},
         true},
        {"example.org answered HTTP 404 (not a WebSocket server, or a captive portal); not "
         "retried: check host, port and path of the URL",
         failed(cause::none, "", 404),
         {},
         0s,
         {},
         {}},
        {"example.org answered HTTP 401 (credentials are missing or expired); asking for new "
         "credentials, then retried at once",
         failed(cause::none, "", 401),
         refresh,
         0s,
         0s,
         {}},
        {"example.org answered HTTP 302 (redirected to another address); following the redirect",
         failed(cause::none, "", 302),
         follow,
         0s,
         0s,
         {}},
        {"the proxy on the way to example.org answered HTTP 502 (bad gateway: a gateway could not "
         "reach the server behind it); retried in 1 s",
         failed(cause::proxy, "", 502),
         {},
         0s,
         1s,
         {}},
        {"example.org answered HTTP 200: not a WebSocket server, or a captive portal; not "
         "retried: check host, port and path of the URL",
         failed(cause::not_websocket, "", 200),
         {},
         0s,
         {},
         {}},
        {"example.org closed the connection with 1001 (going away: the server is shutting down or "
         "the page was left), reason \"bye\"; reconnecting in 0.2 s",
         closed(1001, "bye"),
         {},
         5s,
         200ms,
         {}},
        {"connection to example.org broken without a closing handshake: the network or a crash "
         "(1006); reconnecting in 0.2 s",
         closed(1006),
         {},
         5s,
         200ms,
         {}},
        {"we closed the connection to example.org with 1001 (going away: the server is shutting "
         "down or the page was left); not retried",
         closed(1001, "", true),
         {},
         5s,
         {},
         {}},
        {"connection to example.org ended by us; not retried",
         failed(cause::local),
         {},
         5s,
         {},
         {}},
    };
    for (const told& each : rows)
        CHECK(why(each) == each.why);
}

TEST_CASE("explain names the message that is to blame") {
    const failure f = closed(1009);
    const judgement judged = judge(f, {}, {});
    disconnect_record record = make_record(f, judged);
    record.message_id = 17;
    CHECK(explain(record, judged).find("because of message 17") != std::string::npos);
}

TEST_CASE("explain keeps text of others on one line and works without a host") {
    failure f = closed(4001, "a\r\nb\x01");
    f.host.clear();
    const judgement judged = judge(f, {}, {});
    const std::string said = explain(make_record(f, judged), judged);
    CAPTURE(said);
    CHECK(said.find("reason \"a  b \"") != std::string::npos);
    CHECK(said.rfind("the peer closed", 0) == 0);
}

TEST_CASE("explain has a sentence for each cause and code") {
    const auto whole = [](const failure& f) {
        const judgement judged = judge(f, {}, {});
        const std::string said = explain(make_record(f, judged), judged);
        CAPTURE(said);
        CHECK(said.size() > 20);
        CHECK(said.find("  ") == std::string::npos);
        CHECK(said.find("()") == std::string::npos);
        CHECK(said.find("; ") != std::string::npos);
    };
    for (int each = 0; each <= static_cast<int>(cause::local); ++each) {
        whole(failed(static_cast<cause>(each)));
    }
    for (int code = 1000; code < 5000; ++code)
        whole(closed(code));
    for (int status = 100; status < 600; ++status)
        whole(failed(cause::none, "", status));
}

TEST_CASE("explain speaks of no attempt where the peer had connected to us") {
    const failure rows[] = {closed(1001, "bye"), closed(1006), closed(1013, "", true),
                            failed(cause::silence), failed(cause::tcp_reset)};
    for (const failure& each : rows) {
        judgement judged = judge(each, {}, {});
        judged.verdict = verdict::stop;
        disconnect_record record = make_record(each, judged);
        record.accepted = true;
        record.up = 5s;
        const std::string said = explain(record, judged);
        INFO(said);
        CHECK(said.size() > 20);
        CHECK(said.find("not retried") == std::string::npos);
        CHECK(said.find("reconnect") == std::string::npos);
        judged.remedy.clear();
        CHECK(explain(record, judged).back() != ';');
        record.accepted = false;
        CHECK(explain(record, judged) == explain(
                                             [&] {
                                                 disconnect_record other = record;
                                                 other.accepted = true;
                                                 return other;
                                             }(),
                                             judged) +
                                             "; not retried");
    }
}

TEST_CASE("make_record takes over the facts and the judgement") {
    failure f = closed(1009, "too long", false);
    f.sys_errno = 5;
    f.detail = "words";
    const disconnect_record record = make_record(f, judge(f, {}, {}));
    CHECK(record.layer == layer::websocket);
    CHECK(record.culprit == culprit::us);
    CHECK(record.cause == cause::none);
    CHECK(record.verdict == verdict::stop);
    CHECK(record.close_code == 1009);
    CHECK(record.close_reason == "too long");
    CHECK_FALSE(record.closed_by_us);
    CHECK(record.http_status == 0);
    CHECK(record.sys_errno == 5);
    CHECK(record.detail == "words");
    CHECK(record.host == "example.org");
}

TEST_CASE("a message that we do not take is no breach of the protocol, and the option is named") {
    failure f = closed(1009, "", true);
    f.cause = cause::protocol;
    const judgement judged = judge(f, {}, {});
    const std::string said = explain(make_record(f, judged), judged);
    INFO(said);
    CHECK(said.find("sent a message larger than message.max") != std::string::npos);
    CHECK(said.find("raise message.max") != std::string::npos);
    CHECK(said.find("RFC 6455") == std::string::npos);
}
