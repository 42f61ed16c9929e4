#include "session/id_runs.hpp"

namespace resock::session {

std::uint64_t id_runs::take(std::uint64_t seq) {
    std::uint64_t id = 0;
    while (!runs_.empty()) {
        run& first = runs_.front();
        if (first.last_seq <= seq) {
            id = first.last_id;
            runs_.pop_front();
            continue;
        }
        if (first.first_seq > seq) break;
        // Inside the run, which has more than one message.
        const std::uint64_t covered = (seq - first.first_seq) / first.step;
        id = first.first_id + covered;
        first.first_id = id + 1;
        first.first_seq += (covered + 1) * first.step;
        if (first.single()) first.step = 0;
        break;
    }
    return id;
}

} // namespace resock::session
