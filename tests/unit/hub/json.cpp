#include "hub/json.hpp"

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::hub;
namespace json = boost::json;
namespace out = resock::link::out;

namespace {
block_source blocks;

policy::disconnect_record example() {
    policy::disconnect_record made;
    made.layer = policy::layer::websocket;
    made.culprit = policy::culprit::peer;
    made.close_code = 1001;
    made.close_reason = "say \"bye\"\n\xff";
    made.up = std::chrono::milliseconds(1234);
    made.rtt = std::chrono::microseconds(850);
    made.verdict = policy::verdict::now;
    made.delay = std::chrono::milliseconds(211);
    made.attempt = 1;
    made.connection = 2;
    made.why = "the server is shutting down";
    return made;
}

json::object parsed(event_ptr from) {
    const std::string text = event_json(*from);
    CHECK(text.find('\n') == std::string::npos);
    return json::parse(text).as_object();
}

} // namespace

TEST_CASE("a record as JSON") {
    const json::value made = json::parse(record_json(example()));
    const json::value expected = {
        {"layer", "websocket"},
        {"caused_by", "peer"},
        {"cause", nullptr},
        {"close_code", 1001},
        {"close_reason", "say \"bye\"\n\xef\xbf\xbd"},
        {"closed_by_us", false},
        {"http_status", nullptr},
        {"errno", nullptr},
        {"detail", ""},
        {"host", ""},
        {"up_ms", 1234},
        {"rtt_us", 850},
        {"silent_ms", nullptr},
        {"verdict", "now"},
        {"delay_ms", 211},
        {"attempt", 1},
        {"connection", 2},
        {"limits_reached", false},
        {"message_id", nullptr},
        {"why", "the server is shutting down"},
    };
    CHECK(made == expected);
}

TEST_CASE("a record of a failed attempt that is not retried") {
    policy::disconnect_record from;
    from.cause = policy::cause::tls_expired;
    from.http_status = 403;
    from.sys_errno = 111;
    from.message_id = 7;
    const json::value made = json::parse(record_json(from));
    CHECK(made.at("cause") == "tls-expired");
    CHECK(made.at("close_code").is_null());
    CHECK(made.at("http_status") == 403);
    CHECK(made.at("errno") == 111);
    CHECK(made.at("delay_ms").is_null());
    CHECK(made.at("up_ms") == 0);
    CHECK(made.at("message_id") == 7);
}

TEST_CASE("a history is an array in the order given") {
    CHECK(history_json({}) == "[]");
    std::vector<policy::disconnect_record> records(2, example());
    records[1].connection = 3;
    const json::array made = json::parse(history_json(records)).as_array();
    REQUIRE(made.size() == 2);
    CHECK(made[0].at("connection") == 2);
    CHECK(made[1].at("connection") == 3);
}

TEST_CASE("events as lines of JSON") {
    const event_origin origin{1, 5};
    out::down down;
    down.record = example();
    down.was_open = true;
    json::object made = parsed(make_event(origin, std::move(down)));
    CHECK(made.at("event") == "DOWN");
    CHECK(made.at("link") == 1);
    CHECK(made.at("user") == 5);
    CHECK(made.at("was_open") == true);
    CHECK(made.at("record").at("close_code") == 1001);

    made = parsed(make_event(origin, out::finish{example()}));
    CHECK(made.at("event") == "CLOSED");
    CHECK_FALSE(made.contains("was_open"));

    out::opened opened;
    opened.address = "a:1";
    opened.downtime = std::chrono::seconds(2);
    made = parsed(make_event(origin, std::move(opened)));
    CHECK(made.at("address") == "a:1");
    CHECK(made.at("downtime_ms") == 2000);

    CHECK(event_json(*make_event(origin, out::confirmed{link::level::written, 9, 0, 0})) ==
          R"({"event":"CONFIRMED","link":1,"user":5,"level":"written","through":9})");
    CHECK(event_json(
              *make_event(origin, out::failed{2, 4, link::fail_reason::in_doubt, 3, 9, false})) ==
          R"({"event":"FAILED","link":1,"user":5,"first":2,"last":4,"reason":"in_doubt"})");
    CHECK(event_json(*make_event(origin, out::ask{6, 1, 401, 0})) ==
          R"({"event":"CREDENTIALS","link":1,"user":5,"request_id":6,"attempt":1,)"
          R"("http_status":401,"close_code":null})");
    CHECK(event_json(*make_event(origin, out::log{link::log_level::error, "x"})) ==
          R"({"event":"LOG","link":1,"user":5,"level":"error","text":"x","dropped":0})");
    CHECK(event_json(*make_writable(origin)) == R"({"event":"WRITABLE","link":1,"user":5})");
}

TEST_CASE("messages as text or base64") {
    const auto line = [](std::string_view bytes, bool text) {
        return event_json(*make_event({1, 0}, out::deliver{bytes, {}, text}, blocks));
    };
    CHECK(line("a\"b", true) == R"({"event":"MESSAGE","link":1,"user":0,"bytes":3,"text":"a\"b"})");
    // RFC 4648 §10
    for (const auto& [bytes, encoded] :
         {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="),
          std::pair("foo", "Zm9v"), std::pair("foobar", "Zm9vYmFy")}) {
        CHECK(json::parse(line(bytes, false)).at("base64") == encoded);
    }
    // Longer than one part of the encoder: every three bytes still make four characters.
    const std::string large((3u << 20) + 3, '\0');
    const json::value made = json::parse(line(large, false));
    CHECK(made.at("base64").as_string() == std::string((4u << 20) + 4, 'A'));
}

TEST_CASE("a REQUEST as JSON tells no credentials") {
    request_info info;
    info.listener_id = 4;
    info.request_id = 6;
    info.request.method = "GET";
    info.request.target = "/chat?token=s3cret";
    info.request.fields = {{"Host", "example.org"},
                           {"Authorization", "Bearer s3cret"},
                           {"COOKIE", "id=s3cret"},
                           {"proxy-authorization", "Basic s3cret"}};
    info.address = "192.0.2.1:4711";
    const std::string line = event_json(*make_request({0, 5}, std::move(info)));
    CHECK(line.find("s3cret") == std::string::npos);
    const json::object made = json::parse(line).as_object();
    CHECK(made.at("event") == "REQUEST");
    CHECK(made.at("listener") == 4);
    CHECK(made.at("request_id") == 6);
    CHECK(made.at("method") == "GET");
    CHECK(made.at("target").as_string().starts_with("/chat?"));
    const json::array& fields = made.at("fields").as_array();
    REQUIRE(fields.size() == 4);
    CHECK(fields[0] == json::array{"Host", "example.org"});
    CHECK(fields[1] == json::array{"Authorization", "***"});
    CHECK(made.at("address") == "192.0.2.1:4711");
    CHECK(made.at("tls") == "");
}

TEST_CASE("ACCEPTED and a listener's CLOSED as JSON") {
    accepted_info info;
    info.listener_id = 4;
    CHECK(event_json(*make_accepted({2, 5}, std::move(info))) ==
          R"({"event":"ACCEPTED","link":2,"user":5,"listener":4,"request_id":null})");
    const json::object made = parsed(make_listener_closed({0, 5}, 4, "ended"));
    CHECK(made.at("event") == "CLOSED");
    CHECK(made.at("link") == 0);
    CHECK(made.at("listener") == 4);
    CHECK(made.at("record").at("why") == "ended");
}

TEST_CASE("events of a session as JSON; a token is never shown") {
    const event_origin origin{1, 5};
    block_source blocks;
    const auto tracker = done_tracker::make({}, {});
    out::deliver message{"hi", {}, true};
    message.seq = 3;
    message.redelivered = true;
    CHECK(
        event_json(*make_event(origin, std::move(message), blocks, *tracker)) ==
        R"({"event":"MESSAGE","link":1,"user":5,"number":3,"redelivered":true,"expired":false,"bytes":2,"text":"hi"})");
    tracker->publish();

    out::lost lost;
    lost.why = "why";
    lost.begun_anew = true;
    const char* const names[] = {"reject_0",          "unknown_session", "forbidden",
                                 "stale_epoch",       "state_mismatch",  "ended",
                                 "expired",           "unsupported",     "overloaded",
                                 "former_owner_busy", "reject_10",       "authentication_needed"};
    for (std::uint64_t reason = 0; reason < std::size(names); ++reason) {
        out::lost each = lost;
        each.reason = static_cast<session::reject_reason>(reason);
        CHECK(parsed(make_event(origin, std::move(each))).at("reason") == names[reason]);
    }
    const json::object made = parsed(make_event(origin, std::move(lost)));
    CHECK(made.at("text") == "why");
    CHECK(made.at("begun_anew") == true);
    CHECK(made.at("skipped") == 0);

    out::opened opened;
    CHECK(parsed(make_event(origin, std::move(opened))).at("resumed") == false);

    request_info info;
    CHECK(parsed(make_request(origin, info)).at("token").is_null());
    info.token = "secret";
    CHECK(parsed(make_request(origin, info)).at("token") == "***");
}
