// What an end makes of the frames that it receives.

#include <algorithm>
#include <utility>

#include "session/check.hpp"
#include "session/decode.hpp"
#include "session/endpoint.hpp"

namespace resock::session {

namespace {

// Nothing that a peer may send to a server before its WELCOME (R13).
bool is_control(const decoded& frame) {
    return std::holds_alternative<ack_frame>(frame) || std::holds_alternative<note_frame>(frame) ||
           std::holds_alternative<auth_frame>(frame);
}

} // namespace

void endpoint::heard(time_point now) {
    now_ = heard_at_ = now;
    grace_.reset();
}

void endpoint::receive(bool binary, std::string_view bytes, payload owned, time_point now) {
    if (phase_ == phase::away) return;
    now_ = now;
    if (!binary) return fail("R2 a text message");
    const decoded frame = decode(bytes);
    // In greeting only the answer to HELLO may come; the rest comes behind it.
    const bool answer = std::holds_alternative<welcome_frame>(frame) ||
                        std::holds_alternative<reject_frame>(frame) ||
                        std::holds_alternative<frame_error>(frame);
    if (phase_ == phase::greeting && !answer) return fail("R13 a frame before WELCOME");
    if (welcome_due_ && is_control(frame))
        return fail("R13 a frame that is not numbered before WELCOME");
    std::visit([&](const auto& each) { on(each, bytes, owned); }, frame);
}

// The check of the last frame, while its bytes are here: it is needed when the session resumes, and
// for a duplicate, but not for each frame.
void endpoint::settle_check() {
    if (unchecked_.empty()) return;
    inbox_.set_check(check_of(unchecked_));
    unchecked_ = {};
    constexpr std::size_t small = 512;
    for (std::string& each : copies_)
        if (each.capacity() > small) std::string().swap(each);
}

// What is owned goes to the application, and may be gone before its check is needed: a copy stays.
// Not in the place of the one before, which counts if this frame is refused.
std::string_view endpoint::stay(std::string_view bytes, const payload& owned) {
    if (owned.empty()) return bytes;
    std::string& copy = copies_[unchecked_.data() == copies_[0].data() ? 1 : 0];
    copy.assign(bytes);
    return copy;
}

void endpoint::received_all(time_point now) {
    now_ = now;
    settle_check();
}

void endpoint::on(const frame_error& wrong, std::string_view, payload&) {
    fail(std::string(wrong.reason()));
}

// ---- sequenced frames ----

// R2, R8, R18, R20.
bool endpoint::may_take(std::uint64_t seq, std::string_view frame) {
    if (frame.size() > terms_.max_frame_in) {
        fail("R8 frame of %llu bytes, max_frame is %llu", frame.size(), terms_.max_frame_in);
        return false;
    }
    const int place = inbox_.place(seq);
    if (place < 0) {
        if (seq == inbox_.arrived().seq) settle_check();
        for (const inbox::mark& kept : {inbox_.arrived(), inbox_.recv()})
            if (seq == kept.seq && check_of(frame) != kept.check) {
                fail("R18 frame %llu is another than before: a copied store", seq, 0);
                return false;
            }
        ack_due_ = true;
        return false;
    }
    if (place > 0) {
        fail("R18 gap: %llu after %llu", seq, inbox_.arrived().seq);
        return false;
    }
    if (inbox_.ended()) {
        fail("R2 frame %llu after END", seq, 0);
        return false;
    }
    if (granted_ && inbox_.arrived().position + cost(frame.size()) > *granted_) {
        fail("R20 window exceeded by frame %llu, at %llu", seq, *granted_);
        return false;
    }
    return true;
}

void endpoint::on(const data_frame& f, std::string_view bytes, payload& owned) {
    if (!may_take(f.seq, bytes)) return;
    if (!options_.durable()) return take_in_memory(f, bytes, owned);
    const std::uint32_t check = check_of(bytes);
    record::arrived r;
    const bool keep = options_.ack_level == 2 || (options_.ack_level == 3 && !f.fin);
    if (keep) {
        r.seq = f.seq;
        r.check = check;
        r.fin = f.fin;
        r.text = f.text;
        r.expires_ms = f.expires_ms.value_or(0);
        r.data = payload::copy(f.payload);
    }
    if (std::string wrong = inbox_.take(f, bytes.size(), check, std::move(owned)); !wrong.empty())
        return fail(std::move(wrong));
    unchecked_ = {};
    taken(cost(bytes.size()), std::move(r), f.ackme);
}

// The way of nearly all frames: no record is made, and the check waits for settle_check().
void endpoint::take_in_memory(const data_frame& f, std::string_view bytes, payload& owned) {
    const std::string_view unchecked = stay(bytes, owned);
    if (std::string wrong = inbox_.take(f, bytes.size(), 0, std::move(owned)); !wrong.empty())
        return fail(std::move(wrong));
    unchecked_ = unchecked;
    if (f.ackme) ack_due_ = true;
    recv_moved(cost(bytes.size()));
    if (inbox_.whole()) hand_over(inbox_.message());
}

void endpoint::on(const end_frame& f, std::string_view bytes, payload&) {
    if (!may_take(f.seq, bytes)) return;
    if (inbox_.mid_message()) return fail("R8 END inside a message");
    const std::uint32_t check = check_of(bytes);
    inbox_.take_end(f, bytes.size(), check);
    unchecked_ = {};
    record::arrived r;
    r.seq = f.seq;
    r.check = check;
    r.content = content::end;
    r.end_code = f.code;
    r.data = payload::copy(f.reason);
    taken(cost(bytes.size()), std::move(r), true);
}

void endpoint::on(const void_frame& f, std::string_view bytes, payload&) {
    if (!may_take(f.seq, bytes)) return;
    if (inbox_.mid_message()) return fail("R8 VOID inside a message");
    const std::uint32_t check = check_of(bytes);
    inbox_.take_void(bytes.size(), check);
    unchecked_ = {};
    record::arrived r;
    r.seq = f.seq;
    r.check = check;
    r.content = content::void_;
    taken(cost(bytes.size()), std::move(r), false);
}

// A frame has arrived. Where it must be kept first, hand-over and acknowledgement wait; so does the
// ACK that it asks for, which is to cover it.
void endpoint::taken(std::uint64_t cost, record::arrived r, bool ackme) {
    const bool end = r.content == content::end;
    const bool kept_first = r.seq != 0 && options_.durable();
    const bool ack_later = kept_first && inbox_.recv().seq < inbox_.arrived().seq;
    if (ackme && !ack_later) ack_due_ = true;
    if (kept_first) {
        r.cost = static_cast<std::uint32_t>(cost);
        persist(std::move(r));
        unstored& last = unstored_.emplace_back();
        last.record = records_made_;
        last.at = inbox_.arrived();
        last.cost = cost;
        last.end = end;
        last.ackme = ackme && ack_later;
        last.whole = inbox_.whole();
        window_moved();
        if (!last.whole) return;
        last.message = inbox_.message();
        if (last.message.owned.empty()) {
            last.message.owned = payload::copy(last.message.bytes);
            last.message.bytes = last.message.owned.view();
        }
        return;
    }
    if (options_.durable())
        window_moved();
    else
        recv_moved(cost);
    if (inbox_.whole()) hand_over(inbox_.message());
    if (end) peer_end();
}

void endpoint::hand_over(arrival message) {
    events_.deliver(std::move(message));
}

// R28: END is answered with END behind what is queued; what the application sends while it handles
// the last messages is queued before.
void endpoint::peer_end() {
    if (end_answered_ || !inbox_.ended() || inbox_.done() != inbox_.arrived().seq) return;
    end_answered_ = true;
    if (!options_.half_close) end(0, "", now_);
    events_.peer_ended(inbox_.end_code(), inbox_.end_reason());
}

// R21: when what was received is acknowledged.
void endpoint::recv_moved(std::uint64_t cost) {
    if (cost == 0 || phase_ != phase::open) return;
    unacked_ += cost;
    if (unacked_ >= inbox_.first_window() / 4)
        ack_due_ = true;
    else if (!ack_at_)
        ack_at_ = now_ + ack_delay;
    window_moved();
}

void endpoint::window_moved() {
    if (phase_ != phase::open || ack_due_) return;
    const std::uint64_t limit = inbox_.recv().position + inbox_.window();
    const std::uint64_t one = cost(terms_.max_frame_in);
    const std::uint64_t at = inbox_.arrived().position;
    const bool opens = limit_told_ < at + one && limit >= at + one;
    if (opens || limit >= limit_told_ + inbox_.first_window() / 2) ack_due_ = true;
}

// ---- the others ----

// That END is acknowledged is not written down: a store drops what is, and a restart must know that
// END was said.
void endpoint::acknowledge(std::uint64_t seq) {
    if (seq <= outbox_.acked()) return;
    outbox::told told;
    const bool covers_end = outbox_.ending() && seq == outbox_.numbered();
    const std::uint64_t kept = covers_end ? seq - 1 : seq;
    if (kept > outbox_.acked()) {
        outbox_.acknowledge(kept, told);
        if (options_.durable()) persist(record::acknowledged{kept, outbox_.acked_check()});
    }
    if (covers_end) outbox_.acknowledge(seq, told);
    report(told, level::received);
}

void endpoint::on(const ack_frame& f, std::string_view, payload&) {
    if (f.recv > outbox_.numbered())
        return fail("R22 ACK of %llu, the last is %llu", f.recv, outbox_.numbered());
    if (f.ping) pong_due_ = true;
    if (f.pong && pinged_at_) {
        rtt_ = now_ - *pinged_at_;
        pinged_at_.reset();
    }
    acknowledge(f.recv);
    if (f.recv == outbox_.acked())
        limit_ = std::max(limit_.value_or(0), outbox_.acked_position() + f.window);
    if (!f.done) return;
    if (const std::uint64_t id = outbox_.processed(*f.done))
        events_.confirmed(level::processed, id, 0, 0);
}

void endpoint::on(const note_frame& f, std::string_view bytes, payload& owned) {
    if (bytes.size() > terms_.max_frame_in)
        return fail("R8 NOTE of %llu bytes, max_frame is %llu", bytes.size(), terms_.max_frame_in);
    if (inbox_.window() == 0) return; // R11: no room
    arrival a;
    a.bytes = f.payload;
    a.owned = std::move(owned);
    a.text = f.text;
    a.note = true;
    hand_over(std::move(a));
}

void endpoint::on(const hello_frame&, std::string_view, payload&) {
    fail("R2 HELLO where it may not stand");
}

void endpoint::on(const reject_frame& f, std::string_view, payload&) {
    if (options_.role == role::server || phase_ != phase::greeting)
        return fail("R2 REJECT where it may not stand");
    phase_ = phase::away;
    events_.rejected(f);
}

void endpoint::on(const goaway_frame& f, std::string_view, payload&) {
    if (options_.role == role::server) return fail("R2 GOAWAY from a client");
    events_.go_away(f);
}

void endpoint::on(const auth_frame& f, std::string_view, payload&) {
    if (f.request == (options_.role == role::server)) return fail("R2 AUTH from the wrong end");
    if (f.request) return events_.token_wanted(std::chrono::milliseconds(f.deadline_ms));
    token_until_.reset();
    events_.token_given(f.token);
}

} // namespace resock::session
