#include "hub/option_table.hpp"

#include <set>
#include <string>

#include "hub/option_value.hpp"
#include "session/record.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::hub;

TEST_CASE("every default is a value of its option, within its bounds") {
    for (const option_row& row : option_table()) {
        INFO(row.name);
        if (row.type == option_type::url || row.type == option_type::address ||
            row.type == option_type::header || row.type == option_type::bytes)
            continue;
        if (row.name == "verdict.*") continue;
        CHECK_NOTHROW(check_value(row, row.name, row.default_value));
    }
}

TEST_CASE("bounds are values themselves, and the lower one is the smaller") {
    for (const option_row& row : option_table()) {
        INFO(row.name);
        switch (row.type) {
        case option_type::duration:
            CHECK(read_duration(row.min) < read_duration(row.max));
            break;
        case option_type::size:
            CHECK(read_size(row.min) < read_size(row.max));
            break;
        case option_type::count:
            CHECK(read_count(row.min) < read_count(row.max));
            break;
        case option_type::number:
            CHECK(read_number(row.min) < read_number(row.max));
            break;
        case option_type::boolean:
            CHECK(row.max.empty());
            break;
        case option_type::word:
            CHECK(split_words(row.words).size() >= 2);
            break;
        case option_type::bytes:
            CHECK(row.max == std::to_string(session::position_size));
            break;
        default:
            CHECK(read_size(row.max) >= 1024);
        }
    }
}

TEST_CASE(
    "each row says what it means in a sentence, under a name of its own; no link's is the hub's") {
    std::set<std::string_view> names;
    for (const option_row& row : option_table()) {
        INFO(row.name);
        CHECK(names.insert(row.name).second);
        CHECK(row.meaning.size() > 20);
        CHECK(row.meaning.back() == '.');
        const bool of_link = in_scope(row, option_scope::link);
        const bool of_listener = in_scope(row, option_scope::listener);
        CHECK(in_scope(row, option_scope::hub) != (of_link || of_listener));
        if (row.name.starts_with("listen.")) {
            CHECK(of_listener);
            CHECK_FALSE(of_link);
        }
    }
    CHECK(names.size() == 78);
}

TEST_CASE("rows are found by name, verdicts by their pattern") {
    REQUIRE(find_option("queue.bytes"));
    CHECK(find_option("queue.bytes")->default_value == "32MiB");
    REQUIRE(find_option("verdict.1008"));
    CHECK(find_option("verdict.1008")->name == "verdict.*");
    REQUIRE(find_option("verdict.strict"));
    CHECK(find_option("verdict.strict")->type == option_type::boolean);
    CHECK_FALSE(find_option("queue"));
    CHECK_FALSE(find_option(""));
    CHECK(verdict_key("verdict.dns-unknown") == std::string_view("dns-unknown"));
    CHECK_FALSE(verdict_key("verdict.strict"));
    CHECK_FALSE(verdict_key("verdicts"));
}

TEST_CASE("what the specification fixes stands in the table") {
    const std::pair<const char*, const char*> defaults[] = {
        {"delivery", "at-least-once"},
        {"confirm", "pong"},
        {"confirm.interval", "20ms"},
        {"confirm.min_interval", "0"},
        {"confirm.timeout", "30s"},
        {"heartbeat.mode", "ping"},
        {"heartbeat.interval", "10s"},
        {"heartbeat.timeout", "10s"},
        {"heartbeat.stall", "5min"},
        {"heartbeat.text", "heartbeat"},
        {"heartbeat.answer", "heartbeat_response"},
        {"reconnect.min", "500ms"},
        {"reconnect.max", "30s"},
        {"reconnect.factor", "2"},
        {"reconnect.jitter", "1"},
        {"reconnect.attempts", "unlimited"},
        {"reconnect.total", "unlimited"},
        {"reconnect.reset_after", "10s"},
        {"reconnect.hold", "0"},
        {"queue.bytes", "32MiB"},
        {"queue.messages", "10000"},
        {"queue.full", "error"},
        {"send.timeout", "30s"},
        {"message.max", "16MiB"},
        {"message.ttl", "unlimited"},
        {"events.bytes", "8MiB"},
        {"events.messages", "10000"},
        {"greeting.hold", "false"},
        {"greeting.timeout", "10s"},
        {"connect.timeout", "10s"},
        {"open.timeout", "20s"},
        {"close.timeout", "30s"},
        {"close.handshake", "5s"},
        {"credentials.when", "never"},
        {"credentials.timeout", "10s"},
        {"tls.verify", "true"},
        {"tls.min_version", "1.2"},
        {"io.threads", "1"},
        {"log.level", "warning"},
        {"verdict.strict", "false"},
        {"listen.connections", "10000"},
        {"listen.per_address", "1000"},
        {"listen.header_bytes", "16KiB"},
        {"listen.header_count", "100"},
        {"listen.open_timeout", "20s"},
        {"listen.request_timeout", "10s"},
        {"listen.memory", "1GiB"},
        {"listen.session_count", "10000"},
        {"listen.session_bytes", "16MiB"},
        {"listen.session_ttl", "120s"},
        {"listen.session_tombstone", "120s"},
        {"outbox.sync", "full"},
        {"session.ttl", "120s"},
        {"session.window", "1MiB"},
        {"session.max_frame", "16KiB"},
        {"session.done", "auto"},
        {"session.on_lost", "close"},
    };
    for (const auto& [name, value] : defaults) {
        INFO(name);
        REQUIRE(find_option(name));
        CHECK(find_option(name)->default_value == value);
    }
    for (const option_row& row : option_table()) {
        const bool unlimited = row.name == "reconnect.attempts" || row.name == "reconnect.total" ||
                               row.name == "message.ttl";
        INFO(row.name);
        CHECK(row.has(flag::unlimited) == unlimited);
        CHECK(row.has(flag::secret) == (row.name == "url" || row.name == "http.header" ||
                                        row.name == "listen.token" || row.name == "session.token"));
        CHECK(row.has(flag::repeatable) == (row.name == "http.header" || row.name == "listen.url"));
    }
}

TEST_CASE("each row stands under a heading, and a heading comes once") {
    std::set<std::string_view> closed;
    std::string_view now;
    for (const option_row& row : option_table()) {
        INFO(row.name);
        const std::string_view title = section_of(row);
        CHECK_FALSE(title.empty());
        if (title == now) continue;
        CHECK(closed.insert(title).second);
        now = title;
    }
    CHECK(section_of(*find_option("confirm.timeout")) == "Delivery");
    CHECK(section_of(*find_option("log.level")) == "The hub");
}
