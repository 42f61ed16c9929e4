#include "session/inbox.hpp"

#include <algorithm>
#include <utility>

#include "wire/utf8.hpp"

namespace resock::session {

void inbox::arrive(std::uint64_t cost, std::uint32_t check) {
    ++arrived_.seq;
    arrived_.position += cost;
    arrived_.check = check;
    if (level_ < 2) recv_ = arrived_;
}

void inbox::set_check(std::uint32_t of_arrived) {
    arrived_.check = of_arrived;
    if (level_ < 2) recv_.check = of_arrived;
}

std::string inbox::begin_message(const data_frame& f) {
    if (!mid_message_) {
        text_ = f.text;
        expires_ms_ = f.expires_ms.value_or(0);
        message_cost_ = 0;
        return {};
    }
    if (f.text || f.ext) return "R8 TEXT or EXT inside a message, frame " + std::to_string(f.seq);
    return {};
}

std::string inbox::take(const data_frame& f, std::size_t size, std::uint32_t check, payload owned) {
    if (std::string wrong = begin_message(f); !wrong.empty()) return wrong;
    const std::uint64_t length = parts_.size() + f.payload.size();
    // Frames without payload cost no bytes of max_message, and each is kept.
    constexpr std::uint64_t usual_frames = 65536;
    const std::uint64_t beside = mid_message_ ? message_cost_ - parts_.size() : 0;
    if (beside > (usual_frames + max_message_ / 256) * (frame_overhead + 1 + max_varint))
        return "R8 message of far too many frames";
    if (length > max_message_)
        return "R8 message of " + std::to_string(length) + " bytes and more, max_message is " +
               std::to_string(max_message_);
    if (f.fin && !mid_message_) {
        if (text_ && !wire::is_utf8(f.payload)) return "R9 TEXT is not UTF-8";
        message_cost_ = cost(size);
        arrive(cost(size), check);
        finish_message(f.payload, std::move(owned));
        return {};
    }
    const std::size_t before = parts_.size();
    parts_.append(f.payload);
    // Judged before it counts as arrived: what is refused leaves nothing behind.
    if (f.fin && text_ && !wire::is_utf8(parts_.view())) {
        parts_.shorten(before);
        return "R9 TEXT is not UTF-8";
    }
    message_cost_ += cost(size);
    arrive(cost(size), check);
    mid_message_ = !f.fin;
    if (!f.fin) return {};
    payload all = payload::copy(parts_.view());
    parts_.release();
    const std::string_view bytes = all.view();
    finish_message(bytes, std::move(all));
    return {};
}

void inbox::finish_message(std::string_view bytes, payload owned) {
    whole_ = true;
    message_.bytes = bytes;
    message_.owned = std::move(owned);
    message_.text = text_;
    message_.redelivered = false;
    message_.seq = arrived_.seq;
    message_.check = arrived_.check;
    message_.expires_ms = expires_ms_;
    wait_for_done();
}

void inbox::wait_for_done() {
    waiting_.push_back({arrived_, whole_through_, message_cost_});
    held_ += message_cost_;
    whole_through_ = arrived_.seq;
}

arrival inbox::message() {
    whole_ = false;
    return std::move(message_);
}

void inbox::take_void(std::size_t size, std::uint32_t check) {
    arrive(cost(size), check);
    whole_through_ = arrived_.seq;
}

void inbox::take_end(const end_frame& f, std::size_t size, std::uint32_t check) {
    arrive(cost(size), check);
    whole_through_ = arrived_.seq;
    ended_ = true;
    end_code_ = f.code;
    end_reason_ = std::string(f.reason);
}

// At level 3 the application keeps whole messages itself: what was written down behind one counts
// once that is done.
void inbox::stored(const mark& at) {
    if (level_ == 3 && !waiting_.empty() && waiting_.front().at.seq < at.seq)
        stored_ = at;
    else
        keep(at);
}

std::uint64_t inbox::done() const {
    return std::min(recv_.seq, waiting_.empty() ? whole_through_ : waiting_.front().before);
}

bool inbox::done(std::uint64_t seq) {
    bool moved = false;
    while (!waiting_.empty() && waiting_.front().at.seq <= seq) {
        held_ -= waiting_.front().cost;
        if (level_ == 3) keep(waiting_.front().at);
        waiting_.pop_front();
        moved = true;
    }
    if (waiting_.empty() || stored_.seq < waiting_.front().at.seq) keep(stored_);
    return moved;
}

// ---- after a restart ----

// Positions are counted from the last frame that is not here any more: only their differences are
// used.
void inbox::restore(saved& from) {
    recv_ = arrived_ = {from.recv, 0, from.recv_check};
    whole_through_ = from.done;
    again_ = std::move(from.inbox);
    end_again_ = again_.size();
    // Whole messages are the application's to keep: what was written down behind one that it is
    // not done with does not count.
    if (level_ == 3) begin_behind({from.done, 0, 0});
    look_for_end();
}

void inbox::set_position(const position& at) {
    begin_behind({at.recv, 0, at.check});
    look_for_end();
}

// Of what was written down only that counts which follows.
void inbox::begin_behind(const mark& last) {
    recv_ = last;
    next_again_ = 0;
    while (next_again_ < again_.size() && again_[next_again_].seq <= last.seq)
        ++next_again_;
    end_again_ = next_again_;
    for (; end_again_ < again_.size() && again_[end_again_].seq == recv_.seq + 1; ++end_again_)
        recv_ = {again_[end_again_].seq, 0, again_[end_again_].check};
    arrived_ = recv_;
    whole_through_ = last.seq;
}

void inbox::look_for_end() {
    ended_ = end_again_ > next_again_ && again_[end_again_ - 1].content == content::end;
    if (!ended_) return;
    end_code_ = again_[end_again_ - 1].end_code;
    end_reason_ = std::string(again_[end_again_ - 1].data.view());
}

std::optional<arrival> inbox::redeliver() {
    while (next_again_ < end_again_) {
        record::arrived& each = again_[next_again_++];
        if (each.content != content::data) {
            whole_through_ = each.seq;
            continue;
        }
        if (!mid_message_) {
            text_ = each.text;
            expires_ms_ = each.expires_ms;
            message_cost_ = 0;
        }
        message_cost_ += each.cost;
        parts_.append(each.data.view());
        mid_message_ = !each.fin;
        if (each.fin) return put_together(each);
    }
    again_.clear();
    again_.shrink_to_fit();
    next_again_ = end_again_ = 0;
    return std::nullopt;
}

arrival inbox::put_together(const record::arrived& last) {
    arrival a;
    a.owned = payload::copy(parts_.view());
    a.bytes = a.owned.view();
    parts_.release();
    a.text = text_;
    a.redelivered = true;
    a.seq = last.seq;
    a.check = last.check;
    a.expires_ms = expires_ms_;
    waiting_.push_back({{last.seq, 0, last.check}, whole_through_, message_cost_});
    held_ += message_cost_;
    whole_through_ = last.seq;
    return a;
}

} // namespace resock::session
