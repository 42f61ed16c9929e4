// What a durable end has written down: records are applied in order, told late, and those that
// were not are lost when the process dies.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "session/record.hpp"
#include "session_sim/line.hpp"

namespace resock::session::sim {

class store {
  public:
    struct faults {
        bool told_before_kept = false; // stored() is told at once
        bool parts_not_kept = false;   // frames of a message but its last are not written
        bool trimmed_early = false;    // what was sent counts as acknowledged
    };

    store() = default;
    explicit store(const faults& broken)
        : faults_(broken) {}

    // How many records the running process has made; counted from its start.
    void append(record::any);
    std::uint64_t made() const { return kept_ + waiting_.size(); }
    // The next so many are on the disk. Returns through which.
    std::uint64_t keep(std::uint64_t records);
    std::uint64_t waiting() const { return waiting_.size(); }
    void sent(std::uint64_t seq, std::uint32_t check); // for trimmed_early
    // The process dies: of what waits, the first `survive` were written all the same.
    void crash(std::uint64_t survive);

    bool has_session() const { return alive_; }
    bool was_created() const { return created_; }
    std::uint64_t arrived_through() const { return state_.recv; }
    saved load() const;
    // A copy that is older than what it was copied from.
    store copy() const;
    void set_epoch(std::uint64_t epoch) { state_.epoch = epoch; }
    std::uint64_t epoch() const { return state_.epoch; }
    const std::optional<record::ended>& ended() const { return ended_; }

  private:
    struct state { // `saved` with payloads that can be copied
        session::identity identity;
        session::terms terms;
        std::uint64_t epoch = 0;
        std::uint64_t acked = 0;
        std::uint32_t acked_check = 0;
        std::uint64_t recv = 0;
        std::uint32_t recv_check = 0;
        std::uint64_t done = 0;
    };
    void apply(record::any&);
    void on(record::created&);
    void on(record::agreed& r) { state_.terms = r.terms; }
    void on(record::epoch& r) { state_.epoch = r.epoch; }
    void on(record::queued&);
    void on(record::acknowledged&);
    void on(record::arrived&);
    void on(record::done&);
    void on(record::ended&);

    faults faults_;
    std::deque<record::any> waiting_;
    std::uint64_t kept_ = 0;
    bool alive_ = false;
    bool created_ = false;
    state state_;
    std::map<std::uint64_t, record::queued> queue_;  // by first_seq
    std::map<std::uint64_t, record::arrived> inbox_; // by seq
    std::optional<record::ended> ended_;
};

} // namespace resock::session::sim
