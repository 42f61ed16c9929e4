#include "hub/listener_stats.hpp"

#include <boost/json.hpp>

#include "support/catch.hpp"

using namespace resock::hub;
namespace json = boost::json;

TEST_CASE("the numbers of a listener are one line, as resock.h shows it") {
    listener_stats stats;
    for (int i = 0; i < 7; ++i)
        stats.accepted();
    stats.refused({"192.0.2.1:1", 403, "no"});
    stats.refused({"192.0.2.1:2", 0, "gone"});
    stats.refused({"192.0.2.1:3", 0, "gone"});
    const listener_numbers now{{"ws://127.0.0.1:8080"}, "accepting", 3, 2, 0, 512};
    CHECK(stats.json(now) ==
          R"({"state":"accepting","addresses":["ws://127.0.0.1:8080"],"connections":3,"links":2,)"
          R"("requests":0,"memory_bytes":512,"accepted":7,"refused":{"none":2,"403":1},)"
          R"("dropped":0})");
    CHECK(stats.accepted_count() == 7);
    CHECK(stats.refused_count() == 3);
    stats.dropped();
    CHECK(stats.refused_count() == 4);
    CHECK(json::parse(stats.json(now)).at("dropped") == 1);
}

TEST_CASE("without connections the numbers are 0 and the history is empty") {
    const listener_stats stats;
    CHECK(json::parse(stats.json({})).at("refused").as_object().empty());
    CHECK(stats.history_json() == "[]");
}

TEST_CASE("the history tells what was answered, null where nothing was") {
    listener_stats stats;
    stats.refused({"192.0.2.1:4711", 403, "origin"});
    stats.refused({"", 0, "closed before it sent a request"});
    CHECK(stats.history_json() ==
          R"([{"address":"192.0.2.1:4711","status":403,"why":"origin"},)"
          R"({"address":"","status":null,"why":"closed before it sent a request"}])");
}

TEST_CASE("the history keeps the last 64, the counts keep all") {
    listener_stats stats;
    for (int i = 0; i < 100; ++i)
        stats.refused({"a:" + std::to_string(i), 400, "why"});
    const json::array kept = json::parse(stats.history_json()).as_array();
    REQUIRE(kept.size() == listener_stats::max_history);
    CHECK(kept.front().at("address") == "a:36");
    CHECK(kept.back().at("address") == "a:99");
    CHECK(stats.refused_count() == 100);
}

TEST_CASE("what a stranger sent is cut and made valid UTF-8") {
    listener_stats stats;
    stats.refused({"a:1", 400, "bad \xff byte " + std::string(5000, 'x')});
    const json::value kept = json::parse(stats.history_json());
    const auto& why = kept.at(0).at("why").as_string();
    CHECK(why.find("bad \xef\xbf\xbd byte") == 0);
    CHECK(why.size() < 1100);
}
