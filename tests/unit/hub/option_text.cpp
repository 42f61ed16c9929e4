#include "hub/option_text.hpp"

#include "hub/option_value.hpp"
#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using test::error_of;

namespace {

test::thrown check(std::string_view name, std::string_view value) {
    return error_of(
        [&] { check_text_value(require_option(name, option_scope::listener), name, value); });
}

} // namespace

TEST_CASE("texts of a listener's options, allowed and not") {
    struct {
        const char* name;
        std::string value;
        bool allowed;
    } const rows[] = {
        {"listen.url", "ws://127.0.0.1:0", true},
        {"listen.url", "wss://[::1]", true},
        {"listen.url", "unix:/run/feed.sock", true},
        {"listen.url", "ws://example.org:80", false},
        {"listen.url", "ws://127.0.0.1/feed", false},
        {"listen.url", "http://127.0.0.1", false},
        {"listen.url", "127.0.0.1:80", false},
        {"listen.url", "", false},
        {"listen.origins", "", true},
        {"listen.origins", "https://a.example http://b.example:8080, null", true},
        {"listen.origins", "https://a.example/", false},
        {"listen.origins", "https://A.example", false},
        {"listen.origins", "a.example", false},
        {"listen.origins", "https://", false},
        {"listen.origins", "https://*.example", false},
        {"listen.origins", "https://me@a.example", false},
        {"listen.paths", "", true},
        {"listen.paths", "/ /feed, /rooms/*", true},
        {"listen.paths", "feed", false},
        {"listen.paths", "/feed*", false},
        {"listen.paths", "/*/feed", false},
        {"listen.paths", "/feed?a=b", false},
        {"listen.health_path", "", true},
        {"listen.health_path", "/up", true},
        {"listen.health_path", "up", false},
        {"listen.health_path", "/up /down", false},
        {"listen.health_path", "/up?now", false},
        {"listen.token", "any text", true},
        {"listen.token", "\xff", false},
        {"listen.token", std::string(4096, 'x'), true},
        {"listen.token", std::string(4097, 'x'), false},
        {"tls.cert_file", "own.pem", true},
        {"tls.cert_file", std::string("a\0b", 3), false},
        {"http.header", "Server: own", true},
        {"http.header", "Sec-WebSocket-Accept: x", false},
        {"http.subprotocols", "a b", true},
        {"http.subprotocols", "a a", false},
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

TEST_CASE("what is refused is named, with what to write instead") {
    CHECK(check("listen.origins", "https://A.example").text ==
          "option 'listen.origins': \"https://A.example\" is no origin as browsers send it; write "
          "https://host or http://host:port in lower case, without a path");
    CHECK(check("listen.paths", "feed").says("\"feed\" is no path; write /feed"));
    CHECK(check("listen.url", "ws://example.org:80").says("\"example.org\" is a name"));
    CHECK(check("listen.token", std::string(4097, 's')).text ==
          "option 'listen.token': the value is 4097 bytes long; at most 4096 are allowed");
}

TEST_CASE("a refused text is shown printable and cut") {
    CHECK(quoted_value("a\nb") == "\"a%0Ab\"");
    CHECK(quoted_value(std::string(1000, 'x')).size() < 2 * max_option_shown);
    const auto thrown = error_of([] { refuse_option("a\nb", "because"); });
    CHECK(thrown.code == status::option);
    CHECK(thrown.text == "option 'a%0Ab': because");
}

TEST_CASE("blanks at the ends go, those inside stay") {
    CHECK(trimmed("\t a b \t") == "a b");
    CHECK(trimmed(" \t ").empty());
    CHECK(trimmed("").empty());
    CHECK(trimmed("a") == "a");
}
