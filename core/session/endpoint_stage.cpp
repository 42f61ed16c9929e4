// What an end sends, in which order, and when.

#include <algorithm>
#include <utility>

#include "session/encode.hpp"
#include "session/endpoint.hpp"

namespace resock::session {

void endpoint::put(frame_sink& sink, std::string_view head, std::string_view body) {
    sink.put(head, body);
    sent_at_ = now_;
}

void endpoint::stage(frame_sink& sink, time_point now) {
    now_ = now;
    if (phase_ == phase::away || !put_greeting(sink)) return;
    if (phase_ == phase::open) {
        put_ack(sink);
        if (ack_first_) return; // R21
        put_requests(sink);
        put_notes(sink);
    }
    outbox::frame f;
    const auto room = [&] {
        return sink.room() && (phase_ == phase::open || sink.staged() < early_bytes);
    };
    std::uint64_t begin = sink.staged();
    while (room() && may_send() && outbox_.next(*limit_, stored_, f)) {
        put(sink, f.head, f.body);
        const std::uint64_t end = sink.staged();
        outbox_.sent(begin, end);
        begin = end;
    }
    leave_if_over();
}

// R13: before the first WELCOME of the session nothing is sent; later, before a connection's
// WELCOME, what the limit of the last one lets through. R14: born is stored before anything.
bool endpoint::may_send() const {
    return limit_ && terms_.born != 0 && agreed_record_ <= stored_;
}

// HELLO or WELCOME, where it is due. False: it has to wait, and so has the rest.
bool endpoint::put_greeting(frame_sink& sink) {
    if (!hello_due_ && !welcome_due_) return true;
    if (greeting_record_ > stored_) return false;
    if (hello_due_) put_hello(sink);
    if (welcome_due_) put_welcome(sink);
    grant();
    return true;
}

void endpoint::put_hello(frame_sink& sink) {
    hello_due_ = false;
    hello_frame h;
    h.sid = identity_.sid;
    h.secret = identity_.secret;
    h.born = terms_.born;
    h.epoch = epoch_;
    h.recv = inbox_.recv().seq;
    h.acked = outbox_.acked();
    h.window = inbox_.window();
    if (!options_.protocol.empty()) h.protocol = options_.protocol;
    if (!options_.token.empty()) h.token = options_.token;
    h.ttl_s = options_.ttl_s;
    h.max_frame = terms_.max_frame_in;
    if (h.recv > 0) h.check = inbox_.recv().check;
    h.heartbeat_ms = options_.heartbeat_ms;
    h.max_message = terms_.max_message_in;
    if (terms_.ack_level_in > 0) h.ack_level = terms_.ack_level_in;
    put(sink, encoded(h));
}

void endpoint::put_welcome(frame_sink& sink) {
    welcome_due_ = false;
    welcome_frame w;
    w.resumed = resumed_;
    w.born = terms_.born;
    w.recv = inbox_.recv().seq;
    w.window = inbox_.window();
    w.max_frame = terms_.max_frame_in;
    w.max_message = terms_.max_message_in;
    w.heartbeat_ms = terms_.heartbeat_ms;
    w.ttl_s = terms_.ttl_s;
    w.ack_level = terms_.ack_level_in;
    if (!options_.resume_url.empty()) w.url = options_.resume_url;
    if (terms_.tombstone_ttl_s > terms_.ttl_s) w.tombstone_ttl_s = terms_.tombstone_ttl_s;
    if (w.recv > 0) w.check = inbox_.recv().check;
    put(sink, encoded(w));
    ack_due_ = ack_first_ = true;
    events_.opened(resumed_);
}

// R21: at most one ACK waits to be written.
void endpoint::put_ack(frame_sink& sink) {
    if (ping_wanted_) ping_due_ = ack_due_ = true;
    ping_wanted_ = false;
    if (!ack_due_ && !pong_due_ && !ping_due_) return;
    if (ack_end_ > written_ || !sink.room()) return;
    ack_frame f;
    f.recv = inbox_.recv().seq;
    f.window = inbox_.window();
    f.ping = std::exchange(ping_due_, false);
    f.pong = std::exchange(pong_due_, false);
    const std::uint64_t done = done_kept();
    if (done > done_told_) f.done = done;
    done_told_ = done;
    grant();
    ack_due_ = ack_first_ = false;
    ack_at_.reset();
    if (f.ping) pinged_at_ = last_ping_ = now_;
    std::array<char, max_ack_size> bytes;
    const char* end = put_frame(bytes.data(), f);
    put(sink, {bytes.data(), static_cast<std::size_t>(end - bytes.data())});
    ack_end_ = sink.staged();
}

void endpoint::put_requests(frame_sink& sink) {
    if (goaway_due_) {
        goaway_due_->url = goaway_url_;
        put(sink, encoded(*goaway_due_));
        goaway_due_.reset();
    }
    if (ask_token_) {
        auth_frame f;
        f.request = true;
        f.deadline_ms = static_cast<std::uint32_t>(
            std::chrono::ceil<std::chrono::milliseconds>(*ask_token_).count());
        token_until_ = now_ + *ask_token_;
        ask_token_.reset();
        put(sink, encoded(f));
    }
    if (token_due_) {
        auth_frame f;
        f.token = *token_due_;
        put(sink, encoded(f));
        token_due_.reset();
    }
}

void endpoint::put_notes(frame_sink& sink) {
    while (sink.room()) {
        const outbox::entry* e = outbox_.next_note();
        if (e == nullptr) return;
        const std::uint64_t begin = sink.staged();
        note_frame f;
        f.text = e->text;
        std::array<char, 1> head;
        put_header(head.data(), f);
        put(sink, {head.data(), 1}, e->data.view());
        outbox_.note_sent(begin, sink.staged());
    }
}

// R28: the server's last word, once both ENDs are acknowledged and all is done.
void endpoint::leave_if_over() {
    if (options_.role == role::client || phase_ != phase::open || !both_ended()) return;
    const bool told = !ack_due_ && !pong_due_ && !ack_at_ && unstored_.empty();
    if (!told || done_kept() != inbox_.arrived().seq || done_told_ != done_kept()) return;
    over_ = true;
    leave(1000, "");
}

void endpoint::send_token(std::string_view token) {
    options_.token = std::string(token);
    if (phase_ == phase::open) token_due_ = std::string(token);
}

void endpoint::send_goaway(const goaway_frame& f) {
    if (phase_ != phase::open) return;
    goaway_url_ = std::string(f.url);
    goaway_due_ = f;
}

void endpoint::ask_token(duration within, time_point now) {
    now_ = now;
    if (phase_ == phase::open) ask_token_ = within;
}

std::uint64_t endpoint::written(std::uint64_t total, time_point now) {
    now_ = now;
    written_ = total;
    outbox::told told;
    const std::uint64_t id = outbox_.written(total, told);
    report(told, level::received);
    return id;
}

// ---- time ----

// R23: the server asks when for heartbeat_ms it has sent or heard nothing.
time_point endpoint::ping_at() const {
    return std::max(std::min(heard_at_, sent_at_), last_ping_) + heartbeat();
}

std::optional<time_point> endpoint::deadline() const {
    std::optional<time_point> first;
    const auto consider = [&](std::optional<time_point> when) {
        if (when && (!first || *when < *first)) first = when;
    };
    consider(const_cast<session::outbox&>(outbox_).next_expiry());
    if (phase_ == phase::away) return first;
    consider(greeting_until_);
    if (phase_ != phase::open) return first;
    consider(token_until_);
    if (ack_end_ <= written_) consider(ack_at_);
    consider(grace_ ? *grace_ : heard_at_ + patience());
    if (options_.role == role::server && !ping_due_) consider(ping_at());
    return first;
}

void endpoint::check_silence() {
    const time_point due = grace_ ? *grace_ : heard_at_ + patience();
    if (now_ < due) return;
    // The timer ran late (sleep, a throttled process): ask once more before giving up.
    if (!grace_ && now_ >= due + heartbeat() / 2) {
        grace_ = now_ + heartbeat();
        ping_due_ = true;
        return;
    }
    leave(4408,
          "R23 nothing heard for " +
              std::to_string(
                  std::chrono::duration_cast<std::chrono::milliseconds>(now_ - heard_at_).count()) +
              " ms");
}

void endpoint::tick(time_point now) {
    now_ = now;
    outbox::told told;
    outbox_.expire(now, told, [this](outbox::entry& e) { voided(e); });
    report(told, level::received);
    if (phase_ == phase::away) return;
    if (greeting_until_ && now >= *greeting_until_)
        return leave(4408, "R13 no WELCOME within 10 s");
    if (phase_ != phase::open) return;
    if (token_until_ && now >= *token_until_) return leave(4401, "R26 no fresh token in time");
    if (ack_at_ && now >= *ack_at_) {
        ack_due_ = true;
        ack_at_.reset();
    }
    if (options_.role == role::server && now >= ping_at()) ping_due_ = true;
    check_silence();
}

} // namespace resock::session
