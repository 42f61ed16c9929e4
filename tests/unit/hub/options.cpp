#include "hub/options.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using test::error_of;

TEST_CASE("options answer what was set, else the default") {
    options made(option_scope::link);
    CHECK(made.get("queue.bytes") == "32MiB");
    CHECK(made.get("url").empty());
    CHECK(made.get("verdict.1008").empty());
    made.set("queue.bytes", "1MiB");
    made.set("queue.bytes", "2MiB");
    made.set("verdict.1008", "stop");
    CHECK(made.get("queue.bytes") == "2MiB");
    CHECK(made.get("verdict.1008") == "stop");
    CHECK(made.verdict_names() == std::vector<std::string_view>{"verdict.1008"});
    CHECK(error_of([&] { made.get("queue.byte"); }).says("did you mean 'queue.bytes'?"));
}

TEST_CASE("a refused value leaves the object as it was") {
    options made(option_scope::link);
    made.set("confirm", "app");
    CHECK(error_of([&] { made.set("confirm", "nothing"); }).code == status::option);
    CHECK(made.get("confirm") == "app");
    CHECK(error_of([&] { made.set("delivery", ""); }).code == status::option);
    CHECK(made.values("delivery").empty());
}

TEST_CASE("a second url replaces the first; fields add up") {
    options made(option_scope::link);
    made.set("url", "ws://one.example/");
    made.set("url", "ws://two.example/");
    REQUIRE(made.values("url").size() == 1);
    CHECK(made.values("url")[0] == "ws://two.example/");
    made.set("http.header", "A: 1");
    made.set("http.header", "B: 2");
    CHECK(made.values("http.header").size() == 2);
    CHECK(made.get("http.header") == "A: ***\nB: ***");
    for (int i = 2; i < 64; ++i)
        made.set("http.header", "C: 3");
    const auto thrown = error_of([&] { made.set("http.header", "D: 4"); });
    CHECK(thrown.code == status::option);
    CHECK(thrown.says("64 times"));
    CHECK(made.values("http.header").size() == 64);
}

TEST_CASE("a copy is independent") {
    options first(option_scope::link);
    first.set("message.ttl", "5s");
    options second = first;
    second.set("message.ttl", "7s");
    CHECK(first.get("message.ttl") == "5s");
    CHECK(second.get("message.ttl") == "7s");
}

TEST_CASE("text is not set as bytes") {
    options made(option_scope::link);
    CHECK(error_of([&] { made.set_bytes("url", "x"); }).code == status::not_supported);
    CHECK(error_of([&] { made.set_bytes("session.position", "x"); }).code == status::option);
    CHECK(made.values("url").empty());
}

TEST_CASE("scopes keep apart") {
    options hub(option_scope::hub);
    hub.set("io.threads", "4");
    CHECK(hub.get("io.threads") == "4");
    CHECK(error_of([&] { hub.set("url", "echo:"); }).says("belongs to a link"));
    options link(option_scope::link);
    CHECK(error_of([&] { link.set("log.level", "debug"); }).says("belongs to the hub"));
}

TEST_CASE("the table as JSON") {
    const auto all = boost::json::parse(describe_options_json({})).as_array();
    CHECK(all.size() == option_table().size());
    const auto hub = boost::json::parse(describe_options_json(option_scope::hub)).as_array();
    REQUIRE(hub.size() == 2);
    CHECK(hub[0].at("name") == "io.threads");
    CHECK(hub[0].at("scope").as_array() == boost::json::array{"hub"});
    CHECK(hub[0].at("type") == "count");
    CHECK(hub[0].at("default") == "1");
    CHECK(hub[0].at("range").at("max") == "64");
    CHECK(hub[0].at("allowed").is_null());
    CHECK(hub[1].at("allowed").as_array().size() == 4);
    CHECK(hub[1].at("range").is_null());
    for (const auto& row : all) {
        INFO(row.at("name"));
        CHECK(row.as_object().size() == 12);
        CHECK(row.at("meaning").is_string());
    }
}

TEST_CASE("a description of set options masks secrets") {
    options made(option_scope::link);
    made.set("url", "ws://me:s3cret@example.org/?key=s3cret");
    made.set("http.header", "Authorization: s3cret");
    made.set("verdict.1013", "now");
    const std::string text = made.describe_json();
    CHECK(text.find("s3cret") == std::string::npos);
    const auto rows = boost::json::parse(text).as_array();
    const auto row = [&](const char* name) {
        return *std::find_if(rows.begin(), rows.end(),
                             [&](const auto& each) { return each.at("name") == name; });
    };
    CHECK(row("http.header").at("value") == "Authorization: ***");
    CHECK(row("verdict.*").at("value").at("verdict.1013") == "now");
    CHECK_FALSE(row("confirm").as_object().contains("value"));
    CHECK(row("url").at("default").is_null());
    CHECK(row("tls.ca_file").at("default") == "");
}

TEST_CASE("options on top of others: the last value, or both where it is repeatable") {
    options below(option_scope::listener);
    below.set("queue.bytes", "1MiB");
    below.set("message.ttl", "7s");
    below.set("http.header", "A: 1");
    options over(option_scope::listener);
    over.set("queue.bytes", "2MiB");
    over.set("http.header", "B: 2");
    over.set("heartbeat.interval", "3s");
    const options made = below.overlaid(over);
    CHECK(made.get("queue.bytes") == "2MiB");
    CHECK(made.get("message.ttl") == "7s");
    CHECK(made.get("heartbeat.interval") == "3s");
    const auto fields = made.values("http.header");
    REQUIRE(fields.size() == 2);
    CHECK(fields[0] == "A: 1");
    CHECK(fields[1] == "B: 2");
    CHECK(below.get("queue.bytes") == "1MiB"); // both are as they were
    CHECK(over.names() ==
          std::vector<std::string>{"heartbeat.interval", "http.header", "queue.bytes"});
    CHECK(options(option_scope::listener).names().empty());
}

TEST_CASE("a listener's token is shown to nobody") {
    options made(option_scope::listener);
    made.set("listen.token", "s3cret");
    CHECK(made.get("listen.token").find("s3cret") == std::string::npos);
    CHECK(made.describe_json().find("s3cret") == std::string::npos);
    CHECK(made.values("listen.token")[0] == "s3cret");
}
