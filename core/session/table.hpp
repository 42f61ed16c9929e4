// The sessions that a server knows, by sid: those that live and the tombstones of those that have
// ended (R14, R28). Plain state; its holder locks.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "base/time.hpp"
#include "session/frame.hpp"
#include "session/terms.hpp"

namespace resock::session {

struct table_limits {
    std::uint64_t sessions = 10000;   // alive
    std::uint64_t tombstones = 10000; // the first to expire goes for a new one; 0: none is kept
};

// Every call costs O(log n), whatever sids and secrets clients choose; a tombstone costs the same
// memory whatever its principal.
class table {
  public:
    explicit table(const table_limits& limits)
        : limits_(limits) {}

    // The part of R14 from "sid known" up to where the session's own state is needed. `hello` has
    // passed syntax, version and authentication.
    struct outcome {
        enum class kind {
            alive,   // whether the secret fits is for its session to judge
            unknown, // to be created: born is 0, and no tombstone is in the way
            reject,
        };
        outcome::kind kind = kind::reject;
        std::uint64_t owner = 0; // alive: what insert() was given
        reject_frame reject;     // its text is a literal
    };
    outcome find(const hello_frame& hello, std::string_view principal, time_point now);

    // A new session: find() said unknown. False where the limit is reached: REJECT 8, RETRY.
    bool insert(const sid_bytes&, std::uint64_t owner);
    // Its HELLO was refused after all, it leaves nothing.
    void erase(const sid_bytes&);
    // It has ended: a tombstone stays, until then. `reason` is ended or expired.
    void end(const sid_bytes&, const secret_digest&, std::string_view principal, reject_reason,
             std::uint64_t recv, time_point until);
    // One that ended before this process began.
    void insert_tombstone(const sid_bytes&, const secret_digest&, std::string_view principal,
                          reject_reason, std::uint64_t recv, time_point until);

    // Tombstones whose time is over; find() does it too.
    void expire(time_point now);
    std::size_t alive() const { return alive_.size(); }
    std::size_t tombstones() const { return tombstones_.size(); }

  private:
    struct tombstone;
    // SHA-256 of sid, secret digest and principal: a tombstone answers to all three or to none, and
    // how long a look-up takes tells only about a value that nobody can choose byte by byte.
    using tombstone_key = secret_digest;
    using tombstone_map = std::map<tombstone_key, tombstone>;
    using expiry_order = std::multimap<time_point, tombstone_map::iterator>;
    struct tombstone {
        reject_reason reason{};
        std::uint64_t recv = 0;
        expiry_order::iterator expiry;
    };

    static tombstone_key key_of(const sid_bytes&, const secret_digest&, std::string_view principal);
    void erase_tombstone(tombstone_map::iterator);

    const table_limits limits_;
    std::map<sid_bytes, std::uint64_t> alive_; // owners
    tombstone_map tombstones_;
    expiry_order expiries_;
};

} // namespace resock::session
