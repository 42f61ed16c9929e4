#include "session/outbox.hpp"

#include <algorithm>
#include <utility>

#include "session/check.hpp"
#include "session/encode.hpp"

namespace resock::session {

// ---- accepting ----

outbox::entry& outbox::append() {
    if (entries_.full()) entries_.set_capacity(std::max<std::size_t>(8, entries_.capacity() * 2));
    entries_.push_back();
    return entries_.back();
}

outbox::entry& outbox::push(outgoing&& m) {
    entry& e = append();
    e.id = last_id_ = m.id;
    e.size = static_cast<std::uint32_t>(m.data.size());
    e.data = std::move(m.data);
    e.text = m.text;
    e.first_seq = numbered_ + 1;
    ++live_;
    live_bytes_ += e.size;
    if (m.note) {
        notes_.push_back(e.id);
        return e;
    }
    e.ackme = m.flush;
    e.expires_ms = m.expires_ms;
    e.expires = m.expires;
    cut(e);
    if (e.expires != time_point::max()) expiries_.emplace(e.expires, e.first_seq);
    return e;
}

// Every frame of a message leaves room for the longest header, so that where the payload is cut
// does not depend on the numbers.
void outbox::cut(entry& e) {
    const std::size_t ext = e.expires_ms ? 2 + 1 + 1 + max_varint : 0;
    e.chunk = static_cast<std::uint32_t>(max_frame_ - 1 - max_varint - ext);
    e.frames = std::max<std::uint64_t>(1, (e.size + e.chunk - 1) / e.chunk);
    numbered_ += e.frames;
}

outbox::entry& outbox::push_end(std::uint32_t code, std::string_view reason) {
    payload data = payload::copy(reason);
    entry& e = append();
    e.id = no_id;
    e.data = std::move(data);
    e.content = content::end;
    e.end_code = code;
    e.first_seq = ++numbered_;
    e.frames = 1;
    ending_ = true;
    return e;
}

record::queued outbox::record_of(const entry& e) {
    record::queued r;
    r.first_seq = e.first_seq;
    r.frames = e.frames;
    r.chunk = e.chunk;
    r.content = e.content;
    r.text = e.text;
    r.ackme = e.ackme;
    r.expires_ms = e.expires_ms;
    r.end_code = e.end_code;
    r.data = payload::copy(e.data.view());
    return r;
}

// After a restart a stored frame counts as handed over (R25), but before the first WELCOME none is.
void outbox::restore(saved& from) {
    acked_ = numbered_ = sent_ = from.acked;
    acked_check_ = from.acked_check;
    for (record::queued& each : from.queue) {
        entry& e = append();
        e.first_seq = each.first_seq;
        e.frames = each.frames;
        e.chunk = each.chunk;
        e.content = each.content;
        e.text = each.text;
        e.ackme = each.ackme;
        e.expires_ms = each.expires_ms;
        e.end_code = each.end_code;
        e.data = std::move(each.data);
        e.failed = e.content == content::void_;
        if (e.content == content::data) {
            e.size = static_cast<std::uint32_t>(e.data.size());
            e.id = ++last_id_;
            ++live_;
            live_bytes_ += e.size;
        } else {
            e.id = e.content == content::end ? no_id : last_id_;
        }
        ending_ = ending_ || e.content == content::end;
        numbered_ = e.last_seq();
    }
    if (from.terms.born != 0) touched_ = highest_sent_ = numbered_;
    skip_sent();
}

// ---- frames ----

outbox::frame outbox::make_frame(const entry& e, std::uint64_t part) const {
    const std::uint64_t seq = e.first_seq + part;
    if (e.content == content::void_)
        return {{head_.data(),
                 static_cast<std::size_t>(put_frame(head_.data(), void_frame{seq}) - head_.data())},
                {}};
    if (e.content == content::end) {
        char* to = head_.data();
        *to++ = static_cast<char>(static_cast<unsigned>(frame_type::end) << 4);
        to = put_varint(put_varint(to, seq), e.end_code);
        return {{head_.data(), static_cast<std::size_t>(to - head_.data())}, e.data.view()};
    }
    data_frame f;
    f.seq = seq;
    f.fin = part + 1 == e.frames;
    f.text = e.text && part == 0;
    f.ackme = e.ackme && f.fin;
    if (e.expires_ms && part == 0) f.expires_ms = e.expires_ms;
    const char* end = put_header(head_.data(), f);
    return {{head_.data(), static_cast<std::size_t>(end - head_.data())},
            e.data.view().substr(part * e.chunk, f.fin ? std::string_view::npos : e.chunk)};
}

std::uint64_t outbox::cost_of(const entry& e, std::uint64_t part) const {
    if (e.content == content::data && !e.expires_ms) {
        const std::uint64_t body = part + 1 == e.frames ? e.size - part * e.chunk : e.chunk;
        return cost(1 + varint_size(e.first_seq + part) + body);
    }
    return cost(make_frame(e, part).size());
}

std::uint32_t outbox::check_at(std::uint64_t seq) const {
    if (seq == acked_) return acked_check_;
    const entry& e = entries_[index_of(seq)];
    const frame f = make_frame(e, seq - e.first_seq);
    return check_of(f.head, f.body);
}

// ---- staging ----

void outbox::skip_sent() {
    while (cursor_ < entries_.size() && entries_[cursor_].last_seq() <= sent_)
        ++cursor_;
}

bool outbox::next(std::uint64_t limit, std::uint64_t stored, frame& out) {
    skip_sent();
    if (cursor_ == entries_.size()) return false;
    const entry& e = entries_[cursor_];
    const std::uint64_t part = sent_ + 1 - e.first_seq;
    if (e.record > stored || sent_position_ + cost_of(e, part) > limit) return false;
    out = make_frame(e, part);
    return true;
}

void outbox::sent(std::uint64_t begin, std::uint64_t end) {
    const entry& e = entries_[cursor_];
    const std::uint64_t part = sent_ + 1 - e.first_seq;
    const bool last = part + 1 == e.frames;
    if (part == 0 || places_.empty() || places_.back().first_seq != e.first_seq)
        push_place({e.first_seq, e.id, begin, last ? end : 0});
    else if (last)
        places_.back().end = end;
    sent_position_ += cost_of(e, part);
    ++sent_;
    if (!last) return;
    if (sent_ <= highest_sent_ && e.content == content::data) ++resent_;
    highest_sent_ = std::max(highest_sent_, sent_);
    ++cursor_;
}

outbox::entry* outbox::next_note() {
    return notes_.empty() ? nullptr : &entries_[index_of_id(notes_.front())];
}

void outbox::note_sent(std::uint64_t begin, std::uint64_t end) {
    push_place({0, notes_.front(), begin, end});
    notes_.pop_front();
}

// A message that has gone in part may be cut off there: a note comes between its frames, which is
// then one place and the rest another, or the peer acknowledges more than this connection carried.
void outbox::push_place(const place& next) {
    if (!places_.empty() && places_.back().end == 0) {
        places_.back().end = next.begin;
        places_.back().id = no_id;
    }
    places_.push_back(next);
}

// ---- looking ----

std::size_t outbox::index_of(std::uint64_t seq) const {
    const auto at =
        std::upper_bound(entries_.begin(), entries_.end(), seq,
                         [](std::uint64_t wanted, const entry& e) { return wanted < e.first_seq; });
    // Of a note and the message before it that begin alike the message stands behind.
    return static_cast<std::size_t>(at - entries_.begin()) - 1;
}

std::size_t outbox::index_of_id(std::uint64_t id) const {
    const auto at =
        std::lower_bound(entries_.begin(), entries_.end(), id,
                         [](const entry& e, std::uint64_t wanted) { return e.id < wanted; });
    return static_cast<std::size_t>(at - entries_.begin());
}

std::uint64_t outbox::first_id() const {
    for (const entry& e : entries_)
        if (!e.failed && e.id != no_id) return e.id;
    return 0;
}

} // namespace resock::session
