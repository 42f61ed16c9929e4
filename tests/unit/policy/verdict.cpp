#include "policy/verdict.hpp"

#include "support/catch.hpp"

using namespace resock::policy;

namespace {

using l = layer;
using c = culprit;
using v = verdict;

failure closed(int code) {
    failure made;
    made.close_code = static_cast<std::uint16_t>(code);
    return made;
}
failure answered(int status) {
    failure made;
    made.http_status = status;
    return made;
}
failure failed(cause why) {
    failure made;
    made.cause = why;
    return made;
}

situation never_open() {
    return {};
}
situation been_open() {
    situation made;
    made.was_open = true;
    return made;
}
situation with_refresh() {
    situation made;
    made.refresh_set = true;
    return made;
}

v verdict_of(const failure& f, const situation& now, bool strict = false) {
    return judge(f, {{}, strict}, now).verdict;
}

v overridden(const failure& f, const char* key, v to, const situation& now, bool strict = false) {
    return judge(f, {{{key, to}}, strict}, now).verdict;
}

// One line of failures.md.
struct row {
    failure what;
    l layer;
    c culprit;
    v fresh;   // the link was never open
    v open;    // it has been open
    v strict;  // it has been open, verdict.strict
    v refresh; // never open, credentials can be refreshed
};

// A row whose verdict depends on nothing.
row plain(const failure& what, l where, c who, v always) {
    return {what, where, who, always, always, always, always};
}
// Stop, or slow for a link that has been open.
row opening_stop(const failure& what, l where, c who) {
    return {what, where, who, v::stop, v::slow, v::stop, v::stop};
}

void check(const row& each) {
    CAPTURE(each.what.close_code, each.what.http_status, to_string(each.what.cause));
    const judgement judged = judge(each.what, {}, never_open());
    CHECK(judged.layer == each.layer);
    CHECK(judged.culprit == each.culprit);
    CHECK_FALSE(judged.meaning.empty());
    CHECK(judged.verdict == each.fresh);
    if (judged.verdict == v::stop && each.what.cause != cause::local) {
        CHECK_FALSE(judged.remedy.empty());
    }
    CHECK(verdict_of(each.what, been_open()) == each.open);
    CHECK(verdict_of(each.what, been_open(), true) == each.strict);
    CHECK(verdict_of(each.what, never_open(), true) == each.fresh);
    CHECK(verdict_of(each.what, with_refresh()) == each.refresh);
}

} // namespace

TEST_CASE("close codes are judged by the table") {
    const row rows[] = {
        plain(closed(1000), l::websocket, c::peer, v::stop),
        plain(closed(1001), l::websocket, c::peer, v::now),
        plain(closed(1002), l::websocket, c::us, v::backoff),
        plain(closed(1003), l::websocket, c::us, v::stop),
        plain(closed(1004), l::websocket, c::peer, v::backoff),
        plain(closed(1005), l::websocket, c::peer, v::backoff),
        plain(closed(1006), l::websocket, c::network, v::now),
        plain(closed(1007), l::websocket, c::us, v::stop),
        {closed(1008), l::websocket, c::us, v::stop, v::stop, v::stop, v::auth},
        plain(closed(1009), l::websocket, c::us, v::stop),
        plain(closed(1010), l::websocket, c::peer, v::stop),
        plain(closed(1011), l::websocket, c::peer, v::backoff),
        plain(closed(1012), l::websocket, c::peer, v::spread),
        plain(closed(1013), l::websocket, c::peer, v::slow),
        plain(closed(1014), l::websocket, c::proxy, v::backoff),
        plain(closed(1015), l::tls, c::network, v::backoff),
        plain(closed(1016), l::websocket, c::peer, v::backoff),
        plain(closed(2999), l::websocket, c::peer, v::backoff),
        {closed(3000), l::websocket, c::us, v::stop, v::stop, v::stop, v::auth},
        plain(closed(3001), l::websocket, c::peer, v::backoff),
        plain(closed(3003), l::websocket, c::us, v::stop),
        plain(closed(3008), l::websocket, c::us, v::backoff),
        plain(closed(3999), l::websocket, c::peer, v::backoff),
        plain(closed(4000), l::websocket, c::peer, v::backoff),
        plain(closed(4400), l::websocket, c::peer, v::backoff),
        plain(closed(4999), l::websocket, c::peer, v::backoff),
        plain(closed(5000), l::websocket, c::peer, v::backoff),
        plain(closed(0), l::local, c::network, v::backoff),
    };
    for (const row& each : rows)
        check(each);
}

TEST_CASE("HTTP statuses are judged by the table") {
    for (const int status : {200, 201, 204, 299, 300, 303, 304, 305, 399, 400, 402, 404,
                             405, 406, 409, 410, 411, 414, 426, 431, 451, 499, 501, 505}) {
        check(opening_stop(answered(status), l::http, c::peer));
    }
    for (const int status : {301, 302, 307, 308}) {
        check(opening_stop(answered(status), l::http, c::peer));
    }
    for (const int status : {408, 425, 500, 503, 506, 507, 511, 520, 599}) {
        check(plain(answered(status), l::http, c::peer, v::backoff));
    }
    check(plain(answered(502), l::http, c::proxy, v::backoff));
    check(plain(answered(504), l::http, c::proxy, v::backoff));
    check(plain(answered(429), l::http, c::us, v::backoff));
    check({answered(401), l::http, c::us, v::stop, v::slow, v::stop, v::auth});
    check({answered(403), l::http, c::us, v::stop, v::slow, v::stop, v::auth});
    check({answered(407), l::proxy, c::us, v::stop, v::slow, v::stop, v::auth});
    check(opening_stop(answered(600), l::http, c::peer));
}

TEST_CASE("causes are judged by the table") {
    const row rows[] = {
        plain(failed(cause::dns_temporary), l::dns, c::network, v::backoff),
        plain(failed(cause::dns_unknown), l::dns, c::network, v::backoff),
        plain(failed(cause::tcp_refused), l::tcp, c::peer, v::backoff),
        plain(failed(cause::tcp_reset), l::tcp, c::network, v::backoff),
        plain(failed(cause::tcp_unreachable), l::tcp, c::network, v::backoff),
        plain(failed(cause::tcp_timeout), l::tcp, c::network, v::backoff),
        plain(failed(cause::proxy), l::proxy, c::proxy, v::backoff),
        opening_stop(failed(cause::tls_expired), l::tls, c::peer),
        plain(failed(cause::tls_not_yet_valid), l::tls, c::peer, v::slow),
        opening_stop(failed(cause::tls_host), l::tls, c::peer),
        opening_stop(failed(cause::tls_issuer), l::tls, c::peer),
        opening_stop(failed(cause::tls_pin), l::tls, c::peer),
        opening_stop(failed(cause::tls_client_cert), l::tls, c::us),
        opening_stop(failed(cause::tls_version), l::tls, c::peer),
        plain(failed(cause::tls_cut), l::tls, c::network, v::backoff),
        plain(failed(cause::tls_timeout), l::tls, c::network, v::backoff),
        plain(failed(cause::open_timeout), l::http, c::peer, v::backoff),
        opening_stop(failed(cause::not_websocket), l::http, c::peer),
        opening_stop(failed(cause::subprotocol), l::http, c::peer),
        opening_stop(failed(cause::redirect), l::http, c::peer),
        plain(failed(cause::protocol), l::websocket, c::peer, v::backoff),
        plain(failed(cause::silence), l::heartbeat, c::network, v::now),
        plain(failed(cause::local), l::local, c::us, v::stop),
    };
    for (const row& each : rows)
        check(each);
}

TEST_CASE("credentials are asked for once in a row of failures") {
    for (const failure& f :
         {answered(401), answered(407), answered(403), closed(1008), closed(3000)}) {
        CAPTURE(f.http_status, f.close_code);
        situation now = with_refresh();
        CHECK(judge(f, {}, now).verdict == v::auth);
        CHECK(judge(f, {}, now).remedy.empty());
        now.was_open = true;
        CHECK(judge(f, {}, now).verdict == v::auth);
        now.auth_tried = true;
        const v after_open = f.http_status ? v::slow : v::stop;
        CHECK(judge(f, {}, now).verdict == after_open);
        CHECK(judge(f, {{}, true}, now).verdict == v::stop);
        now.was_open = false;
        const judgement again = judge(f, {}, now);
        CHECK(again.verdict == v::stop);
        CHECK(again.remedy.find("refused too") != std::string::npos);
    }
}

TEST_CASE("redirects are followed only where they can be") {
    situation now;
    now.can_follow = true;
    for (const int status : {301, 302, 307, 308}) {
        CAPTURE(status);
        CHECK(judge(answered(status), {}, now).verdict == v::follow);
        const judgement refused = judge(answered(status), {}, never_open());
        CHECK(refused.verdict == v::stop);
        CHECK(refused.remedy == "use the URL in Location directly");
    }
    CHECK(judge(answered(303), {}, now).verdict == v::stop);
    failure by_proxy = answered(302);
    by_proxy.cause = cause::proxy;
    CHECK(judge(by_proxy, {}, now).verdict == v::stop);
}

TEST_CASE("the third 1002 in a row stops, unless overridden") {
    situation now = been_open();
    for (const unsigned row : {1u, 2u, 3u, 4u}) {
        CAPTURE(row);
        now.protocol_row = row;
        CHECK(verdict_of(closed(1002), now) == (row < 3 ? v::backoff : v::stop));
        CHECK(overridden(closed(1002), "1002", v::backoff, now) == v::backoff);
        CHECK(overridden(closed(1002), "1002", v::stop, now) == v::stop);
        CHECK(verdict_of(closed(1011), now) == v::backoff);
    }
}

TEST_CASE("1003, 1007 and 1009 go on while the culprit can be searched for") {
    for (const int code : {1003, 1007, 1009}) {
        for (const bool can_search : {false, true}) {
            for (const unsigned doubtful : {0u, 1u, 500u}) {
                CAPTURE(code, can_search, doubtful);
                situation now = been_open();
                now.doubtful = doubtful;
                now.can_search = can_search;
                CHECK(verdict_of(closed(code), now) ==
                      (can_search && doubtful > 0 ? v::backoff : v::stop));
                const std::string key = std::to_string(code);
                CHECK(overridden(closed(code), key.c_str(), v::slow, now) == v::slow);
            }
        }
    }
}

TEST_CASE("blames_message holds for codes of the peer alone") {
    for (int code = 1000; code <= 1015; ++code) {
        CAPTURE(code);
        const bool blames = code == 1003 || code == 1007 || code == 1009;
        failure f = closed(code);
        CHECK(blames_message(f) == blames);
        f.closed_by_us = true;
        CHECK_FALSE(blames_message(f));
        f.closed_by_us = false;
        f.cause = cause::protocol;
        CHECK_FALSE(blames_message(f));
    }
}

TEST_CASE("an override replaces a row") {
    struct row {
        failure what;
        const char* key;
        v to;
        v fresh;
        v open;
    };
    const row rows[] = {
        {closed(1000), "1000", v::backoff, v::backoff, v::backoff},
        {closed(4000), "4000", v::stop, v::stop, v::stop},
        {answered(404), "404", v::backoff, v::backoff, v::backoff},
        {answered(404), "404", v::stop, v::stop, v::stop}, // asked for: strict for this row
        {answered(404), "405", v::backoff, v::stop, v::slow},
        {answered(503), "503", v::stop, v::stop, v::stop},
        {failed(cause::tls_expired), "tls-expired", v::slow, v::slow, v::slow},
        {failed(cause::silence), "silence", v::backoff, v::backoff, v::backoff},
        {failed(cause::dns_unknown), "dns-unknown", v::stop, v::stop, v::slow},
        {failed(cause::dns_temporary), "dns-temporary", v::stop, v::stop, v::slow},
        {failed(cause::dns_unknown), "dns-unknown", v::slow, v::slow, v::slow},
        {closed(1011), "1011", v::auth, v::stop, v::stop}, // nothing to ask
        {answered(500), "500", v::follow, v::stop, v::slow},
        {failed(cause::local), "local", v::now, v::stop, v::stop},
    };
    for (const row& each : rows) {
        CAPTURE(each.key, to_string(each.to));
        CHECK(overridden(each.what, each.key, each.to, never_open()) == each.fresh);
        CHECK(overridden(each.what, each.key, each.to, been_open()) == each.open);
    }
    CHECK(overridden(closed(1011), "1011", v::auth, with_refresh()) == v::auth);
    CHECK(overridden(failed(cause::dns_unknown), "dns-unknown", v::stop, been_open(), true) ==
          v::stop);
}

TEST_CASE("where several keys fit, the cause goes before the status and this before the code") {
    failure f = answered(200);
    f.cause = cause::not_websocket;
    CHECK(overridden(f, "200", v::backoff, never_open()) == v::backoff);
    CHECK(overridden(f, "not-websocket", v::slow, never_open()) == v::slow);
    CHECK(judge(f, {{{"200", v::backoff}, {"not-websocket", v::slow}}, false}, {}).verdict ==
          v::slow);

    // We closed with 1002 because the peer broke the protocol: verdict.1002 is about the peer's.
    failure broken = closed(1002);
    broken.cause = cause::protocol;
    broken.closed_by_us = true;
    situation third;
    third.protocol_row = 3;
    CHECK(overridden(broken, "1002", v::stop, third) == v::backoff);
    CHECK(overridden(broken, "protocol", v::stop, third) == v::stop);
}

TEST_CASE("a socket that breaks under an open connection is 1006 with a reason") {
    for (const cause why :
         {cause::tcp_reset, cause::tcp_unreachable, cause::tcp_timeout, cause::tls_cut}) {
        CAPTURE(to_string(why));
        failure f = closed(1006);
        f.cause = why;
        const judgement judged = judge(f, {}, been_open());
        CHECK(judged.verdict == v::now);
        CHECK(judged.layer == (why == cause::tls_cut ? l::tls : l::tcp));
        CHECK(overridden(f, "1006", v::slow, been_open()) == v::slow);
        CHECK(overridden(f, to_string(why), v::slow, been_open()) == v::slow);
    }
    failure silent = closed(1006);
    silent.cause = cause::silence;
    CHECK(judge(silent, {}, been_open()).layer == l::heartbeat);
    CHECK(overridden(silent, "1006", v::stop, been_open()) == v::now);
}

TEST_CASE("what a proxy answers is the proxy's") {
    failure f = answered(502);
    f.cause = cause::proxy;
    CHECK(judge(f, {}, {}).layer == l::proxy);
    CHECK(judge(f, {}, {}).culprit == c::proxy);
    CHECK(judge(f, {}, {}).verdict == v::backoff);
    f.http_status = 407;
    CHECK(judge(f, {}, with_refresh()).verdict == v::auth);
    CHECK(judge(f, {}, {}).culprit == c::us);
    f.http_status = 403;
    CHECK(judge(f, {}, {}).verdict == v::stop);
    CHECK(overridden(f, "proxy", v::backoff, {}) == v::backoff);
}

TEST_CASE("a close of our own is ours") {
    failure f = closed(1000);
    f.closed_by_us = true;
    CHECK(judge(f, {}, been_open()).culprit == c::us);
}

TEST_CASE("is_verdict_key knows codes, statuses and causes") {
    for (const char* key : {"1000", "1006", "1008", "4999", "100", "200", "503", "599", "102",
                            "dns-unknown", "tls-cut", "silence", "proxy", "protocol"}) {
        CAPTURE(key);
        CHECK(is_verdict_key(key));
    }
    for (const char* key :
         {"", "101", "99", "600", "999", "5000", "0", "01000", "-1000", "+1000", "1000 ", "1e3",
          "99999999999", "local", "none", "strict", "dns", "DNS-unknown", "dns_unknown"}) {
        CAPTURE(key);
        CHECK_FALSE(is_verdict_key(key));
    }
}
