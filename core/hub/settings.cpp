#include "hub/settings.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/units.hpp"
#include "hub/option_value.hpp"

namespace resock::hub {

namespace {

using text = std::string_view;

template<class E>
E word_of(text name, text value) {
    return static_cast<E>(read_word(*find_option(name), value));
}

// How each option of a link arrives in its settings. Values have been checked.
struct binding {
    text name;
    void (*apply)(link_settings&, text value);
};

constexpr binding bindings[] = {
    {"url", [](link_settings& s, text v) { s.machine.url = parse_url(v); }},
    {"http.header", [](link_settings& s, text v) { s.machine.headers.push_back(read_header(v)); }},
    {"http.subprotocols",
     [](link_settings& s, text v) { s.machine.subprotocols = read_tokens(v); }},
    {"connect.timeout", [](link_settings& s, text v) { s.connect_timeout = read_duration(v); }},
    {"open.timeout", [](link_settings& s, text v) { s.open_timeout = read_duration(v); }},
    {"close.timeout", [](link_settings& s, text v) { s.machine.close_timeout = read_duration(v); }},
    {"close.handshake",
     [](link_settings& s, text v) { s.machine.close_handshake = read_duration(v); }},
    {"tls.verify", [](link_settings& s, text v) { s.tls.verify = read_bool(v); }},
    {"tls.ca_file", [](link_settings& s, text v) { s.tls.ca_file = v; }},
    {"tls.min_version", [](link_settings& s, text v) { s.tls.min_version = v; }},
    {"credentials.when",
     [](link_settings& s, text v) {
         s.machine.credentials_when = word_of<link::credentials_when>("credentials.when", v);
     }},
    {"credentials.timeout",
     [](link_settings& s, text v) { s.machine.credentials_timeout = read_duration(v); }},

    {"delivery",
     [](link_settings& s, text v) { s.machine.delivery = word_of<link::delivery>("delivery", v); }},
    {"confirm", [](link_settings& s,
                   text v) { s.machine.confirm.mode = word_of<link::confirm_mode>("confirm", v); }},
    {"confirm.interval",
     [](link_settings& s, text v) { s.machine.confirm.interval = read_duration(v); }},
    {"confirm.min_interval",
     [](link_settings& s, text v) { s.machine.confirm.min_interval = read_duration(v); }},
    {"confirm.timeout",
     [](link_settings& s, text v) { s.machine.confirm.timeout = read_duration(v); }},
    {"message.max", [](link_settings& s, text v) { s.machine.message_max = read_size(v); }},
    {"message.ttl", [](link_settings& s, text v) { s.machine.message_ttl = read_duration(v); }},
    {"queue.bytes", [](link_settings& s, text v) { s.queue_bytes = read_size(v); }},
    {"queue.messages", [](link_settings& s, text v) { s.queue_messages = read_count(v); }},
    {"queue.full",
     [](link_settings& s, text v) { s.queue_full = word_of<full_policy>("queue.full", v); }},
    {"send.timeout", [](link_settings& s, text v) { s.send_timeout = read_duration(v); }},
    {"events.bytes", [](link_settings& s, text v) { s.events_bytes = read_size(v); }},
    {"events.messages", [](link_settings& s, text v) { s.events_messages = read_count(v); }},
    {"greeting.hold", [](link_settings& s, text v) { s.machine.greeting_hold = read_bool(v); }},
    {"greeting.timeout",
     [](link_settings& s, text v) { s.machine.greeting_timeout = read_duration(v); }},

    {"heartbeat.mode",
     [](link_settings& s, text v) {
         s.machine.heartbeat_mode = word_of<link::heartbeat_mode>("heartbeat.mode", v);
         s.machine.heartbeat.enabled = s.machine.heartbeat_mode != link::heartbeat_mode::off;
     }},
    {"heartbeat.interval",
     [](link_settings& s, text v) { s.machine.heartbeat.interval = read_duration(v); }},
    {"heartbeat.timeout",
     [](link_settings& s, text v) { s.machine.heartbeat.timeout = read_duration(v); }},
    {"heartbeat.stall",
     [](link_settings& s, text v) { s.machine.heartbeat.stall = read_duration(v); }},
    {"heartbeat.text", [](link_settings& s, text v) { s.machine.heartbeat_text = v; }},
    {"heartbeat.answer", [](link_settings& s, text v) { s.machine.heartbeat_answer = v; }},
    {"reconnect.min", [](link_settings& s, text v) { s.machine.reconnect.min = read_duration(v); }},
    {"reconnect.max", [](link_settings& s, text v) { s.machine.reconnect.max = read_duration(v); }},
    {"reconnect.factor",
     [](link_settings& s, text v) { s.machine.reconnect.factor = read_number(v); }},
    {"reconnect.jitter",
     [](link_settings& s, text v) { s.machine.reconnect.jitter = read_number(v); }},
    {"reconnect.attempts",
     [](link_settings& s, text v) {
         s.machine.reconnect.attempts.reset();
         if (v != "unlimited") s.machine.reconnect.attempts = read_count(v);
     }},
    {"reconnect.total",
     [](link_settings& s, text v) { s.machine.reconnect.total = read_duration(v); }},
    {"reconnect.reset_after",
     [](link_settings& s, text v) { s.machine.reconnect.reset_after = read_duration(v); }},
    {"reconnect.hold",
     [](link_settings& s, text v) { s.machine.reconnect.hold = read_duration(v); }},
    {"verdict.strict", [](link_settings& s, text v) { s.machine.verdicts.strict = read_bool(v); }},
};

void apply(link_settings& to, text name, text value) {
    if (const auto key = verdict_key(name)) {
        to.machine.verdicts.overrides[std::string(*key)] = policy::parse_verdict(value).value();
        return;
    }
    if (apply_session_option(to, name, value)) return;
    const auto* found = std::find_if(std::begin(bindings), std::end(bindings),
                                     [&](const binding& each) { return each.name == name; });
    if (found == std::end(bindings)) {
        throw error(status::internal, "option '" + std::string(name) + "' has no use");
    }
    found->apply(to, value);
}

void require(bool condition, const std::string& otherwise) {
    if (!condition) throw error(status::option, otherwise);
}

void check_confirmation(const link::config& machine) {
    using mode = link::confirm_mode;
    require(machine.delivery != link::delivery::at_least_once || machine.confirm.mode != mode::off,
            "delivery=at-least-once keeps messages until they are confirmed, and confirm=off "
            "confirms nothing: set confirm to pong, heartbeat or app, or delivery to "
            "at-most-once");
    require(machine.confirm.mode != mode::heartbeat ||
                machine.heartbeat_mode == link::heartbeat_mode::text,
            "confirm=heartbeat needs the text heartbeat: set heartbeat.mode=text, or confirm to "
            "pong or app");
}

void check_heartbeat(const link::config& machine) {
    if (machine.heartbeat_mode != link::heartbeat_mode::text) return;
    require(!machine.heartbeat_text.empty(),
            "heartbeat.mode=text sends heartbeat.text, which is empty: set it to the text that "
            "the server answers, or heartbeat.mode to ping");
    require(!machine.heartbeat_answer.empty(),
            "heartbeat.mode=text waits for heartbeat.answer, which is empty: set it to what the "
            "server answers, or heartbeat.mode to ping");
    require(std::max(machine.heartbeat_text.size(), machine.heartbeat_answer.size()) <=
                machine.message_max,
            "heartbeat.text or heartbeat.answer is larger than message.max (" +
                format_size(machine.message_max) + "): set message.max higher");
}

void check_combinations(const link_settings& made) {
    check_confirmation(made.machine);
    check_heartbeat(made.machine);
    const auto& reconnect = made.machine.reconnect;
    require(reconnect.min <= reconnect.max,
            "reconnect.min (" + format_duration(reconnect.min) +
                ") is larger than reconnect.max (" + format_duration(reconnect.max) +
                "): set reconnect.min to at most " + format_duration(reconnect.max) +
                " or reconnect.max to at least " + format_duration(reconnect.min));
}

void require_scope(const options& given, option_scope scope) {
    if (given.scope() == scope) return;
    throw error(status::invalid, std::string("options made for a ") + to_string(given.scope()) +
                                     " were given where those of a " + to_string(scope) +
                                     " are needed; create them with that scope");
}

} // namespace

namespace {

// Every option of links that stands in the scope of `given`.
link_settings fill(const options& given) {
    link_settings made;
    for (const option_row& row : option_table()) {
        if (!in_scope(row, option_scope::link) || !in_scope(row, given.scope())) continue;
        const auto set = given.values(row.name);
        for (const std::string& value : set)
            apply(made, row.name, value);
        const bool optional = row.type == option_type::header || row.type == option_type::bytes ||
                              row.name == "verdict.*";
        if (set.empty() && !optional) apply(made, row.name, row.default_value);
    }
    for (const std::string_view name : given.verdict_names())
        apply(made, name, given.values(name).back());
    return made;
}

} // namespace

link_settings make_link_settings(const options& given) {
    require_scope(given, option_scope::link);
    require(!given.values("url").empty(),
            "option 'url' is missing: set it to ws://host/path, wss://host/path or echo:");
    link_settings made = fill(given);
    check_combinations(made);
    finish_session(made, given);
    return made;
}

link_settings make_accepted_settings(const options& given) {
    require_scope(given, option_scope::listener);
    link_settings made = fill(given);
    made.machine.role = wire::role::server;
    check_combinations(made);
    return made;
}

hub_settings make_hub_settings(const options* given) {
    const options none(option_scope::hub);
    const options& from = given ? *given : none;
    require_scope(from, option_scope::hub);
    hub_settings made;
    made.io_threads = static_cast<unsigned>(read_count(from.get("io.threads")));
    const auto level = read_word(*find_option("log.level"), from.get("log.level"));
    made.log = static_cast<link::log_level>(level + static_cast<int>(link::log_level::error));
    return made;
}

link_settings change_link_settings(const link_settings& from, std::string_view name,
                                   std::string_view value) {
    const option_row& row = require_option(name, option_scope::link);
    if (!row.has(flag::changeable)) {
        const bool credential = row.has(flag::secret);
        throw error(status::option, "option '" + std::string(name) +
                                        "' cannot be changed on an open link: " +
                                        (credential ? "hand in new credentials with it, or " : "") +
                                        "open a new link");
    }
    check_value(row, name, value);
    if (from.in_session()) check_in_session(name, value);
    link_settings made = from;
    apply(made, name, value);
    check_combinations(made);
    return made;
}

} // namespace resock::hub
