#include "session_sim/stream_log.hpp"

#include <algorithm>

namespace resock::session::sim {

const stream_log::frame& stream_log::known(std::uint64_t seq) const {
    static const frame none;
    return seq <= frames_.size() ? frames_[seq - 1] : none;
}

void stream_log::staged(std::uint64_t seq, std::size_t size) {
    const std::uint64_t due = std::max(staged_, acked_) + 1;
    if (seq != due) complain(seq, "is staged and is not the next (R6, R15)");
    staged_ = seq;
    if (frames_.size() < seq) frames_.resize(seq);
    frames_[seq - 1].position = position(seq - 1) + cost(size);
    if (!limit_) return complain(seq, "is sent before a limit is known (R13)");
    if (frames_[seq - 1].position > *limit_) complain(seq, "is above the limit (R20)");
}

void stream_log::carried(std::uint64_t seq, std::uint32_t check) {
    frame& f = frames_[seq - 1];
    if (f.carried && f.check != check && !tampered_)
        complain(seq, "has other bytes than before (R6)");
    f.check = check;
    f.carried = true;
    carried_ = std::max(carried_, seq);
}

void stream_log::raise_limit(std::uint64_t recv, std::uint32_t window) {
    acknowledged(recv);
    limit_ = std::max(limit_.value_or(0), position(recv) + window);
}

} // namespace resock::session::sim
