#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

config asking(credentials_when when) {
    config c = plain_config();
    c.credentials_when = when;
    c.credentials_timeout = 10s;
    return c;
}

in::credentials answer(std::uint64_t request, const char* token) {
    in::credentials given;
    given.request_id = request;
    given.headers = wire::fields{{"Authorization", token}};
    return given;
}

in::connect_failed refused(int status) {
    policy::failure f;
    f.http_status = status;
    return {f};
}

std::string authorization(const out::connect& c) {
    const std::string* found = wire::find_field(c.request.fields, "Authorization");
    return found ? *found : "";
}

} // namespace

TEST_CASE("an attempt names its connection, its URL and a fresh key") {
    script s;
    s.step(in::open{});
    const auto first = s.expect<out::connect>();
    CHECK(first.connection == 1);
    CHECK(first.url.host == "peer.example");
    s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
    const auto down = s.expect<out::down>();
    CHECK_FALSE(down.was_open);
    CHECK(down.record.connection == 1);
    CHECK(down.record.attempt == 1);
    CHECK(down.record.up == 0s);
    CHECK(s.link().state() == state::waiting);
    CHECK(s.link().deadline() == s.now() + *down.record.delay);
    s.pass(*down.record.delay);
    const auto second = s.expect<out::connect>();
    CHECK(second.connection == 2);
    CHECK(second.request.key != first.request.key);
    s.step(in::open{}); // already
    CHECK(s.nothing());
}

TEST_CASE("OPEN tells address, subprotocol, attempt and the time down") {
    config c = plain_config();
    c.subprotocols = {"chat"};
    c.reconnect.jitter = 0;
    script s(c);
    s.step(in::open{});
    const auto wanted = s.expect<out::connect>();
    in::opened event;
    event.response = accepting(wanted.request);
    event.response.fields.push_back({"Sec-WebSocket-Protocol", "chat"});
    event.address = "192.0.2.1:80";
    event.tls = "TLSv1.3";
    s.step(std::move(event));
    const auto first = s.expect<out::opened>();
    CHECK(first.address == "192.0.2.1:80");
    CHECK(first.tls == "TLSv1.3");
    CHECK(first.subprotocol == "chat");
    CHECK(first.connection == 1);
    CHECK(first.attempt == 0);
    CHECK(first.downtime == 0s);
    s.hear(close_from_peer(1011)); // backoff: 1 s without jitter's randomness is the minimum
    s.expect<out::disconnect>();
    const auto down = s.expect<out::down>();
    s.pass(*down.record.delay);
    const auto again = s.expect<out::connect>();
    s.pass(3s);
    in::opened second;
    second.response = accepting(again.request);
    s.step(std::move(second));
    const auto reopened = s.expect<out::opened>();
    CHECK(reopened.connection == 2);
    CHECK(reopened.attempt == 1);
    CHECK(reopened.downtime == *down.record.delay + 3s);
}

TEST_CASE("an answer that opens nothing") {
    script s;
    s.step(in::open{});
    const auto wanted = s.expect<out::connect>();
    in::opened event;
    event.response = accepting(wanted.request);
    SECTION("503 with Retry-After") {
        event.response = {503, "Busy", {{"Retry-After", "7"}}};
        s.step(std::move(event));
        CHECK_FALSE(s.expect<out::disconnect>().orderly);
        const auto down = s.expect<out::down>();
        CHECK(down.record.http_status == 503);
        CHECK(*down.record.delay >= 7s);
        CHECK(s.link().state() == state::waiting);
    }
    SECTION("a wrong accept key") {
        event.response.fields[2].value = "AAAA";
        s.step(std::move(event));
        s.expect<out::disconnect>();
        CHECK(s.expect<out::down>().record.verdict == policy::verdict::stop);
        CHECK(s.expect<out::finish>().record.cause == policy::cause::not_websocket);
    }
    CHECK(s.nothing());
}

TEST_CASE("answers of the transport in another state are ignored") {
    script s;
    s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
    s.step(in::opened{});
    s.step(in::written{5});
    s.step(in::ended{});
    s.step(in::received{"x"});
    s.step(in::inspected{});
    s.step(in::ready{1});
    CHECK(s.nothing());
    CHECK(s.link().state() == state::idle);
}

TEST_CASE("bytes behind the 101 come before anything that is read") {
    SECTION("a message, and the beginning of the next") {
        script s;
        s.step(in::open{});
        const std::string second = frame_from_peer(wire::opcode::text, "second");
        s.accept(frame_from_peer(wire::opcode::text, "first") + second.substr(0, 4));
        s.expect<out::opened>();
        CHECK(s.expect<out::deliver>().bytes == "first");
        s.hear(second.substr(4));
        CHECK(s.expect<out::deliver>().bytes == "second");
    }
    SECTION("a Close frame") {
        script s;
        s.send("x");
        s.step(in::open{});
        s.accept(close_from_peer(1013));
        s.expect<out::opened>();
        CHECK(s.expect<out::disconnect>().orderly);
        CHECK(s.expect<out::down>().was_open);
        CHECK(s.link().state() == state::waiting);
        CHECK(s.link().output().empty());
    }
    SECTION("a Close frame that stops the link") {
        script s;
        s.step(in::open{});
        s.accept(close_from_peer(1000));
        s.expect<out::opened>();
        s.expect<out::disconnect>();
        s.expect<out::down>();
        s.expect<out::finish>();
    }
}

TEST_CASE("credentials before every attempt") {
    script s(asking(credentials_when::always));
    s.step(in::open{});
    CHECK(s.link().state() == state::asking);
    const auto ask = s.expect<out::ask>();
    CHECK(ask.attempt == 0);
    SECTION("given") {
        s.step(answer(ask.request_id + 1, "wrong question"));
        CHECK(s.nothing());
        s.step(answer(ask.request_id, "good"));
        CHECK(authorization(s.expect<out::connect>()) == "good");
        s.step(answer(ask.request_id, "late"));
        CHECK(s.nothing());
        s.step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
        s.expect<out::down>();
        s.pass(2s);
        CHECK(s.expect<out::ask>().request_id == ask.request_id + 1);
    }
    SECTION("given with another URL") {
        in::credentials given;
        given.request_id = ask.request_id;
        given.url = parse_url("ws://other.example/");
        s.step(std::move(given));
        CHECK(s.expect<out::connect>().url.host == "other.example");
    }
    SECTION("not in time: an attempt that failed, with backoff") {
        s.pass(10s);
        const auto down = s.expect<out::down>();
        CHECK(down.record.verdict == policy::verdict::backoff);
        CHECK(down.record.why.find("credentials.timeout") != std::string::npos);
        s.step(answer(ask.request_id, "late"));
        CHECK(s.nothing());
        s.pass(*down.record.delay);
        s.expect<out::ask>();
    }
    SECTION("none to be had: stop") {
        in::credentials none;
        none.request_id = ask.request_id;
        none.none_to_be_had = true;
        s.step(std::move(none));
        CHECK(s.expect<out::down>().record.verdict == policy::verdict::stop);
        s.expect<out::finish>();
    }
    SECTION("unasked ones serve as well") {
        s.step(answer(0, "fresh"));
        CHECK(authorization(s.expect<out::connect>()) == "fresh");
    }
}

TEST_CASE("credentials after a refusal: asked, tried once more, then stop") {
    script s(asking(credentials_when::refused));
    s.step(in::open{});
    s.expect<out::connect>();
    s.step(refused(401));
    CHECK(s.expect<out::down>().record.verdict == policy::verdict::auth);
    auto ask = s.expect<out::ask>();
    CHECK(ask.http_status == 401);
    SECTION("refused again") {
        s.step(answer(ask.request_id, "second"));
        CHECK(authorization(s.expect<out::connect>()) == "second");
        s.step(refused(401));
        CHECK(s.expect<out::down>().record.verdict == policy::verdict::stop);
        s.expect<out::finish>();
    }
    SECTION("not answered in time: asked again, not tried with the old ones") {
        s.pass(10s);
        const auto down = s.expect<out::down>();
        s.pass(*down.record.delay);
        ask = s.expect<out::ask>();
        s.step(answer(ask.request_id, "second"));
        s.accept();
        s.expect<out::opened>();
    }
}

TEST_CASE("credentials after a Close 3000 tell its code") {
    script s(asking(credentials_when::refused));
    s.open();
    s.hear(close_from_peer(3000));
    s.expect<out::disconnect>();
    s.expect<out::down>();
    CHECK(s.expect<out::ask>().close_code == 3000);
    s.step(in::credentials{1, true, {}, {}});
    s.expect<out::down>();
    s.expect<out::finish>();
}

TEST_CASE("reconnect.hold: a stopped link can go on") {
    config c = asking(credentials_when::refused);
    c.reconnect.hold = 60s;
    script s(c);
    s.send("kept");
    s.step(in::open{});
    s.expect<out::connect>();
    s.step(in::connect_failed{failure_of(policy::cause::tls_issuer)});
    s.expect<out::down>();
    CHECK(s.link().state() == state::stopped);
    CHECK(s.link().deadline() == s.now() + 60s);
    SECTION("with new credentials") {
        s.step(answer(0, "new"));
        CHECK(authorization(s.expect<out::connect>()) == "new");
    }
    SECTION("or its time ends") {
        s.pass(60s);
        CHECK(s.expect<out::failed>().reason == fail_reason::not_sent);
        s.expect<out::finish>();
    }
    s.forget();
}

} // namespace resock::link
