// The sessions that a server knows, by sid: those that live and the tombstones of those that have
// ended (R14, R28). Plain state; its holder locks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"
#include "session/frame.hpp"
#include "session/terms.hpp"

namespace resock::session {

struct table_limits {
    std::uint64_t sessions = 10000;   // alive
    std::uint64_t tombstones = 10000; // the oldest goes for a new one
};

class table {
  public:
    explicit table(const table_limits& limits)
        : limits_(limits) {}

    // The part of R14 from "sid known" up to where the session's own state is needed. `hello` has
    // passed syntax, version and authentication.
    struct outcome {
        enum class kind { alive, unknown, reject };
        outcome::kind kind = kind::reject;
        std::uint64_t owner = 0; // alive: what insert() was given
        reject_frame reject;     // its text is a literal
    };
    outcome find(const hello_frame& hello, std::string_view principal, time_point now);
    // A new session (unknown, born = 0). False where the limit is reached: REJECT 8, RETRY.
    bool insert(const sid_bytes&, std::uint64_t owner);
    bool insert_tombstone(const sid_bytes&, const secret_digest&, std::string_view principal,
                          reject_reason, std::uint64_t recv, time_point until);
    // The session has ended: a tombstone stays until then.
    void end(const sid_bytes&, const secret_digest&, std::string_view principal, reject_reason,
             std::uint64_t recv, time_point until);
    void expire(time_point now); // tombstones
    std::size_t alive() const;
    std::size_t tombstones() const;
};

} // namespace resock::session
