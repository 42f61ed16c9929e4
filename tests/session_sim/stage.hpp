// What all parts of one world share: time, dice, the network, the books, what broke first.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session/endpoint.hpp"
#include "session_sim/ledger.hpp"
#include "session_sim/line.hpp"
#include "session_sim/store.hpp"
#include "session_sim/stream_log.hpp"

namespace resock::session::sim {

// What a deliberately broken end would do; each must be noticed.
struct faults {
    bool no_fencing = false;
    bool born_ignored = false;
    bool no_check = false;
    bool ack_before_kept = false;
    bool parts_not_kept = false;
    bool trimmed_early = false;
    bool silent_window = false;

    store::faults of_store() const { return {ack_before_kept, parts_not_kept, trimmed_early}; }
};

// One session in the books: both directions, both stores, who may know nothing of it any more.
struct pair {
    std::string name;
    sid_bytes sid{};
    secret_bytes secret{};
    // What is sent one way. A server that knows nothing of a former one begins another life.
    struct way {
        ledger messages;
        stream_log log;
    };
    std::unique_ptr<way> up;
    std::vector<std::unique_ptr<way>> down; // by life - 1
    way& from(side s) { return s == client_side ? *up : *down[seen_life() - 1]; }
    way& from_server(std::uint64_t life) { return *down[life - 1]; }
    // The life that the client's session began in; the last where it has not.
    std::uint64_t seen_life() const { return client_joined ? client_joined : down.size(); }
    std::array<sim::store, 2> stores;
    std::array<std::map<std::uint64_t, std::uint64_t>, 2> number_at; // by first frame
    std::array<position, 2> positions;                               // ack_level 3
    std::array<std::vector<std::uint64_t>, 2> restored_numbers;      // by id, after a restart
    std::uint64_t server_life = 0; // changes where a server knows nothing of a former one
    std::map<std::uint64_t, std::uint64_t> life_of_born;
    std::uint64_t client_joined = 0; // the life that the client's session began in
    bool server_forgot = false;      // lost its table, expired or aborted it
    bool tampered = false;           // the client's store was rolled back
    bool over_at_client = false;
};

struct stage {
    stage(std::uint32_t seed, const faults& broken)
        : random(seed)
        , broken_on_purpose(broken) {}

    void complain(const std::string& what) {
        trace("BROKEN: " + what);
        if (broken.empty()) broken = what;
    }
    void trace(const std::string& what) {
        if (!tracing) return;
        const auto at = std::chrono::duration_cast<std::chrono::microseconds>(
            time.now() - ::resock::sim::beginning);
        told.push_back(std::to_string(at.count()) + " us  " + what);
    }
    std::shared_ptr<pair> new_pair();
    void begin_life(pair&);
    std::unique_ptr<pair::way> way_named(const std::string& name);
    std::shared_ptr<pair> pair_of(const sid_bytes& sid) { return pairs.at(sid); }
    bool awake(side s) const { return time.now() >= sleep[s]; }

    agenda time;
    dice random;
    faults broken_on_purpose;
    std::map<sid_bytes, std::shared_ptr<pair>> pairs;
    sid_bytes current{}; // the client's session
    line_options network;
    sleep_times sleep{};
    std::array<time_point, 2> busy{}; // an application that takes nothing until then
    std::array<duration, 2> think{1ms, 1ms};
    duration store_delay = 2ms;
    bool calm = false; // the end: no faults, applications are quick
    bool tracing = false;
    std::vector<std::string> told;
    std::string broken;

    std::uint64_t sessions = 0, connections = 0, resumed = 0, lost = 0, clean = 0;
    std::uint64_t restarts = 0, redelivered = 0, messages = 0, voided = 0, rejected = 0;
};

} // namespace resock::session::sim
