#include "policy/failure.hpp"

#include "support/catch.hpp"

using namespace resock::policy;

TEST_CASE("verdicts have the names of failures.md and parse back") {
    const auto names = verdict_names();
    CHECK(names == std::vector<std::string_view>{"now", "backoff", "slow", "spread", "follow",
                                                 "auth", "stop"});
    for (const std::string_view name : names) {
        const auto parsed = parse_verdict(name);
        REQUIRE(parsed);
        CHECK(to_string(*parsed) == name);
    }
    for (const char* wrong : {"", "Stop", "retry", "stop ", "none"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_verdict(wrong));
    }
}

TEST_CASE("causes have the tokens of failures.md") {
    CHECK(verdict_causes() ==
          std::vector<std::string_view>{
              "dns-temporary",     "dns-unknown",   "tcp-refused", "tcp-reset",
              "tcp-unreachable",   "tcp-timeout",   "proxy",       "tls-expired",
              "tls-not-yet-valid", "tls-host",      "tls-issuer",  "tls-pin",
              "tls-client-cert",   "tls-version",   "tls-cut",     "tls-timeout",
              "open-timeout",      "not-websocket", "subprotocol", "redirect",
              "protocol",          "silence"});
    CHECK(std::string_view(to_string(cause::none)).empty());
    CHECK(std::string_view(to_string(cause::dns_unknown)) == "dns-unknown");
    CHECK(std::string_view(to_string(cause::silence)) == "silence");
    CHECK(std::string_view(to_string(cause::local)) == "local");
}

TEST_CASE("layers and culprits have the names of failures.md") {
    CHECK(std::string_view(to_string(layer::dns)) == "dns");
    CHECK(std::string_view(to_string(layer::websocket)) == "websocket");
    CHECK(std::string_view(to_string(layer::local)) == "local");
    CHECK(std::string_view(to_string(culprit::us)) == "us");
    CHECK(std::string_view(to_string(culprit::proxy)) == "proxy");
}
