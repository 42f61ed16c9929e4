#include "policy/explanation.hpp"

#include <set>

#include "policy/verdict.hpp"
#include "support/catch.hpp"

using namespace resock::policy;

namespace {

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

bool says(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

// What is told is what happens: the same facts as judge(), and the option named changes it.
void check_as_judged(const explanation& told, const failure& f) {
    CAPTURE(told.name);
    const judgement judged = judge(f, {}, {});
    CHECK(told.meaning == judged.meaning);
    CHECK(told.layer == judged.layer);
    CHECK(told.culprit == judged.culprit);
    if (judged.verdict != verdict::stop) CHECK(told.verdict == judged.verdict);
    if (!judged.remedy.empty()) CHECK(told.remedy == judged.remedy);
    CHECK_FALSE(told.remedy.empty());
    CHECK_FALSE(told.does.empty());
    REQUIRE(told.option.rfind("verdict.", 0) == 0);
    const std::string key = told.option.substr(8);
    REQUIRE(is_verdict_key(key));
    for (const verdict wanted : {verdict::spread, verdict::slow})
        CHECK(judge(f, {{{key, wanted}}, false}, {}).verdict == wanted);
}

} // namespace

TEST_CASE("every close code is explained as it is judged") {
    for (int code = 1000; code <= 4999; ++code) {
        for (const explanation& each : explain_close_code(code)) {
            if (each.subject != subject::close_code || each.cause != cause::none) continue;
            CHECK(each.number == code);
            check_as_judged(each, closed(code));
        }
    }
}

TEST_CASE("every HTTP status is explained as it is judged") {
    for (int status = 100; status <= 599; ++status) {
        if (status != 101) check_as_judged(explain_http_status(status), answered(status));
    }
    CHECK(says(explain_http_status(503).does, "Retry-After"));
    CHECK(says(explain_http_status(429).does, "Retry-After"));
    CHECK_FALSE(says(explain_http_status(502).does, "Retry-After"));
}

TEST_CASE("every cause is explained as it is judged") {
    for (int i = 1; i < static_cast<int>(cause::local); ++i) {
        const auto value = static_cast<cause>(i);
        const explanation told = explain_cause(value);
        CHECK(told.cause == value);
        check_as_judged(told, failed(value));
    }
    CHECK(explain_cause(cause::local).option.empty());
    CHECK(says(explain_cause(cause::tcp_reset).does, "breaks an open connection"));
    CHECK_FALSE(says(explain_cause(cause::tcp_refused).does, "breaks an open connection"));
}

TEST_CASE("a code that resock closes with itself has a second meaning") {
    for (const int code : {1002, 1007, 1009}) {
        const auto told = explain_close_code(code);
        REQUIRE(told.size() == 2);
        failure ours = closed(code);
        ours.cause = cause::protocol;
        ours.closed_by_us = true;
        check_as_judged(told[1], ours);
        CHECK(told[1].meaning != told[0].meaning);
        CHECK(says(told[1].note, "resock itself"));
    }
    CHECK(explain_close_code(1011).size() == 1);
}

TEST_CASE("a code of resock.v1 is told before what it is to a plain link") {
    const auto told = explain_close_code(4409);
    REQUIRE(told.size() == 2);
    CHECK(told[0].subject == subject::session_close_code);
    CHECK(told[0].verdict == verdict::stop);
    CHECK_FALSE(told[0].note.empty());
    CHECK(told[1].subject == subject::close_code);
    CHECK(told[1].option == "verdict.4409");
    CHECK(explain_close_code(4410).size() == 1);
}

TEST_CASE("the rules of a row are told") {
    CHECK(says(explain_http_status(404).does, "verdict.strict"));
    CHECK_FALSE(says(explain_http_status(500).does, "verdict.strict"));
    CHECK(says(explain_close_code(1002)[0].does, "3 times in a row"));
    CHECK(says(explain_close_code(1009)[0].does, "one at a time"));
    CHECK(says(explain_close_code(1008)[0].does, "credentials.when"));
}

TEST_CASE("the tables as a list: each name once in its kind, nothing left out") {
    std::set<std::pair<subject, std::string>> names;
    for (const explanation& each : explain_tables()) {
        INFO(each.name);
        CHECK(names.emplace(each.subject, each.name).second);
        CHECK_FALSE(each.meaning.empty());
        CHECK_FALSE(each.does.empty());
        CHECK_FALSE(each.remedy.empty());
        if (each.number != 0) CHECK(says(each.name, std::to_string(each.number).c_str()));
    }
    CHECK(names.count({subject::close_code, "1006"}) == 1);
    CHECK(names.count({subject::close_code, "3001-3999"}) == 1);
    CHECK(names.count({subject::http_status, "405"}) == 1);
    CHECK(names.count({subject::cause, "local"}) == 1);
    CHECK(names.count({subject::session_close_code, "4503"}) == 1);
    CHECK(names.count({subject::session_reject, "reject-11"}) == 1);
}
