#include "wire/accept.hpp"

#include "unit/wire/opening_request.hpp"

using namespace resock;
using namespace resock::wire;

namespace {

client_request without(std::string_view name) {
    client_request made = opening();
    std::erase_if(made.fields, [&](const field& each) { return each.name == name; });
    return made;
}

client_request with(std::string_view name, std::string value) {
    client_request made = without(name);
    made.fields.push_back({std::string(name), std::move(value)});
    return made;
}

client_request by(std::string method) {
    client_request made = opening();
    made.method = std::move(method);
    return made;
}

} // namespace

TEST_CASE("an opening is known in any case of letters and among other options") {
    std::vector<client_request> requests = {
        opening(),
        with("Upgrade", "WebSocket"),
        with("Upgrade", "h2c, websocket"),
        with("Upgrade", " websocket \t"),
        with("Connection", "keep-alive, UPGRADE"),
        with("Connection", "upgrade,,"),
        opening({{"Content-Length", "0"}}),
        opening({{"Origin", "https://example.org"}}),
        opening({{"Sec-WebSocket-Protocol", "chat, superchat"}}),
        opening({{"Sec-WebSocket-Protocol", "chat"}, {"sec-websocket-protocol", "Chat"}}),
        opening({{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"}}),
        opening({{"connection", "keep-alive"}, {"UPGRADE", "h2c"}}),
        to("/"),
        to("/chat?room=1&to=http://x"),
        to("http://server.example.com/chat"),
        to("ws://server.example.com?room"),
    };
    client_request lowered = opening();
    for (field& each : lowered.fields)
        for (char& c : each.name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    requests.push_back(lowered);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto refused = check_opening(requests[i]);
        INFO(i << ": " << (refused ? refused->why : ""));
        CHECK_FALSE(refused.has_value());
    }
}

TEST_CASE("what is no opening is refused with a status and the reason") {
    client_request old = opening();
    old.minor_version = 0;
    const std::string key = "Sec-WebSocket-Key";
    const std::string version = "Sec-WebSocket-Version";
    const std::string protocol = "Sec-WebSocket-Protocol";
    const std::string plain =
        "plain HTTP; this is a WebSocket server: connect with ws:// or wss://";
    const std::string removed =
        "the field Connection does not name Upgrade; a proxy between may have removed it";
    const std::string body = "the request has a body, which an opening may not have";
    struct row {
        client_request request;
        int status;
        std::string why;
    };
    const std::vector<row> rows = {
        {by("POST"), 405, "method \"POST\"; a WebSocket is opened with GET"},
        {by("HEAD"), 405, "method \"HEAD\"; a WebSocket is opened with GET"},
        {by("get"), 405, "method \"get\"; a WebSocket is opened with GET"},
        {by(""), 405, "method \"\"; a WebSocket is opened with GET"},
        {old, 505, "HTTP/1.0 cannot be upgraded; HTTP/1.1 is needed"},
        {without("Host"), 400, "the field Host is missing"},
        {with("Host", ""), 400, "the field Host is empty"},
        {opening({{"host", "other"}}), 400, "the field Host stands 2 times; once is allowed"},
        {opening({{"Content-Length", "5"}}), 400, body},
        {opening({{"Content-Length", "0"}, {"Content-Length", "0"}}), 400, body},
        {opening({{"Content-Length", ""}}), 400, body},
        {opening({{"transfer-encoding", "chunked"}}), 400, body},
        {to("*"), 400, "the target \"*\" is no path"},
        {to(""), 400, "the target \"\" is no path"},
        {to("chat"), 400, "the target \"chat\" is no path"},
        {to("server.example.com:80"), 400, "the target \"server.example.com:80\" is no path"},
        {without("Upgrade"), 426, plain},
        {with("Upgrade", "h2c"), 426, plain},
        {with("Upgrade", "websockets"), 426, plain},
        {with("Upgrade", ""), 426, plain},
        {with("Upgradee", "websocket"), 0, ""}, // Upgrade is still there
        {without("Connection"), 400, removed},
        {with("Connection", "keep-alive"), 400, removed},
        {with("Connection", "Upgraded"), 400, removed},
        {without(version), 400, "the field Sec-WebSocket-Version is missing"},
        {opening({{version, "13"}}), 400,
         "the field Sec-WebSocket-Version stands 2 times; once is allowed"},
        {with(version, "8"), 426, "Sec-WebSocket-Version is \"8\", supported is 13 (RFC 6455)"},
        {with(version, "013"), 426, "Sec-WebSocket-Version is \"013\", supported is 13 (RFC 6455)"},
        {with(version, "13, 8"), 426,
         "Sec-WebSocket-Version is \"13, 8\", supported is 13 (RFC 6455)"},
        {without(key), 400, "the field Sec-WebSocket-Key is missing"},
        {opening({{"sec-websocket-key", example_key}}), 400,
         "the field Sec-WebSocket-Key stands 2 times; once is allowed"},
        {opening({{"origin", "a"}, {"Origin", "b"}}), 400,
         "the field Origin stands more than once"},
        {opening({{protocol, "a, b c"}}), 400,
         "Sec-WebSocket-Protocol offers \"b c\", which is no token (RFC 9110 section 5.6.2)"},
        {opening({{protocol, "b, a"}, {protocol, "c,b"}}), 400,
         "Sec-WebSocket-Protocol offers \"b\" twice; each may stand once (RFC 6455 section 4.1)"},
    };
    for (const row& each : rows) {
        INFO(each.why);
        const auto refused = check_opening(each.request);
        REQUIRE(refused.has_value() == (each.status != 0));
        if (!refused) continue;
        CHECK(refused->status == each.status);
        CHECK(refused->why == each.why);
    }
}

TEST_CASE("a key is 16 bytes in base64") {
    for (const char* good : {example_key, "AAAAAAAAAAAAAAAAAAAAAA==", "+/+/+/+/+/+/+/+/+/+/+A=="})
        CHECK_FALSE(check_opening(with("Sec-WebSocket-Key", good)).has_value());
    for (const std::string bad :
         {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
          "dGhlIHNhbXBsZSBub25jZQA=", "dGhlIHNhbXBsZSBub25j-Q==", "dGhlIHNhbXBsZSBub25j Q==",
          "dGhlIHNhbXBsZSBub25jZ===", "c2hvcnQ=", "\xc3\xa9hlIHNhbXBsZSBub25jZQ=="}) {
        INFO(bad);
        const auto refused = check_opening(with("Sec-WebSocket-Key", bad));
        REQUIRE(refused.has_value());
        CHECK(refused->status == 400);
        CHECK(refused->why.rfind("Sec-WebSocket-Key is \"", 0) == 0);
        CHECK(refused->why.find("\", expected 16 bytes in base64") != std::string::npos);
    }
}

TEST_CASE("405 and 426 carry the fields that their status asks for") {
    CHECK(value(check_opening(by("POST"))->fields, "Allow") == "GET");
    for (const client_request& each : {without("Upgrade"), with("Sec-WebSocket-Version", "12")}) {
        const auto refused = check_opening(each);
        REQUIRE(refused.has_value());
        CHECK(value(refused->fields, "Upgrade") == "websocket");        // RFC 9110 §15.5.22
        CHECK(value(refused->fields, "Sec-WebSocket-Version") == "13"); // RFC 6455 §4.4
    }
    CHECK(check_opening(without("Host"))->fields.empty());
}

TEST_CASE("text of the peer is shown short and without control characters") {
    const auto refused = check_opening(by("A\r\n\x01" + std::string(1000, 'x')));
    REQUIRE(refused.has_value());
    CHECK(refused->why.rfind("method \"A%0D%0A%01x", 0) == 0);
    CHECK(refused->why.size() < 250);
}

TEST_CASE("path_of is the target without query and authority") {
    struct row {
        const char* target;
        const char* path;
    };
    const row rows[] = {
        {"/", "/"},
        {"/chat", "/chat"},
        {"/chat?room=1", "/chat"},
        {"/chat?", "/chat"},
        {"/?a=/b", "/"},
        {"/a//b", "/a//b"},
        {"/go?to=http://other/x", "/go"},
        {"/http://other/x", "/http://other/x"},
        {"http://example.org/chat?room=1", "/chat"},
        {"http://example.org", "/"},
        {"http://example.org?room=1", "/"},
        {"wss://example.org:8443/", "/"},
        {"", ""},
        {"*", ""},
        {"?x", ""},
        {"chat", ""},
        {"example.org:443", ""},
    };
    for (const row& each : rows) {
        INFO(each.target);
        CHECK(path_of(each.target) == each.path);
    }
}
