// What a link tells about itself: state, numbers, history.

#include <algorithm>
#include <array>
#include <chrono>

#include "hub/hub_link.hpp"
#include "hub/json.hpp"
#include "tables.hpp"

using namespace resock;
using namespace resock::capi;

namespace {

using now = hub::link_status;

std::uint64_t rtt_us(const now& of) {
    if (!of.stats.rtt) return RESOCK_UNKNOWN;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(*of.stats.rtt).count());
}

struct row {
    std::uint32_t stat;
    const char* name;
    std::uint64_t (*value)(const now&);
};
constexpr std::array rows = {
    row{RESOCK_STAT_MESSAGES_ACCEPTED, "messages_accepted",
        [](const now& of) { return of.accepted; }},
    row{RESOCK_STAT_MESSAGES_SENT, "messages_sent",
        [](const now& of) { return of.stats.messages_sent; }},
    row{RESOCK_STAT_MESSAGES_RESENT, "messages_resent",
        [](const now& of) { return of.stats.messages_resent; }},
    row{RESOCK_STAT_MESSAGES_RECEIVED, "messages_received",
        [](const now& of) { return of.stats.messages_received; }},
    row{RESOCK_STAT_BYTES_SENT, "bytes_sent", [](const now& of) { return of.stats.bytes_sent; }},
    row{RESOCK_STAT_BYTES_RECEIVED, "bytes_received",
        [](const now& of) { return of.stats.bytes_received; }},
    row{RESOCK_STAT_CONNECTIONS, "connections", [](const now& of) { return of.stats.connections; }},
    row{RESOCK_STAT_ATTEMPTS, "attempts", [](const now& of) { return of.stats.attempts; }},
    row{RESOCK_STAT_QUEUED_MESSAGES, "queued_messages",
        [](const now& of) { return of.stats.queued_messages; }},
    row{RESOCK_STAT_QUEUED_BYTES, "queued_bytes",
        [](const now& of) { return of.stats.queued_bytes; }},
    row{RESOCK_STAT_RTT_US, "rtt_us", rtt_us},
    row{RESOCK_STAT_ENDED_THROUGH, "ended_through",
        [](const now& of) { return of.stats.ended_below - 1; }},
    row{RESOCK_STAT_WRITTEN_THROUGH, "written_through",
        [](const now& of) { return of.stats.written_below - 1; }},
};

static_assert(RESOCK_STATE_IDLE == static_cast<int>(link::state::idle));
static_assert(RESOCK_STATE_ASKING == static_cast<int>(link::state::asking));
static_assert(RESOCK_STATE_CONNECTING == static_cast<int>(link::state::connecting));
static_assert(RESOCK_STATE_OPEN == static_cast<int>(link::state::open));
static_assert(RESOCK_STATE_CLOSING == static_cast<int>(link::state::closing));
static_assert(RESOCK_STATE_WAITING == static_cast<int>(link::state::waiting));
static_assert(RESOCK_STATE_STOPPED == static_cast<int>(link::state::stopped));
static_assert(RESOCK_STATE_FINISHED == static_cast<int>(link::state::finished));

std::string json_of(const now& of) {
    std::string made = "{\"state\":\"" + std::string(link::to_string(of.state)) + "\"";
    for (const row& each : rows) {
        const std::uint64_t value = each.value(of);
        made += ",\"" + std::string(each.name) +
                "\":" + (value == RESOCK_UNKNOWN ? "null" : std::to_string(value));
    }
    return made + "}";
}

now status_of(const resock_link* link) {
    const auto pinned = pin(link);
    pinned->check_not_freed();
    return pinned->status();
}

} // namespace

int32_t resock_link_state(resock_link* link, uint32_t* out_state) {
    return guard([&] {
        auto& out = cleared(out_state, "out_state");
        out = static_cast<std::uint32_t>(status_of(link).state);
    });
}

int32_t resock_link_stats(resock_link* link, uint32_t stat, uint64_t* out_value) {
    return guard([&] {
        auto& out = cleared(out_value, "out_value");
        const now current = status_of(link);
        const auto found = std::find_if(rows.begin(), rows.end(),
                                        [&](const row& each) { return each.stat == stat; });
        if (found == rows.end())
            throw error(status::invalid, "stat " + std::to_string(stat) + " is none: 1 to " +
                                             std::to_string(rows.size()) + ", see resock_stat");
        out = found->value(current);
    });
}

int32_t resock_link_stats_json(resock_link* link, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(json_of(status_of(link)));
    });
}

int32_t resock_link_history_json(resock_link* link, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        const auto pinned = pin(link);
        pinned->check_not_freed();
        out = owned_text(hub::history_json(pinned->history()));
    });
}
