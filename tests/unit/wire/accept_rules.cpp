// Who may pass: paths, origins, tokens, subprotocols.
#include "wire/accept.hpp"

#include "unit/wire/opening_request.hpp"

using namespace resock;
using namespace resock::wire;

namespace {

// 0 where it may pass.
int status_of(const client_request& request, const accept_rules& rules) {
    const auto refused = check_rules(request, rules);
    return refused ? refused->status : 0;
}

} // namespace

TEST_CASE("without rules everything passes") {
    CHECK(status_of(opening(), {}) == 0);
    CHECK(status_of(opening({{"Origin", "null"}, {"Authorization", "Basic x"}}), {}) == 0);
}

TEST_CASE("paths are exact, or end with /* for all below") {
    accept_rules rules;
    rules.paths = {"/feed", "/room/*", "/a b"};
    struct row {
        const char* target;
        bool served;
    };
    const row rows[] = {{"/feed", true},    {"/feed?x=1", true},   {"http://host/feed", true},
                        {"/room/1", true},  {"/room/1/2?y", true}, {"/room/", true},
                        {"/room", false},   {"/roomy", false},     {"/feed/", false},
                        {"/feeds", false},  {"/Feed", false},      {"/", false},
                        {"/?/feed", false}, {"/x/../feed", false}};
    for (const row& each : rows) {
        INFO(each.target);
        CHECK(status_of(to(each.target), rules) == (each.served ? 0 : 404));
    }
    CHECK(check_rules(to("/secret?token=x"), rules)->why ==
          "path \"/secret\" is not served here"); // the query may hold a secret
    rules.paths = {"/*"};
    CHECK(status_of(to("/"), rules) == 0);
    CHECK(status_of(to("/any/thing"), rules) == 0);
}

TEST_CASE("origins are exact; a client without one is no browser and passes") {
    accept_rules rules;
    rules.origins = {"https://example.org", "https://example.org:8443"};
    struct row {
        const char* origin;
        bool passes;
    };
    const row rows[] = {{"https://example.org", true},
                        {"https://example.org:8443", true},
                        {"http://example.org", false},
                        {"https://example.org:443", false},
                        {"https://example.org.evil", false},
                        {"https://evil/example.org", false},
                        {"HTTPS://example.org", false},
                        {"null", false},
                        {"", false}};
    for (const row& each : rows) {
        INFO(each.origin);
        CHECK(status_of(opening({{"origin", each.origin}}), rules) == (each.passes ? 0 : 403));
    }
    CHECK(status_of(opening(), rules) == 0);
    CHECK(check_rules(opening({{"Origin", "https://evil"}}), rules)->why ==
          "origin \"https://evil\" is not allowed");
}

TEST_CASE("the token is the bearer's, exact, once") {
    accept_rules rules;
    rules.token = "s3cret";
    struct row {
        fields given;
        bool passes;
    };
    const std::string name = "Authorization";
    const std::vector<row> rows = {
        {{{name, "Bearer s3cret"}}, true},
        {{{"authorization", "bearer s3cret"}}, true},
        {{{name, "BEARER   s3cret"}}, true},
        {{}, false},
        {{{name, ""}}, false},
        {{{name, "Bearer"}}, false},
        {{{name, "Bearer "}}, false},
        {{{name, "Bearers3cret"}}, false},
        {{{name, "s3cret"}}, false},
        {{{name, "Basic s3cret"}}, false},
        {{{name, "Bearer S3CRET"}}, false},
        {{{name, "Bearer s3cre"}}, false},
        {{{name, "Bearer s3cret2"}}, false},
        {{{name, "Bearer s3cret"}, {name, "Bearer s3cret"}}, false},
    };
    for (const row& each : rows) {
        INFO((each.given.empty() ? "none" : each.given[0].value));
        CHECK(status_of(opening(each.given), rules) == (each.passes ? 0 : 401));
    }
    const auto refused = check_rules(opening({{name, "Bearer wr0ng"}}), rules);
    CHECK(value(refused->fields, "WWW-Authenticate") == "Bearer");
    CHECK(refused->why.find("s3cret") == std::string::npos);
    CHECK(refused->why.find("wr0ng") == std::string::npos);
}

TEST_CASE("who offers subprotocols needs one in common; who offers none passes without") {
    accept_rules rules;
    rules.subprotocols = {"v2.chat", "v1.chat"};
    const std::string name = "Sec-WebSocket-Protocol";
    struct row {
        fields offered;
        const char* selected;
        int status;
    };
    const std::vector<row> rows = {
        {{{name, "v1.chat"}}, "v1.chat", 0},
        {{{name, "v1.chat, v2.chat"}}, "v2.chat", 0}, // our order decides
        {{{name, "other,v1.chat"}}, "v1.chat", 0},
        {{{name, "other"}, {"sec-websocket-protocol", " v2.chat"}}, "v2.chat", 0},
        {{{name, "V1.CHAT"}}, "", 400},
        {{{name, "other"}}, "", 400},
        {{{name, ""}}, "", 0},
        {{}, "", 0},
    };
    for (const row& each : rows) {
        INFO((each.offered.empty() ? "none" : each.offered[0].value));
        const client_request request = opening(each.offered);
        CHECK(select_subprotocol(request, rules.subprotocols) == each.selected);
        CHECK(status_of(request, rules) == each.status);
    }
    const client_request others = opening({{name, "other"}});
    CHECK(check_rules(others, rules)->why ==
          "no subprotocol in common; supported here: v2.chat and others");
    rules.subprotocols.pop_back();
    CHECK(check_rules(others, rules)->why == "no subprotocol in common; supported here: v2.chat");
    CHECK(select_subprotocol(opening({{name, "v1.chat"}}), {}).empty());
}

TEST_CASE("switching_protocols answers the example of RFC 6455 section 1.3") {
    const auto made = switching_protocols(opening(), "chat", {{"Set-Cookie", "a=b"}});
    CHECK(made.status == 101);
    CHECK(made.reason == "Switching Protocols");
    const fields expected = {{"Upgrade", "websocket"},
                             {"Connection", "Upgrade"},
                             {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
                             {"Sec-WebSocket-Protocol", "chat"},
                             {"Set-Cookie", "a=b"}};
    REQUIRE(made.fields.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(made.fields[i].name == expected[i].name);
        CHECK(made.fields[i].value == expected[i].value);
    }
    CHECK(value(switching_protocols(opening(), "", {}).fields, "Sec-WebSocket-Protocol") ==
          "(missing)");
}

TEST_CASE("our client takes the answer of our server") {
    url to;
    to.host = "server.example.com";
    to.target = "/chat?room=1";
    const auto request = make_upgrade(to, {}, {"chat", "superchat"}, {});
    client_request arrived;
    arrived.method = "GET";
    arrived.target = request.target;
    arrived.fields = request.fields;
    REQUIRE_FALSE(check_opening(arrived).has_value());
    const auto answer =
        switching_protocols(arrived, select_subprotocol(arrived, {"superchat"}), {});
    const auto result = check_upgrade(answer, request, {"chat", "superchat"}, 0);
    CHECK_FALSE(result.failure.has_value());
    CHECK(result.subprotocol == "superchat");
}
