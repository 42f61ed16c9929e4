// Which id a message had whose last frame had a number: remembered from its acknowledgement until
// the peer's DONE, in runs where both count alike.
#pragma once

#include <cstdint>

#include "base/deque.hpp"

namespace resock::session {

class id_runs {
  public:
    // A peer that never says DONE must not cost memory: the oldest are forgotten.
    static constexpr std::size_t max_runs = 4096;

    // Ascending, both.
    void add(std::uint64_t last_seq, std::uint64_t id) {
        if (!runs_.empty()) {
            run& last = runs_.back();
            const std::uint64_t step = last_seq - last.last_seq;
            // The second message of a run says how many frames its messages have.
            if (id - last.last_id == 1 && (last.single() || step == last.step)) {
                last.step = step;
                last.last_seq = last_seq;
                last.last_id = id;
                return;
            }
        }
        if (runs_.size() == max_runs) runs_.pop_front();
        runs_.push_back({last_seq, id, last_seq, id, 0});
    }

    // The highest id whose message ends at or before `seq`; those up to it are forgotten. 0: none.
    std::uint64_t take(std::uint64_t seq);

  private:
    struct run {
        std::uint64_t first_seq = 0;
        std::uint64_t first_id = 0;
        std::uint64_t last_seq = 0;
        std::uint64_t last_id = 0;
        std::uint64_t step = 0; // frames of each message but the first; 0: there is one only

        bool single() const { return first_id == last_id; }
    };
    deque<run> runs_;
};

} // namespace resock::session
