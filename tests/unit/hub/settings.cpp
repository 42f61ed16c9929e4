#include "hub/settings.hpp"

#include <functional>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using namespace std::chrono_literals;
using test::error_of;

namespace {

options with(std::initializer_list<std::pair<const char*, const char*>> values) {
    options made(option_scope::link);
    made.set("url", "ws://example.org/");
    for (const auto& [name, value] : values)
        made.set(name, value);
    return made;
}

link_settings settings_with(std::initializer_list<std::pair<const char*, const char*>> values) {
    return make_link_settings(with(values));
}

// What a value other than the default must change. `with` holds what it needs beside.
struct change {
    const char* name;
    const char* value;
    std::function<bool(const link_settings&)> arrived;
    std::initializer_list<std::pair<const char*, const char*>> beside = {};
};

const change changes[] = {
    {"url", "wss://other.example:8443/x",
     [](auto& s) { return s.machine.url.host == "other.example" && s.machine.url.port == 8443; }},
    {"http.header", "X-A: b",
     [](auto& s) { return s.machine.headers.size() == 1 && s.machine.headers[0].value == "b"; }},
    {"http.subprotocols", "a, b",
     [](auto& s) {
         return s.machine.subprotocols == std::vector<std::string>{"a", "b"};
     }},
    {"connect.timeout", "3s", [](auto& s) { return s.connect_timeout == 3s; }},
    {"open.timeout", "4s", [](auto& s) { return s.open_timeout == 4s; }},
    {"close.timeout", "5s", [](auto& s) { return s.machine.close_timeout == 5s; }},
    {"close.handshake", "6s", [](auto& s) { return s.machine.close_handshake == 6s; }},
    {"tls.verify", "false", [](auto& s) { return !s.tls.verify; }},
    {"tls.ca_file", "own.pem", [](auto& s) { return s.tls.ca_file == "own.pem"; }},
    {"tls.min_version", "1.3", [](auto& s) { return s.tls.min_version == "1.3"; }},
    {"credentials.when", "refused",
     [](auto& s) { return s.machine.credentials_when == link::credentials_when::refused; }},
    {"credentials.when", "always",
     [](auto& s) { return s.machine.credentials_when == link::credentials_when::always; }},
    {"credentials.timeout", "7s", [](auto& s) { return s.machine.credentials_timeout == 7s; }},
    {"delivery", "at-most-once",
     [](auto& s) { return s.machine.delivery == link::delivery::at_most_once; }},
    {"confirm", "app", [](auto& s) { return s.machine.confirm.mode == link::confirm_mode::app; }},
    {"confirm",
     "off",
     [](auto& s) { return s.machine.confirm.mode == link::confirm_mode::off; },
     {{"delivery", "at-most-once"}}},
    {"confirm",
     "heartbeat",
     [](auto& s) { return s.machine.confirm.mode == link::confirm_mode::heartbeat; },
     {{"heartbeat.mode", "text"}}},
    {"confirm.interval", "1ms", [](auto& s) { return s.machine.confirm.interval == 1ms; }},
    {"confirm.min_interval", "2s", [](auto& s) { return s.machine.confirm.min_interval == 2s; }},
    {"confirm.timeout", "8s", [](auto& s) { return s.machine.confirm.timeout == 8s; }},
    {"message.max", "1MiB", [](auto& s) { return s.machine.message_max == 1u << 20; }},
    {"message.ttl", "9s", [](auto& s) { return s.machine.message_ttl == 9s; }},
    {"queue.bytes", "64MiB", [](auto& s) { return s.queue_bytes == 64u << 20; }},
    {"queue.messages", "11", [](auto& s) { return s.queue_messages == 11; }},
    {"queue.full", "wait", [](auto& s) { return s.queue_full == full_policy::wait; }},
    {"queue.full", "drop-oldest", [](auto& s) { return s.queue_full == full_policy::drop_oldest; }},
    {"queue.full", "drop-newest", [](auto& s) { return s.queue_full == full_policy::drop_newest; }},
    {"send.timeout", "12s", [](auto& s) { return s.send_timeout == 12s; }},
    {"events.bytes", "64KiB", [](auto& s) { return s.events_bytes == 64u << 10; }},
    {"events.messages", "13", [](auto& s) { return s.events_messages == 13; }},
    {"greeting.hold", "true", [](auto& s) { return s.machine.greeting_hold; }},
    {"greeting.timeout", "14s", [](auto& s) { return s.machine.greeting_timeout == 14s; }},
    {"heartbeat.mode", "off",
     [](auto& s) {
         return s.machine.heartbeat_mode == link::heartbeat_mode::off &&
                !s.machine.heartbeat.enabled;
     }},
    {"heartbeat.mode", "text",
     [](auto& s) {
         return s.machine.heartbeat_mode == link::heartbeat_mode::text &&
                s.machine.heartbeat.enabled;
     }},
    {"heartbeat.interval", "15s", [](auto& s) { return s.machine.heartbeat.interval == 15s; }},
    {"heartbeat.timeout", "16s", [](auto& s) { return s.machine.heartbeat.timeout == 16s; }},
    {"heartbeat.stall", "17s", [](auto& s) { return s.machine.heartbeat.stall == 17s; }},
    {"heartbeat.text", "hi", [](auto& s) { return s.machine.heartbeat_text == "hi"; }},
    {"heartbeat.answer", "ho", [](auto& s) { return s.machine.heartbeat_answer == "ho"; }},
    {"reconnect.min", "1s", [](auto& s) { return s.machine.reconnect.min == 1s; }},
    {"reconnect.max", "18s", [](auto& s) { return s.machine.reconnect.max == 18s; }},
    {"reconnect.factor", "1.5", [](auto& s) { return s.machine.reconnect.factor == 1.5; }},
    {"reconnect.jitter", "0.25", [](auto& s) { return s.machine.reconnect.jitter == 0.25; }},
    {"reconnect.attempts", "0",
     [](auto& s) { return s.machine.reconnect.attempts == std::uint64_t{0}; }},
    {"reconnect.total", "19s", [](auto& s) { return s.machine.reconnect.total == 19s; }},
    {"reconnect.reset_after", "20s",
     [](auto& s) { return s.machine.reconnect.reset_after == 20s; }},
    {"reconnect.hold", "21s", [](auto& s) { return s.machine.reconnect.hold == 21s; }},
    {"verdict.strict", "true", [](auto& s) { return s.machine.verdicts.strict; }},
    {"verdict.1008", "slow",
     [](auto& s) { return s.machine.verdicts.overrides.at("1008") == policy::verdict::slow; }},
};

} // namespace

TEST_CASE("every option of a link has an effect, and every value arrives where it belongs") {
    std::set<std::string_view> seen;
    for (const change& each : changes) {
        INFO(each.name << " = " << each.value);
        seen.insert(find_option(each.name)->name);
        options made = with(each.beside);
        const auto arrives = [&] {
            try {
                return each.arrived(make_link_settings(made));
            } catch (const std::out_of_range&) {
                return false; // no such override
            }
        };
        // With the default the check must fail, else it would prove nothing.
        if (each.beside.size() == 0) CHECK_FALSE(arrives());
        made.set(each.name, each.value);
        CHECK(arrives());
    }
    for (const option_row& row : option_table()) {
        INFO(row.name);
        // Those of sessions: tests/unit/hub/session_settings.cpp
        if (section_of(row) == "Sessions") continue;
        CHECK(seen.count(row.name) == (in_scope(row, option_scope::link) ? 1 : 0));
    }
}

TEST_CASE("the defaults of a link") {
    const link_settings made = settings_with({});
    CHECK(made.machine.url.host == "example.org");
    CHECK(made.machine.delivery == link::delivery::at_least_once);
    CHECK(made.machine.confirm.mode == link::confirm_mode::pong);
    CHECK(made.machine.confirm.interval == 20ms);
    CHECK(made.machine.message_ttl == unlimited_duration);
    CHECK_FALSE(made.machine.reconnect.attempts);
    CHECK(made.machine.reconnect.total == unlimited_duration);
    CHECK(made.machine.heartbeat.stall == 5min);
    CHECK(made.queue_bytes == 32u << 20);
    CHECK(made.queue_messages == 10000);
    CHECK(made.queue_full == full_policy::error);
    CHECK(made.events_bytes == 8u << 20);
    CHECK(made.open_timeout == 20s);
    CHECK(made.tls.verify);
    CHECK(made.machine.headers.empty());
    CHECK(made.machine.verdicts.overrides.empty());
}

TEST_CASE("the settings of a hub") {
    CHECK(make_hub_settings(nullptr).io_threads == 1);
    CHECK(make_hub_settings(nullptr).log == link::log_level::warning);
    options made(option_scope::hub);
    made.set("io.threads", "0");
    for (const auto& [word, level] :
         {std::pair("error", link::log_level::error), std::pair("info", link::log_level::info),
          std::pair("debug", link::log_level::debug)}) {
        made.set("log.level", word);
        CHECK(make_hub_settings(&made).log == level);
    }
    CHECK(make_hub_settings(&made).io_threads == 0);
}

TEST_CASE("combinations that cannot work say what to set") {
    struct {
        std::initializer_list<std::pair<const char*, const char*>> values;
        const char* says;
    } const rows[] = {
        {{{"confirm", "off"}}, "delivery to at-most-once"},
        {{{"confirm", "heartbeat"}}, "set heartbeat.mode=text"},
        {{{"heartbeat.mode", "text"}, {"heartbeat.text", ""}}, "heartbeat.text, which is empty"},
        {{{"heartbeat.mode", "text"}, {"heartbeat.answer", ""}},
         "heartbeat.answer, which is empty"},
        {{{"heartbeat.mode", "text"}, {"message.max", "4"}}, "set message.max higher"},
        {{{"reconnect.min", "1min"}}, "set reconnect.min to at most 30s"},
    };
    for (const auto& row : rows) {
        const auto thrown = error_of([&] { settings_with(row.values); });
        INFO(row.says << " / " << thrown.text);
        CHECK(thrown.code == status::option);
        CHECK(thrown.says(row.says));
    }
    const auto missing = error_of([] { make_link_settings(options(option_scope::link)); });
    CHECK(missing.code == status::option);
    CHECK(missing.says("option 'url' is missing"));
}

TEST_CASE("combinations that look alike and work") {
    CHECK_NOTHROW(settings_with({{"confirm", "off"}, {"delivery", "at-most-once"}}));
    CHECK_NOTHROW(settings_with({{"confirm", "heartbeat"}, {"heartbeat.mode", "text"}}));
    CHECK_NOTHROW(settings_with({{"heartbeat.text", ""}}));
    CHECK_NOTHROW(settings_with({{"reconnect.min", "30s"}}));
    // message.max bounds what is received too; a send above queue.bytes is refused by itself.
    CHECK_NOTHROW(settings_with({{"message.max", "64MiB"}, {"queue.bytes", "1MiB"}}));
}

TEST_CASE("options of the other scope are refused") {
    const options hub(option_scope::hub), link(option_scope::link);
    CHECK(error_of([&] { make_link_settings(hub); }).code == status::invalid);
    CHECK(error_of([&] { make_hub_settings(&link); }).code == status::invalid);
}

TEST_CASE("options of an open link change, others do not") {
    const link_settings made = settings_with({{"verdict.1008", "stop"}});
    CHECK(change_link_settings(made, "heartbeat.interval", "3s").machine.heartbeat.interval == 3s);
    CHECK(made.machine.heartbeat.interval == 10s);
    const link_settings again = change_link_settings(made, "verdict.1008", "backoff");
    CHECK(again.machine.verdicts.overrides.at("1008") == policy::verdict::backoff);
    CHECK(error_of([&] {
              change_link_settings(made, "delivery", "at-most-once");
          }).says("cannot be changed on an open link"));
    CHECK(error_of([&] { change_link_settings(made, "url", "echo:"); }).says("credentials"));
    CHECK(error_of([&] {
              change_link_settings(made, "heartbeat.interval", "1");
          }).says("not a duration"));
    CHECK(error_of([&] {
              change_link_settings(made, "reconnect.min", "1min");
          }).says("reconnect.max"));
    CHECK(error_of([&] {
              change_link_settings(made, "io.threads", "2");
          }).says("belongs to the hub"));
    CHECK(error_of([&] { change_link_settings(made, "queue.byte", "2"); }).says("did you mean"));
}

TEST_CASE("every changeable option can be set to its default on an open link") {
    const link_settings made = settings_with({});
    for (const option_row& row : option_table()) {
        if (!row.has(flag::changeable) || row.name == "verdict.*") continue;
        INFO(row.name);
        CHECK_NOTHROW(change_link_settings(made, row.name, row.default_value));
    }
}
