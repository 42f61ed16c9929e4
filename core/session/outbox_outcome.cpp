// What becomes of the messages of an outbox.

#include <algorithm>
#include <utility>

#include "session/check.hpp"
#include "session/outbox.hpp"

namespace resock::session {

// ---- telling ----

void outbox::fail(entry& e, fail_reason reason, bool for_room, told& out) {
    e.failed = true;
    --live_;
    live_bytes_ -= e.size;
    auto& ranges = out.failed;
    if (!ranges.empty() && ranges.back().last + 1 == e.id && ranges.back().reason == reason &&
        ranges.back().for_room == for_room) {
        ranges.back().last = e.id;
        ++ranges.back().messages;
        ranges.back().bytes += e.size;
        return;
    }
    ranges.push_back({e.id, e.id, reason, 1, e.size, for_room});
}

// What is over leaves at the front: CONFIRMED covers only a run without gaps.
void outbox::collect(told& out) {
    while (!entries_.empty() && entries_.front().over) {
        const entry& e = entries_.front();
        if (!e.failed && e.id != no_id) {
            out.through = e.id;
            ++out.confirmed.messages;
            out.confirmed.bytes += e.size;
            --live_;
            live_bytes_ -= e.size;
        }
        entries_.pop_front();
        if (cursor_ > 0) --cursor_;
    }
    constexpr std::size_t small = 64;
    if (entries_.empty() && entries_.capacity() > small) entries_.set_capacity(0);
}

void outbox::note_over(std::uint64_t id, bool dropped, told& out) {
    entry& e = entries_[index_of_id(id)];
    if (dropped) fail(e, fail_reason::dropped, false, out);
    e.over = true;
}

// ---- the connection ----

std::uint64_t outbox::written(std::uint64_t total, told& out) {
    std::uint64_t id = 0;
    while (!places_.empty() && places_.front().begin < total) {
        const place& p = places_.front();
        const bool whole = p.end != 0 && p.end <= total;
        if (p.first_seq != 0) touched_ = std::max(touched_, p.first_seq);
        if (!whole) break;
        if (p.first_seq == 0) note_over(p.id, false, out);
        if (p.id != no_id) id = p.id;
        places_.pop_front();
    }
    collect(out);
    return id;
}

void outbox::rewind(std::uint64_t written_total, told& out) {
    written(written_total, out);
    for (const place& p : places_) {
        if (p.first_seq == 0) {
            note_over(p.id, true, out);
        } else if (p.first_seq > touched_) { // may expire yet
            const entry& e = entries_[index_of(p.first_seq)];
            if (e.expires != time_point::max()) expiries_.emplace(e.expires, e.first_seq);
        }
    }
    for (const std::uint64_t id : notes_)
        note_over(id, true, out);
    deque<place>().swap(places_);
    deque<std::uint64_t>().swap(notes_);
    sent_ = acked_;
    sent_position_ = acked_position_;
    cursor_ = 0;
    collect(out);
    skip_sent();
}

// ---- acknowledgement ----

void outbox::acknowledge_in(entry& e, std::uint64_t seq) {
    const std::uint64_t to = std::min(seq, e.last_seq());
    while (acked_ < to) {
        acked_position_ += cost_of(e, acked_ + 1 - e.first_seq);
        ++acked_;
    }
    if (to == seq) {
        const frame f = make_frame(e, seq - e.first_seq);
        acked_check_ = check_of(f.head, f.body);
    }
    if (to < e.last_seq()) return;
    e.over = true;
    if (!e.failed && e.id != no_id) acknowledged_ids_.add(e.last_seq(), e.id);
}

void outbox::acknowledge(std::uint64_t seq, told& out) {
    for (std::size_t i = 0; acked_ < seq; ++i) {
        entry& e = entries_[i];
        if (e.frames > 0 && e.last_seq() > acked_) acknowledge_in(e, seq);
    }
    touched_ = std::max(touched_, acked_);
    if (sent_ < acked_) {
        sent_ = acked_;
        sent_position_ = acked_position_;
        highest_sent_ = std::max(highest_sent_, sent_);
    }
    collect(out);
    skip_sent();
}

// ---- ending early (R25) ----

bool outbox::untouched(const entry& e) const {
    return e.content == content::data && e.frames > 0 && !e.failed && e.first_seq > touched_ &&
           e.first_seq > sent_;
}

void outbox::make_void(std::size_t index, fail_reason reason, bool for_room, told& out,
                       const changed& tell) {
    entry& e = entries_[index];
    fail(e, reason, for_room, out);
    e.data = {};
    e.content = content::void_;
    e.text = e.ackme = false;
    e.expires_ms = 0;
    e.chunk = 0;
    tell(e);
    if (index + 1 < entries_.size()) merge_void(index);
    if (index > 0) merge_void(index - 1);
}

// VOIDs that stand side by side become one entry: what is dropped while the peer is away must not
// grow without bound.
void outbox::merge_void(std::size_t into) {
    entry& a = entries_[into];
    const entry& b = entries_[into + 1];
    const auto free = [this](const entry& e) {
        return e.content == content::void_ && e.frames > 0 && e.first_seq > sent_;
    };
    if (!free(a) || !free(b)) return;
    a.id = b.id;
    a.frames += b.frames;
    a.record = std::max(a.record, b.record);
    const auto gone = entries_.begin() + static_cast<std::ptrdiff_t>(into + 1);
    if (into + 1 < entries_.size() / 2)
        entries_.rerase(gone);
    else
        entries_.erase(gone);
}

std::optional<time_point> outbox::next_expiry() {
    while (!expiries_.empty()) {
        const auto& [when, seq] = expiries_.top();
        if (seq > acked_ && seq > sent_ && seq > touched_) {
            const entry& e = entries_[index_of(seq)];
            if (e.first_seq == seq && untouched(e)) return when;
        }
        expiries_.pop();
    }
    return std::nullopt;
}

void outbox::expire(time_point now, told& out, const changed& tell) {
    for (auto when = next_expiry(); when && *when <= now; when = next_expiry()) {
        const std::uint64_t seq = expiries_.top().second;
        expiries_.pop();
        make_void(index_of(seq), fail_reason::expired, false, out, tell);
    }
}

void outbox::void_above(std::uint64_t max_message, told& out, const changed& tell) {
    for (std::size_t i = cursor_; i < entries_.size(); ++i) {
        if (entries_[i].size <= max_message || !untouched(entries_[i])) continue;
        const std::size_t before = entries_.size();
        make_void(i, fail_reason::refused, false, out, tell);
        i -= std::min(i, before - entries_.size());
    }
}

freed_room outbox::make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first,
                             told& out, const changed& tell) {
    freed_room freed;
    const auto enough = [&] { return freed.bytes >= bytes && freed.messages >= messages; };
    std::size_t i = newest_first ? entries_.size() : cursor_;
    while (!enough() && (newest_first ? i > cursor_ : i < entries_.size())) {
        const std::size_t at = newest_first ? --i : i++;
        if (!untouched(entries_[at])) continue;
        freed.bytes += entries_[at].size;
        ++freed.messages;
        const std::size_t before = entries_.size();
        make_void(at, fail_reason::dropped, true, out, tell);
        const std::size_t merged = before - entries_.size();
        i = newest_first ? std::min(i, entries_.size()) : i - std::min(i, merged);
    }
    return freed;
}

// ---- the end (R29) ----

void outbox::end_unstored(std::uint64_t stored, fail_reason reason, told& out) {
    for (entry& e : entries_)
        if (e.record > stored && !e.failed && e.id != no_id && e.frames > 0)
            fail(e, reason, false, out);
}

void outbox::end_all(bool all_unsent, told& out, std::vector<outgoing>* keep) {
    for (entry& e : entries_) {
        // Acknowledged behind a note; or a note that was written, which CONFIRMED can only tell
        // where nothing before it is given back.
        if (e.over && !e.failed && (e.frames > 0 || keep == nullptr || keep->empty())) continue;
        if (e.failed || e.id == no_id) continue;
        if (e.frames == 0) {
            fail(e, fail_reason::dropped, false, out);
        } else if (all_unsent || e.first_seq > touched_) {
            if (keep == nullptr) {
                fail(e, fail_reason::not_sent, false, out);
                continue;
            }
            e.failed = true; // it ends elsewhere
            --live_;
            live_bytes_ -= e.size;
            outgoing m;
            m.id = e.id;
            m.data = std::move(e.data);
            m.text = e.text;
            m.flush = e.ackme;
            m.expires = e.expires;
            m.expires_ms = e.expires_ms;
            keep->push_back(std::move(m));
        } else {
            fail(e, fail_reason::in_doubt, false, out);
        }
    }
    for (entry& e : entries_)
        e.over = true;
    deque<place>().swap(places_);
    deque<std::uint64_t>().swap(notes_);
    expiries_ = {};
    collect(out);
}

} // namespace resock::session
