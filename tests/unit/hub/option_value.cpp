#include "hub/option_value.hpp"

#include <string>

#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using test::error_of;

namespace {

test::thrown check(std::string_view name, std::string_view value) {
    return error_of([&] { check_value(require_option(name, option_scope::link), name, value); });
}

} // namespace

TEST_CASE("values at the edges of their range") {
    struct {
        const char* name;
        std::string value;
        bool allowed;
    } const rows[] = {
        {"heartbeat.interval", "10ms", true},
        {"heartbeat.interval", "9ms", false},
        {"heartbeat.interval", "24h", true},
        {"heartbeat.interval", "25h", false},
        {"heartbeat.interval", "10", false},
        {"heartbeat.interval", "", false},
        {"heartbeat.interval", "unlimited", false},
        {"message.ttl", "unlimited", true},
        {"reconnect.attempts", "unlimited", true},
        {"reconnect.attempts", "0", true},
        {"reconnect.attempts", "-1", false},
        {"reconnect.factor", "1", true},
        {"reconnect.factor", "0.9", false},
        {"reconnect.jitter", "1.01", false},
        {"reconnect.jitter", "0.5", true},
        {"reconnect.jitter", "nan", false},
        {"queue.bytes", "64KiB", true},
        {"queue.bytes", "65535", false},
        {"message.max", "1GiB", true},
        {"message.max", "1073741825", false},
        {"message.max", "0", false},
        {"greeting.hold", "true", true},
        {"greeting.hold", "yes", false},
        {"confirm", "pong", true},
        {"confirm", "pongs", false},
        {"confirm", "pong heartbeat", false},
        {"verdict.1008", "auth", true},
        {"verdict.503", "slow", true},
        {"verdict.dns-unknown", "stop", true},
        {"verdict.1008", "follow", false},
        {"heartbeat.text", std::string(1024, 'x'), true},
        {"heartbeat.text", std::string(1025, 'x'), false},
        {"heartbeat.text", "\xff", false},
        {"tls.ca_file", std::string("a\0b", 3), false},
        {"tls.ca_file", "/etc/ssl/own.pem", true},
        {"http.subprotocols", "", true},
        {"http.subprotocols", "v2.json, v1.json", true},
        {"http.subprotocols", "v1.json v1.json", false},
        {"http.subprotocols", "v1/json", false},
        {"http.header", "Authorization: Bearer x", true},
        {"http.header", "X-Empty:", true},
        {"http.header", "Host: other.example", true},
        {"http.header", "Authorization", false},
        {"http.header", "Bad name: x", false},
        {"http.header", ": x", false},
        {"http.header", "X: a\r\nY: b", false},
        {"http.header", "X: a\nb", false},
        {"http.header", "Upgrade: h2c", false},
        {"http.header", "sec-websocket-key: x", false},
        {"url", "ws://127.0.0.1:9000/a?b", true},
        {"url", "echo:", true},
        {"url", "http://example.org", false},
        {"url", "", false},
    };
    for (const auto& row : rows) {
        const auto thrown = check(row.name, row.value);
        INFO(row.name << " = " << row.value << ": " << thrown.text);
        CHECK((thrown.code == status::ok) == row.allowed);
        if (!row.allowed) {
            CHECK(thrown.code == status::option);
            CHECK(thrown.says("option '" + std::string(row.name) + "': "));
        }
    }
}

TEST_CASE("errors name the value and what is allowed") {
    CHECK(check("heartbeat.interval", "5x").text ==
          "option 'heartbeat.interval': value \"5x\" is not a duration such as \"10s\" or "
          "\"500ms\"; allowed is 10ms to 24h");
    CHECK(check("reconnect.attempts", "2000000000").text ==
          "option 'reconnect.attempts': value \"2000000000\" is out of range; allowed is 0 to "
          "1000000000, or unlimited");
    CHECK(check("queue.full", "drop-oldes").text ==
          "option 'queue.full': value \"drop-oldes\" is not allowed; allowed is error, wait, "
          "drop-oldest or drop-newest: did you mean \"drop-oldest\"?");
    CHECK(check("http.header", "Sec-WebSocket-Protocol: a").says("use http.subprotocols"));
    CHECK(check("url", "https://example.org/").says("wss://"));
}

TEST_CASE("errors keep secrets to themselves") {
    for (const auto& [name, value] :
         {std::pair("url", "ws://me:s3cret@exa mple.org/?t=s3cret"),
          std::pair("url", "http://me:s3cret@example.org/"), std::pair("http.header", "s3cret"),
          std::pair("http.header", "X-Key: s3cret\r\nY: s3cret"),
          std::pair("http.header", "Upgrade: s3cret")}) {
        const auto thrown = check(name, value);
        INFO(thrown.text);
        CHECK(thrown.code == status::option);
        CHECK_FALSE(thrown.says("s3cret"));
    }
}

TEST_CASE("a name that is not known, of another scope, or no verdict") {
    const auto link = [](const char* name) {
        return error_of([&] { require_option(name, option_scope::link); });
    };
    CHECK(link("heartbeat.intervall").text ==
          "unknown option 'heartbeat.intervall': did you mean 'heartbeat.interval'?");
    CHECK(link("zzzzzzzzzzzzzzzzzzzzzzzz").says("resock_options_describe"));
    CHECK(link("bad\nname").says("bad%0Aname"));
    CHECK(link("io.threads").text ==
          "option 'io.threads': belongs to the hub, not to a link: set it in the options of the "
          "hub");
    const auto hub = error_of([] { require_option("url", option_scope::hub); });
    CHECK(hub.says("belongs to a link"));
    CHECK(link("verdict.dns-unknwn").says("did you mean 'verdict.dns-unknown'?"));
    CHECK(link("verdict.strikt").says("did you mean 'verdict.strict'?"));
    CHECK(link("verdict.99").says("1000 to 4999"));
    CHECK(link("verdict.*").code == status::option);
    CHECK(link("verdict.").code == status::option);
    CHECK(link("verdict.4999").code == status::ok);
}

TEST_CASE("readers of fields and tokens") {
    const auto field = read_header("X-Trace:\t a: b \t");
    CHECK(field.name == "X-Trace");
    CHECK(field.value == "a: b");
    CHECK(read_tokens(" a,b ,, c\t") == std::vector<std::string>{"a", "b", "c"});
    CHECK(read_tokens("").empty());
    std::string many;
    for (int i = 0; i < 33; ++i)
        many += "p" + std::to_string(i) + " ";
    CHECK(check("http.subprotocols", many).says("33 subprotocols given; at most 32"));
}

TEST_CASE("values as they may be shown") {
    const auto shown = [](const char* name, const char* value) {
        return shown_value(*find_option(name), value);
    };
    CHECK(shown("url", "wss://me:pw@example.org/a?token=1").find("pw") == std::string::npos);
    CHECK(shown("url", "wss://me:pw@example.org/a?token=1").find("token") == std::string::npos);
    CHECK(shown("url", "wss://example.org/a").find("example.org/a") != std::string::npos);
    CHECK(shown("http.header", "Cookie: id=7") == "Cookie: ***");
    CHECK(shown("heartbeat.text", "hello") == "hello");
}
