#include "wire/upgrade.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::wire;
using policy::cause;

namespace {

constexpr std::int64_t now_s = 784111777; // Sun, 06 Nov 1994 08:49:37 GMT

constexpr std::array<std::uint8_t, 16> nonce = {'t', 'h', 'e', ' ', 's', 'a', 'm', 'p',
                                                'l', 'e', ' ', 'n', 'o', 'n', 'c', 'e'};

url example() {
    url made;
    made.host = "server.example.com";
    made.target = "/chat?room=1";
    return made;
}

upgrade_request request_with(const std::vector<std::string>& subprotocols = {},
                             const fields& extra = {}) {
    return make_upgrade(example(), nonce, subprotocols, extra);
}

std::string value(const fields& from, std::string_view name) {
    const std::string* found = find_field(from, name);
    return found ? *found : "(missing)";
}

// The answer of RFC 6455 §1.3, with `more` behind it.
upgrade_response good(const fields& more = {}) {
    upgrade_response made{101,
                          "Switching Protocols",
                          {{"Upgrade", "websocket"},
                           {"Connection", "Upgrade"},
                           {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}};
    made.fields.insert(made.fields.end(), more.begin(), more.end());
    return made;
}

upgrade_response with(std::string_view name, const std::string& changed) {
    upgrade_response made = good();
    for (field& each : made.fields)
        if (each.name == name) each.value = changed;
    return made;
}

upgrade_response without(std::string_view name) {
    upgrade_response made = good();
    std::erase_if(made.fields, [&](const field& each) { return each.name == name; });
    return made;
}

} // namespace

TEST_CASE("the accept value is that of RFC 6455 §1.3") {
    CHECK(accept_of("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("the request has the fields of RFC 6455 §4.1") {
    const upgrade_request request = request_with({"chat", "superchat"});
    CHECK(request.target == "/chat?room=1");
    CHECK(request.key == "dGhlIHNhbXBsZSBub25jZQ==");
    REQUIRE(request.fields.size() == 7);
    CHECK(request.fields[0].name == "Host"); // first (RFC 9110 §7.2)
    CHECK(value(request.fields, "Host") == "server.example.com");
    CHECK(value(request.fields, "Upgrade") == "websocket");
    CHECK(value(request.fields, "Connection") == "Upgrade");
    CHECK(value(request.fields, "Sec-WebSocket-Key") == request.key);
    CHECK(value(request.fields, "Sec-WebSocket-Version") == "13");
    CHECK(value(request.fields, "Sec-WebSocket-Protocol") == "chat, superchat");
    CHECK(value(request.fields, "User-Agent") == std::string("resock/") + RESOCK_VERSION);
    CHECK(value(request_with().fields, "Sec-WebSocket-Protocol") == "(missing)");
}

TEST_CASE("the application's fields replace ours and are all sent") {
    const upgrade_request request = request_with({}, {{"cookie", "a=1"},
                                                      {"HOST", "other.example"},
                                                      {"user-agent", "mine"},
                                                      {"Origin", "http://o.example"},
                                                      {"Cookie", "b=2"}});
    std::vector<std::string> seen;
    for (const field& each : request.fields)
        seen.push_back(each.name + ": " + each.value);
    CHECK(seen ==
          std::vector<std::string>{"Host: other.example", "Upgrade: websocket",
                                   "Connection: Upgrade", "Sec-WebSocket-Key: " + request.key,
                                   "Sec-WebSocket-Version: 13", "cookie: a=1", "user-agent: mine",
                                   "Origin: http://o.example", "Cookie: b=2"});
}

TEST_CASE("user info of the URL becomes Basic credentials unless there are others") {
    url to = example();
    to.user_info = "Aladdin:open sesame"; // RFC 7617 §2
    CHECK(value(make_upgrade(to, nonce, {}, {}).fields, "Authorization") ==
          "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(value(make_upgrade(to, nonce, {}, {{"authorization", "Bearer t"}}).fields,
                "Authorization") == "Bearer t");
    to.user_info = "Aladdin";
    CHECK(value(make_upgrade(to, nonce, {}, {}).fields, "Authorization") == "Basic QWxhZGRpbjo=");
    CHECK(value(request_with().fields, "Authorization") == "(missing)");
}

TEST_CASE("a good answer opens the connection, in any case of letters") {
    const upgrade_request request = request_with();
    const std::vector<upgrade_response> answers = {
        good(),
        with("Upgrade", "WebSocket"),
        with("Upgrade", "websocket \t"),
        with("Connection", "keep-alive, UPGRADE"),
        with("Connection", " upgrade "),
        with("Sec-WebSocket-Accept", " s3pPLMBiTxaQ9kYGzzhZRbK+xOo= "),
        good({{"Sec-WebSocket-Extensions", ""}}),
        good({{"Sec-WebSocket-Protocol", " "}}),
        {101,
         "",
         {{"UPGRADE", "websocket"},
          {"connection", "close"},
          {"Connection", "upgrade"},
          {"sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}},
    };
    for (std::size_t i = 0; i < answers.size(); ++i) {
        CAPTURE(i);
        const upgrade_result result = check_upgrade(answers[i], request, {}, now_s);
        CHECK_FALSE(result.failure.has_value());
        CHECK(result.subprotocol.empty());
    }
}

TEST_CASE("a wrong answer is refused with the field, what came and what was expected") {
    const std::string accept = "expected \"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\"";
    struct row {
        upgrade_response answer;
        std::string detail;
    };
    const std::vector<row> rows = {
        {without("Upgrade"), "the answer has no Upgrade, expected \"websocket\""},
        {with("Upgrade", "h2c"), "Upgrade is \"h2c\", expected \"websocket\""},
        {with("Upgrade", "websocket, h2c"),
         "Upgrade is \"websocket, h2c\", expected \"websocket\""},
        {with("Upgrade", ""), "Upgrade is \"\", expected \"websocket\""},
        {with("Upgrade", "a\nb"), "Upgrade is \"a%0Ab\", expected \"websocket\""},
        {without("Connection"), "the answer has no Connection, expected \"Upgrade\" in it"},
        {with("Connection", "keep-alive, Upgraded"),
         "Connection is \"keep-alive, Upgraded\", expected \"Upgrade\" in it"},
        {without("Sec-WebSocket-Accept"), "the answer has no Sec-WebSocket-Accept, " + accept},
        {with("Sec-WebSocket-Accept", "S3PPLMBITXAQ9KYGZZHZRBK+XOO="),
         "Sec-WebSocket-Accept is \"S3PPLMBITXAQ9KYGZZHZRBK+XOO=\", " + accept},
        {with("Sec-WebSocket-Accept", ""), "Sec-WebSocket-Accept is \"\", " + accept},
        {good({{"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}),
         "Sec-WebSocket-Accept is \"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, "
         "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\", " +
             accept},
        {good({{"sec-websocket-extensions", "permessage-deflate"}}),
         "Sec-WebSocket-Extensions is \"permessage-deflate\", expected none: no extension was "
         "asked for"},
    };
    for (const row& each : rows) {
        const upgrade_result result = check_upgrade(each.answer, request_with(), {}, now_s);
        REQUIRE(result.failure.has_value());
        CHECK(result.failure->cause == cause::not_websocket);
        CHECK(result.failure->detail == each.detail);
        CHECK(result.failure->http_status == 0);
        CHECK(result.failure->host.empty());
    }
}

TEST_CASE("a subprotocol must be one that was asked for, and one only") {
    struct row {
        std::vector<std::string> asked;
        fields answer;
        std::string selected;
        std::string detail;
    };
    const std::string name = "Sec-WebSocket-Protocol";
    const std::vector<row> rows = {
        {{"chat", "superchat"}, {{name, "superchat"}}, "superchat", ""},
        {{"chat"}, {{"sec-websocket-protocol", " chat "}}, "chat", ""},
        {{"chat"}, {}, "", ""},
        {{"chat"}, {{name, "Chat"}}, "", name + " is \"Chat\", expected one of \"chat\""},
        {{"a", "b"}, {{name, "c"}}, "", name + " is \"c\", expected one of \"a, b\""},
        {{"a", "b"}, {{name, "a, b"}}, "", name + " is \"a, b\", expected one of \"a, b\""},
        {{"a", "b"},
         {{name, "a"}, {name, "a"}},
         "",
         name + " is \"a, a\", expected one of \"a, b\""},
        {{}, {{name, "a"}}, "", name + " is \"a\", expected none: no subprotocol was asked for"},
    };
    for (const row& each : rows) {
        CAPTURE(each.detail, each.selected);
        const upgrade_result result =
            check_upgrade(good(each.answer), request_with(each.asked), each.asked, now_s);
        CHECK(result.subprotocol == each.selected);
        REQUIRE(result.failure.has_value() == !each.detail.empty());
        if (!result.failure) continue;
        CHECK(result.failure->cause == cause::subprotocol);
        CHECK(result.failure->detail == each.detail);
    }
}

TEST_CASE("another status is told as it came") {
    struct row {
        int status;
        std::string reason;
        std::string detail;
    };
    const std::vector<row> rows = {
        {503, "Service Unavailable", "HTTP 503 Service Unavailable"},
        {200, "", "HTTP 200"},
        {302, " Found ", "HTTP 302 Found"},
        {404, "a\x01\xFF", "HTTP 404 a%01%FF"},
        {500, std::string(1000, 'x'), "HTTP 500 " + std::string(128, 'x') + "…"},
    };
    for (const row& each : rows) {
        upgrade_response answer = good();
        answer.status = each.status;
        answer.reason = each.reason;
        const upgrade_result result = check_upgrade(answer, request_with(), {}, now_s);
        REQUIRE(result.failure.has_value());
        CHECK(result.failure->http_status == each.status);
        CHECK(result.failure->cause == cause::none);
        CHECK(result.failure->detail == each.detail);
        CHECK_FALSE(result.failure->retry_after.has_value());
    }
}

TEST_CASE("Retry-After is seconds or a date, bounded at both ends") {
    constexpr std::int64_t none = -1;
    constexpr std::int64_t a_year = 365 * 24 * 3600;
    struct row {
        int status;
        std::string value;
        std::int64_t seconds;
    };
    const std::vector<row> rows = {
        {503, "120", 120},
        {429, " 0 ", 0},
        {404, "120", none},
        {503, "", none},
        {503, "-5", none},
        {503, "1.5", none},
        {503, "later", none},
        {503, "31536001", a_year},
        {503, "99999999999999999999999999", a_year},
        {503, "Sun, 06 Nov 1994 08:51:37 GMT", 120},
        {429, "Sunday, 06-Nov-94 08:51:37 GMT", 120},
        {503, "Sun Nov  6 08:51:37 1994", 120},
        {503, "Sun, 06 Nov 1994 08:00:00 GMT", 0},
        {503, "Fri, 31 Dec 9999 23:59:59 GMT", a_year},
    };
    for (const row& each : rows) {
        CAPTURE(each.value);
        const upgrade_response answer{each.status, "", {{"retry-after", each.value}}};
        const upgrade_result result = check_upgrade(answer, request_with(), {}, now_s);
        REQUIRE(result.failure.has_value());
        const auto wait = result.failure->retry_after;
        CHECK((wait ? std::chrono::duration_cast<std::chrono::seconds>(*wait).count() : none) ==
              each.seconds);
    }
}

TEST_CASE("lists are split at commas outside quotes") {
    const fields from = {{"X-List", "a, b ,, \"c,d\"; e=\"f\\\",g\""},
                         {"Other", "no"},
                         {"x-list", "\th\t"},
                         {"X-LIST", ""}};
    CHECK(list_field(from, "X-List") ==
          std::vector<std::string>{"a", "b", "\"c,d\"; e=\"f\\\",g\"", "h"});
    CHECK(list_field(from, "Missing").empty());
    CHECK(list_field({{"a", "\"open, x"}}, "A") == std::vector<std::string>{"\"open, x"});
    CHECK(list_field({{"a", "\"open\\"}}, "A") == std::vector<std::string>{"\"open\\"});
}

TEST_CASE("names and values of fields are those of RFC 9110") {
    for (const char* name : {"upgrade", "Connection", "SEC-WEBSOCKET-KEY", "Sec-WebSocket-Anything",
                             "Content-Length", "transfer-encoding"}) {
        CAPTURE(name);
        CHECK(is_reserved_field(name));
    }
    for (const char* name :
         {"Host", "Origin", "Sec-WebSocket", "Sec-Fetch-Mode", "X-Upgrade", ""}) {
        CAPTURE(name);
        CHECK_FALSE(is_reserved_field(name));
    }
    int token_characters = 0;
    int value_characters = 0;
    for (int c = 0; c < 256; ++c) {
        token_characters += is_token(std::string(1, static_cast<char>(c)));
        value_characters += is_field_value(std::string(1, static_cast<char>(c)));
    }
    CHECK(token_characters == 10 + 26 + 26 + 15);
    CHECK(value_characters == 256 - 32); // all but 0–31 and 127, and the tab
    CHECK(is_token("X-Header_1.~"));
    CHECK_FALSE(is_token(""));
    CHECK_FALSE(is_token("a b"));
    CHECK_FALSE(is_token("a:"));
    CHECK(is_field_value(""));
    CHECK(is_field_value("caf\xC3\xA9\ttab"));
    CHECK_FALSE(is_field_value("a\r\nInjected: b"));
}
