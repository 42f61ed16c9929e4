#include "hub/explain.hpp"

#include <boost/json.hpp>
#include <cerrno>

#include "hub/option_table.hpp"
#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using resock::test::error_of;

namespace {

// "kind name" of each meaning.
std::vector<std::string> meanings(std::string_view what) {
    std::vector<std::string> made;
    for (const policy::explanation& each : explain(what))
        made.push_back(std::string(policy::to_string(each.subject)) + " " + each.name);
    return made;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a number is looked up in every table") {
    CHECK(meanings("1006") == names{"close-code 1006"});
    CHECK(meanings("503") == names{"http-status 503"});
    CHECK(meanings("4409") == names{"session-close-code 4409", "close-code 4409"});
    CHECK(meanings("599") == names{"http-status 599"}); // in a range
    CHECK(meanings("2000") == names{"close-code 2000"});
    CHECK(meanings(std::to_string(ECONNREFUSED)) == names{"socket-error ECONNREFUSED"});
    CHECK(meanings("10") == names{"tls-error verify-10"});
}

TEST_CASE("a number of an errno that could be an HTTP status is told to be an errno") {
    const auto found = explain(std::to_string(ETIMEDOUT));
    REQUIRE(found.size() == 1);
    CHECK(found[0].name == "ETIMEDOUT");
    CHECK(found[0].cause == policy::cause::tcp_timeout);
    CHECK(found[0].option == "verdict.tcp-timeout");
    CHECK(found[0].note.find("no HTTP status") != std::string::npos);
}

TEST_CASE("the kind may stand in front") {
    for (const char* what : {"HTTP 404", "http status 404", "status=404", "verdict.404", " 404 "})
        CHECK(meanings(what) == names{"http-status 404"});
    for (const char* what : {"close code 1006", "close 1006", "code: 1006", "verdict.1006"})
        CHECK(meanings(what) == names{"close-code 1006"});
    CHECK(meanings("errno " + std::to_string(EPIPE)) == names{"socket-error EPIPE"});
    CHECK(meanings("reject-3") == names{"session-reject reject-3"});
    CHECK(meanings("REJECT reason 3") == names{"session-reject reject-3"});
    CHECK(meanings("verify code 10") == names{"tls-error verify-10"});
    CHECK(meanings("HTTP 110") == names{"http-status 110"}); // asked for as one
}

TEST_CASE("names and words in any case, and texts that hold them") {
    CHECK(meanings("ECONNREFUSED") == names{"socket-error ECONNREFUSED"});
    CHECK(meanings("econnrefused") == names{"socket-error ECONNREFUSED"});
    CHECK(meanings("TLS-Expired") == names{"cause tls-expired"});
    CHECK(meanings("verdict.tls-expired") == names{"cause tls-expired"});
    CHECK(meanings("Connection refused") == names{"socket-error ECONNREFUSED"});
    CHECK(meanings("certificate   has\nexpired") == names{"tls-error verify-10"});
    CHECK(meanings("service unavailable") == names{"http-status 503"});
    CHECK(meanings("dial tcp 127.0.0.1:80: connect: connection refused") ==
          names{"socket-error ECONNREFUSED"});
    CHECK(meanings("curl: (60) SSL: certificate has expired (verify)") ==
          names{"tls-error verify-10"});
    CHECK(meanings("wrong version number") == names{"tls-error wrong version number"});
    CHECK(meanings("the peer said 'reject-11'!") == names{"session-reject reject-11"});
    // Part of several: all of them.
    CHECK(meanings("tls-").size() > 5);
}

TEST_CASE("sentences of records that do not name their cause") {
    CHECK(meanings("peer silent for 21 s (no answer to the heartbeat); reconnecting in 0.1 s") ==
          names{"cause silence"});
    CHECK(meanings("peer reads slowly: it takes bytes but has not answered for 15 s; given up "
                   "after heartbeat.stall") == names{"cause silence"});
    CHECK(meanings("down: closed by this side with code 1000; not retried") ==
          names{"cause local"});
    CHECK(meanings("CREDENTIALS was not answered within credentials.timeout; asking again") ==
          names{"cause local"});
}

TEST_CASE("what is unknown is told with the nearest name") {
    const auto mistyped = error_of([] { explain("1O06"); });
    CHECK(mistyped.code == status::invalid);
    CHECK(mistyped.says("'1O06'"));
    CHECK(mistyped.says("did you mean '1006'"));
    CHECK(error_of([] { explain("tls-expird"); }).says("'tls-expired'"));
    for (const char* what : {"", "  ", "0", "-1", "600", "5000", "99999999999", "zzzzzzzzzz",
                             "verdict.", "\xff\xfe", "reject-1-2", "reject-10"}) {
        CAPTURE(what);
        CHECK(error_of([&] { explain(what); }).code == status::invalid);
    }
    CHECK(error_of([] { explain(std::string(100'000, 'x')); }).says("too long"));
    CHECK(error_of([] { explain(std::string(60'000, 'x')); }).text.size() < 1000);
}

TEST_CASE("everything that is listed is found by its name") {
    const auto all = explain_all();
    CHECK(all.size() > 150);
    for (const policy::explanation& each : all) {
        INFO(each.name);
        const auto found = explain(each.name);
        const bool is_there = std::any_of(found.begin(), found.end(), [&](const auto& one) {
            return one.subject == each.subject && one.name == each.name;
        });
        CHECK(is_there);
        CHECK_FALSE(each.remedy.empty());
    }
}

TEST_CASE("an option that is advised and not there yet is told to come later") {
    for (const policy::explanation& each : explain_all()) {
        for (const char* option : {"tls.cert_file", "tls.pins", "proxy.url", "tls.ca_file"}) {
            INFO(each.name);
            const bool is_advised = each.remedy.find(option) != std::string::npos;
            if (!is_advised) continue;
            const option_row* row = find_option(option);
            const bool is_there = row && in_scope(*row, option_scope::link);
            if (!each.note.empty())
                CHECK((each.note.find(option) == std::string::npos) == is_there);
            if (!is_there) CHECK_FALSE(each.note.empty());
        }
    }
    CHECK(explain("tls-expired")[0].note.empty());
    // A listener has them.
    CHECK(explain("tls-client-cert")[0].note ==
          "a later release brings tls.cert_file, tls.key_file for links");
}

TEST_CASE("explanations as JSON") {
    const auto made = boost::json::parse(explanations_json(explain("503"))).as_array();
    REQUIRE(made.size() == 1);
    CHECK(made[0].at("kind") == "http-status");
    CHECK(made[0].at("number") == 503);
    CHECK(made[0].at("words") == "Service Unavailable");
    CHECK(made[0].at("caused_by") == "peer");
    CHECK(made[0].at("cause").is_null());
    CHECK(made[0].at("verdict") == "backoff");
    CHECK(made[0].at("option") == "verdict.503");
    CHECK(boost::json::parse(explanations_json({})).as_array().empty());
}
