#include "hub/done_tracker.hpp"

#include <algorithm>
#include <utility>

namespace resock::hub {

done_tracker::owner done_tracker::make(const options& wanted, std::weak_ptr<done_listener> told) {
    return owner(new done_tracker(wanted, std::move(told)));
}

// ---- I/O thread ----

done_tracker::ticket done_tracker::hand_over(std::uint64_t seq, std::size_t bytes) {
    const std::uint64_t cost = bytes + session::frame_overhead;
    staged_.push_back({seq, static_cast<std::uint32_t>(std::min(cost, session::max_u32)), false});
    return next_++;
}

void done_tracker::publish() {
    if (staged_.empty()) return;
    const lock guard(mutex_);
    if (open_.empty()) first_open_ = next_ - staged_.size();
    open_.insert(open_.end(), staged_.begin(), staged_.end());
    tickets_ += static_cast<std::int64_t>(staged_.size());
    staged_.clear();
}

std::optional<std::uint64_t> done_tracker::fetch() {
    const lock guard(mutex_);
    waking_ = false;
    cost_ = 0;
    if (fetched_ == done_seq_ || closed_) return {};
    return fetched_ = done_seq_;
}

bool done_tracker::set_ack_pending(bool pending) {
    const lock guard(mutex_);
    ack_pending_ = pending;
    return wake_due();
}

void done_tracker::close() {
    const lock guard(mutex_);
    tickets_ += static_cast<std::int64_t>(staged_.size()); // their events will drop them
    staged_.clear();
    closed_ = true;
}

// ---- any thread ----

done_tracker::entry* done_tracker::find(ticket which) {
    if (which < first_open_ || which - first_open_ >= open_.size()) return nullptr;
    return &open_[which - first_open_];
}

void done_tracker::set_done(entry& which) {
    which.done = true;
    while (!open_.empty() && open_.front().done) {
        done_seq_ = open_.front().seq;
        cost_ += open_.front().cost;
        open_.pop_front();
        ++first_open_;
    }
}

bool done_tracker::wake_due() {
    if (waking_ || closed_ || fetched_ == done_seq_) return false;
    if (ack_pending_ && cost_ <= options_.window / 4) return false;
    return waking_ = true;
}

void done_tracker::unlock_and_wake(lock& guard) {
    const bool wake = wake_due();
    guard.unlock();
    if (wake) tell();
}

void done_tracker::tell() const {
    if (const auto there = told_.lock()) there->done_moved();
}

void done_tracker::mark(ticket which) {
    lock guard(mutex_);
    entry* const found = find(which);
    if (!found || closed_) return;
    set_done(*found);
    unlock_and_wake(guard);
}

void done_tracker::mark_seq(std::uint64_t seq) {
    lock guard(mutex_);
    const auto at =
        std::lower_bound(open_.begin(), open_.end(), seq,
                         [](const entry& each, std::uint64_t wanted) { return each.seq < wanted; });
    if (at == open_.end() || at->seq != seq || closed_) return;
    set_done(*at);
    unlock_and_wake(guard);
}

void done_tracker::drop(ticket which, bool polled) {
    lock guard(mutex_);
    const bool counts = polled && !options_.by_hand && !closed_;
    if (entry* const found = counts ? find(which) : nullptr) set_done(*found);
    if (counts && wake_due()) {
        // What is told may end our owner: the ticket, which is still held, keeps us.
        guard.unlock();
        tell();
        guard.lock();
    }
    --tickets_;
    end(guard);
}

std::string done_tracker::position_behind(std::uint64_t seq, std::uint32_t check) const {
    if (!options_.positions) return {};
    return session::to_bytes({options_.sid, options_.born, seq, check});
}

// ---- the end ----

void done_tracker::leave() noexcept {
    close();
    lock guard(mutex_);
    owned_ = false;
    end(guard);
}

void done_tracker::end(lock& guard) {
    const bool last = !owned_ && tickets_ == 0;
    guard.unlock();
    if (last) delete this;
}

} // namespace resock::hub
