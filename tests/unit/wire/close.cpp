#include "wire/close.hpp"

#include <set>
#include <string>

#include "support/catch.hpp"
#include "wire/utf8.hpp"

using namespace resock::wire;

TEST_CASE("the codes that may be received and sent are those of RFC 6455 §7.4") {
    for (int code = 0; code <= 0xFFFF; ++code) {
        const bool received =
            (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
            (code >= 3000 && code <= 4999);
        const bool sent = code == 1000 || code == 1001 || (code >= 3000 && code <= 4999);
        CAPTURE(code);
        REQUIRE(may_be_received(static_cast<std::uint16_t>(code)) == received);
        REQUIRE(may_be_sent_by_application(static_cast<std::uint16_t>(code)) == sent);
    }
}

TEST_CASE("a Close payload is the code and the reason") {
    using namespace std::string_literals;
    CHECK(close_payload(1000, "") == "\x03\xE8"s);
    CHECK(close_payload(1001, "bye") == "\x03\xE9"s + "bye");
    CHECK(close_payload(4999, "bye") == "\x13\x87"s + "bye");
    CHECK(close_payload(1005, "never sent").empty());
    CHECK(close_payload(1000, "a\xFF") == "\x03\xE8"s + "a\xEF\xBF\xBD");
}

TEST_CASE("a reason is cut at a code point to what a control frame holds") {
    CHECK(close_payload(1000, std::string(123, 'x')).size() == 125);
    CHECK(close_payload(1000, std::string(124, 'x')).size() == 125);
    std::string wide;
    for (int i = 0; i < 100; ++i)
        wide += "\xC3\xA4";
    const std::string payload = close_payload(1000, wide);
    CHECK(payload.size() == 124);
    CHECK(is_utf8(std::string_view(payload).substr(2)));
}

TEST_CASE("each registered code has a name of its own") {
    std::set<std::string> names;
    int named = 0;
    for (int code = 0; code <= 0xFFFF; ++code) {
        const std::string name = close_code_name(static_cast<std::uint16_t>(code));
        if (name.empty()) continue;
        ++named;
        names.insert(name);
    }
    CHECK(named == 18);
    CHECK(names.size() == 18);
    CHECK(close_code_name(1001) == std::string("going away"));
    CHECK(close_code_name(3003) == std::string("forbidden"));
    CHECK(close_code_name(1004) == std::string());
    CHECK(close_code_name(4000) == std::string());
}
