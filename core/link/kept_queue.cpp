#include "link/kept_queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace resock::link {

namespace {
constexpr std::size_t smallest_capacity = 16;
constexpr std::size_t idle_capacity = 1024; // an emptied queue above this gives its memory back
constexpr std::size_t tombstones_kept = 64;
constexpr std::size_t expiries_kept = 64;

// Adjacent failures with the same reason are told as one range, whichever way it grows.
void tell_failed(const kept_message& m, fail_reason reason, bool for_room, actions& out) {
    auto* last = out.empty() ? nullptr : std::get_if<out::failed>(&out.back());
    const bool adjacent = last && (last->last + 1 == m.id || m.id + 1 == last->first);
    if (!adjacent || last->reason != reason || last->for_room != for_room) {
        out.push_back(out::failed{m.id, m.id, reason, 1, m.size, for_room});
        return;
    }
    last->first = std::min(last->first, m.id);
    last->last = std::max(last->last, m.id);
    last->messages += 1;
    last->bytes += m.size;
}
} // namespace

void kept_queue::push(kept_message message) {
    if (queue_.full()) queue_.set_capacity(std::max(smallest_capacity, queue_.capacity() * 2));
    message.size = static_cast<std::uint32_t>(message.data.size());
    ++live_;
    live_bytes_ += message.size;
    queue_.push_back(std::move(message));
    set_expiry(queue_.back());
}

// Entries of messages that have ended stay until their time; once they outnumber the living all
// are made anew, so that a long ttl costs no memory.
void kept_queue::set_expiry(kept_message& m) {
    if (m.expires == time_point::max() || m.expiry_set) return;
    if (expiries_.size() >= expiries_kept + 2 * live_) {
        expiries_.clear();
        for (kept_message& each : queue_) {
            each.expiry_set = each.expires != time_point::max() && !each.ended && !each.touched;
            if (each.expiry_set) expiries_.emplace(each.expires, each.id);
        }
        if (m.expiry_set) return;
    }
    expiries_.emplace(m.expires, m.id);
    m.expiry_set = true;
}

std::size_t kept_queue::position(std::uint64_t id) const {
    if (queue_.empty() || id <= queue_.front().id) return 0;
    if (id > queue_.back().id) return queue_.size();
    if (queue_.back().id - queue_.front().id + 1 == queue_.size())
        return static_cast<std::size_t>(id - queue_.front().id);
    const auto found =
        std::lower_bound(queue_.begin(), queue_.end(), id,
                         [](const kept_message& m, std::uint64_t wanted) { return m.id < wanted; });
    return static_cast<std::size_t>(found - queue_.begin());
}

std::uint64_t kept_queue::first_id() const {
    std::size_t i = 0;
    while (queue_[i].ended)
        ++i;
    return queue_[i].id;
}

void kept_queue::flush_last() {
    for (std::size_t i = queue_.size(); i-- > 0;) {
        if (queue_[i].ended) continue;
        queue_[i].flush = true;
        return;
    }
}

kept_message* kept_queue::to_stage() {
    if (part_ > 0) return &queue_[position(staging_)];
    for (std::size_t i = position(staged_through_ + 1); i < queue_.size(); ++i) {
        if (!queue_[i].ended) return &queue_[i];
        staged_through_ = queue_[i].id;
    }
    return nullptr;
}

void kept_queue::begin_stage(kept_message& m, std::uint64_t stream) {
    m.begin = stream;
    m.end = UINT64_MAX;
    staging_ = m.id;
    if (m.touched) ++resent_;
}

void kept_queue::finish_stage(kept_message& m, std::uint64_t stream) {
    m.end = stream;
    staged_through_ = m.id;
    part_ = 0;
    if (m.ended) m.data = payload();
}

std::uint64_t kept_queue::written(std::uint64_t total, actions& out) {
    bool ended_some = false;
    written_total_ = total;
    for (std::size_t i = position(written_through_ + 1); i < queue_.size(); ++i) {
        kept_message& m = queue_[i];
        const bool begun = m.end != 0; // an ended one may have been passed over
        if (begun ? m.begin >= total : !m.ended || m.id > staged_through_) break;
        m.touched = m.touched || begun;
        touched_through_ = std::max(touched_through_, m.id);
        if (begun && m.end > total) break;
        written_through_ = m.id;
        if (!m.ended && (m.unkept || final_is_written_)) {
            confirm(m);
            ended_some = true;
        }
    }
    if (ended_some) collect(out);
    return written_through_;
}

void kept_queue::end(kept_message& m) {
    m.ended = true;
    --live_;
    live_bytes_ -= m.size;
    if (!mid_stage(m)) m.data = payload();
}

void kept_queue::confirm(kept_message& m) {
    confirmed_messages_ += 1;
    confirmed_bytes_ += m.size;
    confirmed_id_ = std::max(confirmed_id_, m.id);
    end(m);
}

void kept_queue::fail(kept_message& m, fail_reason reason, bool for_room, actions& out) {
    tell_failed(m, reason, for_room, out);
    end(m);
}

void kept_queue::confirm_through(std::uint64_t id, actions& out) {
    for (auto& m : queue_) {
        if (m.id > id) break;
        if (m.ended) continue;
        confirm(m);
    }
    collect(out);
}

void kept_queue::confirm_one(std::uint64_t id, actions& out) {
    const std::size_t i = position(id);
    if (i >= queue_.size() || queue_[i].id != id || queue_[i].ended) return;
    confirm(queue_[i]);
    collect(out);
}

void kept_queue::refuse(std::uint64_t id, actions& out) {
    const std::size_t i = position(id);
    if (i >= queue_.size() || queue_[i].id != id || queue_[i].ended) return;
    fail(queue_[i], fail_reason::refused, false, out);
    collect(out);
}

void kept_queue::expire(time_point now, actions& out) {
    bool failed_some = false;
    while (!expiries_.empty() && expiries_.top().first <= now) {
        const std::uint64_t id = expiries_.top().second;
        expiries_.pop();
        const std::size_t i = position(id);
        if (i >= queue_.size() || queue_[i].id != id) continue;
        kept_message& m = queue_[i];
        m.expiry_set = false;
        // Staged: it is on its way; if the connection breaks first it is put here again.
        if (m.ended || m.touched || m.id <= staged_through_ || mid_stage(m)) continue;
        fail(m, fail_reason::expired, false, out);
        failed_some = true;
    }
    if (failed_some) collect(out);
}

std::optional<time_point> kept_queue::next_expiry() {
    while (!expiries_.empty()) {
        const std::size_t i = position(expiries_.top().second);
        if (i < queue_.size() && queue_[i].id == expiries_.top().second && !queue_[i].ended &&
            !queue_[i].touched)
            return expiries_.top().first;
        expiries_.pop();
    }
    return std::nullopt;
}

out::made_room kept_queue::make_room(const in::make_room& wanted, actions& out) {
    out::made_room room{wanted.token, 0, 0};
    const std::uint64_t untouchable =
        std::max({touched_through_, staged_through_, part_ > 0 ? staging_ : std::uint64_t{0}});
    const auto enough = [&] {
        return room.bytes >= wanted.bytes && room.messages >= wanted.messages;
    };
    const auto drop = [&](kept_message& m) {
        room.messages += 1;
        room.bytes += m.size;
        fail(m, fail_reason::dropped, true, out);
    };
    if (wanted.newest_first) {
        for (std::size_t i = queue_.size(); i-- > 0 && !enough();) {
            if (queue_[i].id <= untouchable) break;
            if (!queue_[i].ended) drop(queue_[i]);
        }
        while (!queue_.empty() && queue_.back().ended && queue_.back().id > untouchable)
            queue_.pop_back();
    } else {
        drop_from_ = std::max(drop_from_, untouchable + 1);
        for (std::size_t i = position(drop_from_); i < queue_.size() && !enough(); ++i) {
            if (!queue_[i].ended) drop(queue_[i]);
            drop_from_ = queue_[i].id + 1;
        }
    }
    collect(out);
    return room;
}

// What a lost connection does to a message:
//   never staged, or staged but untouched   waits on, from its place
//   given to the kernel, at-least-once      in doubt: first to go on the next connection
//   given to the kernel, at-most-once       FAILED(in_doubt)
//   unkept, cut in the middle               FAILED(dropped); written whole, it has ended already
kept_queue::doubt kept_queue::lost_connection(actions& out) {
    doubt found;
    const std::uint64_t last = std::max(staged_through_, part_ > 0 ? staging_ : 0);
    part_ = 0;
    staging_ = 0;
    for (auto& m : queue_) {
        if (m.id > last) break;
        const bool carried = m.end != 0 && m.begin < written_total_;
        if (m.ended) {
            m.data = payload();
        } else if (carried && m.unkept) {
            fail(m, fail_reason::dropped, false, out);
        } else if (carried && at_most_once_) {
            fail(m, fail_reason::in_doubt, false, out);
        } else if (carried) {
            ++found.messages;
            if (found.first == 0) found.first = m.id;
            found.last = m.id;
        } else if (!m.touched) {
            set_expiry(m);
        }
        m.begin = m.end = 0;
    }
    staged_through_ = written_through_ = written_total_ = 0;
    drop_from_ = std::min(drop_from_, touched_through_ + 1); // what was only staged may be dropped
    collect(out);
    return found;
}

void kept_queue::end_all(actions& out) {
    for (auto& m : queue_) {
        if (m.ended) continue;
        // What is staged on a living connection may still reach the kernel.
        const bool in_doubt = m.touched || m.begin < m.end;
        fail(m, in_doubt ? fail_reason::in_doubt : fail_reason::not_sent, false, out);
    }
    part_ = 0;
    collect(out);
}

void kept_queue::collect(actions& out) {
    while (!queue_.empty() && queue_.front().ended && !mid_stage(queue_.front()))
        queue_.pop_front();
    // CONFIRMED moves only over a run without gaps: up to the first message that has not ended.
    std::size_t first = 0;
    while (first < queue_.size() && queue_[first].ended)
        ++first;
    const std::uint64_t through =
        first == queue_.size() ? confirmed_id_ : std::min(confirmed_id_, queue_[first].id - 1);
    if (confirmed_messages_ > 0 || through > told_through_) {
        const auto at = final_is_written_ ? level::written : level::received;
        told_through_ = std::max(told_through_, through);
        out.push_back(out::confirmed{at, through, confirmed_messages_, confirmed_bytes_});
        confirmed_messages_ = confirmed_bytes_ = 0;
    }
    if (queue_.empty() && queue_.capacity() > idle_capacity) queue_.set_capacity(0);
    compact();
}

// Ended messages between living ones are removed once they outnumber these: the queue's memory
// stays within a small multiple of what it keeps, whatever expires or is dropped in its middle.
void kept_queue::compact() {
    const std::size_t ended = queue_.size() - static_cast<std::size_t>(live_);
    if (ended <= tombstones_kept + live_) return;
    boost::circular_buffer<kept_message> living(
        std::max(smallest_capacity, static_cast<std::size_t>(live_) * 2));
    for (auto& m : queue_)
        if (!m.ended || mid_stage(m)) living.push_back(std::move(m));
    queue_.swap(living);
}

} // namespace resock::link
