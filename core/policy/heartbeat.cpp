#include "policy/heartbeat.hpp"

#include <algorithm>

namespace resock::policy {

namespace {

using namespace std::chrono_literals;

// A question is looked after this often within its time, so that life is seen before it runs out.
constexpr int inspections_in_timeout = 8;
constexpr duration shortest_period = 10ms;
constexpr duration longest_period = 1s;

} // namespace

duration heartbeat::inspection_period() const {
    return std::clamp(options_.timeout / inspections_in_timeout, shortest_period, longest_period);
}

void heartbeat::connected(time_point now) {
    *this = heartbeat(options_);
    state_ = state::idle;
    last_received_ = now;
}

void heartbeat::received(time_point now) {
    if (state_ == state::closed) return;
    state_ = state::idle;
    last_received_ = now;
    slow_ = false;
}

void heartbeat::reading(bool on, time_point now) {
    if (!on) {
        if (!paused_at_) paused_at_ = now;
        return;
    }
    if (!paused_at_) return;
    // The pause does not count: each moment moves so that as much time has passed since it as had
    // before the pause.
    const auto rest = [&](time_point& moment) {
        moment = moment >= *paused_at_ ? now : moment + (now - *paused_at_);
    };
    rest(last_received_);
    rest(asked_at_);
    rest(unextended_);
    rest(reference_);
    paused_at_.reset();
}

void heartbeat::asked(std::uint64_t end, time_point now) {
    if (state_ == state::asked && end_ == not_staged) end_ = end;
    if (state_ != state::idle) return;
    state_ = state::asked;
    end_ = end;
    acked_ = false;
    asked_at_ = unextended_ = reference_ = inspected_at_ = now;
    inspect_at_ = written_ >= end_ ? now : after(now, inspection_period());
}

void heartbeat::written(std::uint64_t total, time_point now) {
    const bool given_now = written_ < end_ && total >= end_;
    written_ = total;
    // The socket usually transmits at once: then the answer's time runs from here.
    if (state_ == state::asked && given_now) inspect_at_ = std::min(inspect_at_, now);
}

// Does the peer's TCP show that it is there, since the last inspection?
bool heartbeat::shows_life(const transport_state& seen, time_point now) const {
    // Acknowledgements of later bytes say nothing of a question that was taken and not answered.
    if (acked_ && seen.unsent == 0) return false;
    if (seen.acked_total > acked_total_) return true;
    if (seen.unacked > 0 && seen.last_ack_age < now - inspected_at_) return true;
    // Nothing is on its way and yet something waits: the window is shut, and the last probe of it
    // was answered.
    return seen.unsent > 0 && seen.unsent >= seen.unacked && !seen.probe_unanswered;
}

void heartbeat::inspected(const transport_state& seen, time_point now) {
    const bool out = state_ == state::asked || state_ == state::left;
    if (out && shows_life(seen, now)) {
        const bool window_shut = seen.unsent > 0 && seen.unsent >= seen.unacked;
        const bool exact = !window_shut && seen.last_ack_age != duration::max();
        // The age may reach back before the question, or before the clock's beginning.
        const duration age = exact ? std::min(seen.last_ack_age, now - reference_) : duration{};
        reference_ = std::clamp(now - age, reference_, std::max(reference_, now));
    }
    const std::uint64_t behind = written_ >= end_ ? written_ - end_ : 0;
    const bool given = written_ >= end_;
    if (state_ == state::asked && given && seen.unsent <= behind) {
        state_ = state::left;
        reference_ = unextended_ = now;
    }
    if (out && given && seen.unsent <= behind && seen.unacked <= behind) acked_ = true;
    acked_total_ = seen.acked_total;
    inspected_at_ = now;
    inspect_at_ = after(now, inspection_period());
    // A sign of life just behind the question is none of a peer that reads slowly.
    const bool lately = dead_at() - now >= options_.timeout / 2;
    if (out && now >= after(unextended_, options_.timeout) && lately) slow_ = true;
}

// Signs of life move the reference, but not further than `stall` behind the question.
time_point heartbeat::dead_at() const {
    const time_point limit = after(asked_at_, std::max(options_.stall, options_.timeout));
    return std::min(after(reference_, options_.timeout),
                    std::max(limit, after(unextended_, options_.timeout)));
}

heartbeat::duty heartbeat::due(time_point now) const {
    const auto next = deadline();
    if (!next || now < *next) return duty::none;
    if (state_ == state::idle) return duty::ask;
    const time_point dead = dead_at();
    return now >= dead && inspected_at_ >= dead ? duty::dead : duty::inspect;
}

std::optional<time_point> heartbeat::deadline() const {
    if (!options_.enabled || paused_at_ || state_ == state::closed) return std::nullopt;
    const time_point next = state_ == state::idle ? after(last_received_, options_.interval)
                                                  : std::min(inspect_at_, dead_at());
    if (next == time_point::max()) return std::nullopt;
    return next;
}

} // namespace resock::policy
