#include "link/machine.hpp"

#include <algorithm>
#include <utility>

namespace resock::link {

using policy::disconnect_record;

const char* to_string(state s) {
    switch (s) {
    case state::idle:
        return "idle";
    case state::asking:
        return "asking";
    case state::connecting:
        return "connecting";
    case state::open:
        return "open";
    case state::closing:
        return "closing";
    case state::waiting:
        return "waiting";
    case state::stopped:
        return "stopped";
    case state::finished:
        return "finished";
    }
    return "";
}

machine::machine(std::shared_ptr<const config> c, random_fill fill, session_start start)
    : config_(std::move(c))
    , random_(std::move(fill))
    , backoff_(config_->reconnect)
    , queue_(config_->delivery, config_->delivery == delivery::at_most_once &&
                                    config_->confirm.mode == confirm_mode::off)
    , url_(config_->url)
    , headers_(config_->headers) {
    if (config_->delivery != delivery::exactly_once) return;
    if (!start.saved && start.identity.sid == session::sid_bytes{}) start.identity = new_identity();
    session_ = std::make_unique<session_side>(*config_, std::move(start), random_);
    in_session_ = std::make_unique<session_state>();
    last_id_ = session_->end().outbox().messages();
}

void machine::step(in::event event, time_point now, actions& out) {
    now_ = now;
    if (state_ == state::finished) {
        refuse(event, out);
        return;
    }
    if (session_) session_->begin_step(out);
    std::visit([&](auto& each) { on(each, out); }, event);
    if (session_) settle_session(out);
    if (state_ != state::finished) progress(out);
}

void machine::take(in::send send, time_point now, actions& out) {
    now_ = now;
    if (state_ == state::finished) {
        refuse(send, out);
        return;
    }
    if (session_) session_->begin_step(out);
    on(send, out);
    taken_ = true;
}

void machine::go_on(time_point now, actions& out) {
    if (!taken_) return;
    now_ = now;
    if (session_) session_->begin_step(out);
    if (state_ != state::finished) progress(out);
}

// What was asked before the asker could know that the link has ended: every message accepted ends,
// and nobody waits for room for ever.
void machine::refuse(const in::send& send, actions& out) {
    const std::uint64_t id = last_id_ = send.id;
    out.push_back(out::failed{id, id, fail_reason::not_sent, 1, send.data.size(), false});
}

void machine::refuse(const in::event& event, actions& out) {
    if (const auto* send = std::get_if<in::send>(&event)) {
        refuse(*send, out);
    } else if (const auto* room = std::get_if<in::make_room>(&event)) {
        out.push_back(out::made_room{room->token, 0, 0});
    }
}

// What can go on now that something happened.
void machine::progress(actions& out) {
    taken_ = false;
    if (session_) return progress_session(out);
    queue_.expire(now_, out); // before staging: what has expired is not sent any more
    if (wanted_ == wanted::closed && queue_.empty() && state_ != state::closing) begin_closing(out);
    if (state_ != state::open) return;
    // The search is over once everything that was in doubt when it began has ended.
    if (search_through_ != 0 && (queue_.empty() || queue_.first_id() > search_through_)) {
        search_through_ = 0;
        connection_->one_at_a_time(false);
    }
    connection_->stage(queue_, now_);
}

std::string_view machine::output() const {
    if (session_) return session_->output();
    return connection_ ? connection_->output() : std::string_view();
}

std::optional<time_point> machine::deadline() {
    std::optional<time_point> first = until_;
    const auto consider = [&](std::optional<time_point> when) {
        if (when && (!first || *when < *first)) first = when;
    };
    if (state_ == state::finished) return std::nullopt;
    if (wanted_ == wanted::closed && state_ != state::closing && close_until_ != time_point::max())
        consider(close_until_);
    if (session_) {
        if (state_ == state::closing) return first;
        consider(session_->end().deadline());
        consider(in_session_->move_at);
        if (in_session_->leave_by != time_point::max()) consider(in_session_->leave_by);
        return first;
    }
    consider(queue_.next_expiry());
    if (state_ == state::open) {
        consider(connection_->deadline());
        consider(connection_->heartbeat().deadline());
    }
    return first;
}

void machine::on(in::tick&, actions& out) {
    if (wanted_ == wanted::closed && state_ != state::closing && now_ >= close_until_) {
        if (session_) return give_up_session(out);
        queue_.end_all(out);
        return; // progress() begins the closing handshake
    }
    const bool over = until_ && now_ >= *until_;
    switch (state_) {
    case state::waiting:
        if (over && serves()) return expire_session(out);
        if (over) begin_attempt(out);
        break;
    case state::asking:
        if (over) credentials_missing(false, out);
        break;
    case state::stopped:
        if (over) finish(*last_record_, out);
        break;
    case state::closing:
        if (over) finish_closed(closed_here(), false, out);
        break;
    case state::open:
        if (!session_) tick_open(out);
        break;
    default:
        break;
    }
    if (session_ && state_ != state::finished && state_ != state::closing) tick_session(out);
}

void machine::tick_open(actions& out) {
    if (until_ && now_ >= *until_) { // the greeting was not answered in time
        policy::failure f;
        f.cause = policy::cause::local;
        f.detail = "the greeting was not answered by resock_link_ready within greeting.timeout";
        out.push_back(out::disconnect{false, {}, false});
        lose(std::move(f), out);
        return;
    }
    check_heartbeat(out);
}

// The application closes and nothing is kept any more.
void machine::begin_closing(actions& out) {
    if (state_ != state::open) {
        if (state_ == state::connecting) out.push_back(out::disconnect{false, {}, false});
        finish(closed_record(closed_here()), out);
        return;
    }
    if (session_) {
        session_->close(close_.code, close_.reason);
    } else {
        connection_->stage(queue_, now_);
        connection_->close(close_.code, close_.reason);
    }
    state_ = state::closing;
    until_ = std::min(after(now_, config_->close_handshake), over_by_);
}

policy::failure machine::closed_here() const {
    policy::failure f;
    f.cause = policy::cause::local;
    f.close_code = close_.code;
    f.close_reason = close_.reason;
    f.closed_by_us = true;
    f.detail = "closed by this side";
    return f;
}

disconnect_record machine::closed_record(const policy::failure& f) const {
    disconnect_record r = record_of(f);
    r.host = peer_name();
    r.verdict = policy::verdict::stop;
    r.layer = policy::layer::websocket;
    r.culprit = policy::culprit::us;
    r.cause = policy::cause::local;
    r.closed_by_us = true;
    r.why = "closed by this side with code " + std::to_string(close_.code) +
            (r.accepted ? "" : "; not retried");
    return r;
}

// The closing handshake is over, or its time is.
void machine::finish_closed(policy::failure f, bool orderly, actions& out) {
    const disconnect_record r = closed_record(f);
    buffer last;
    if (orderly) last = session_ ? session_->take_output() : connection_->take_output();
    out.push_back(
        out::disconnect{orderly, std::move(last), serves() && f.cause == policy::cause::none});
    drop_connection();
    out.push_back(out::down{r, true});
    finish(r, out);
}

// Our last word on a connection that the peer closed or broke. Where bytes still wait to be
// written it is left out: they may hold messages, which count as never written from here on.
void machine::hang_up(std::uint16_t code, std::string_view reason, bool peer_done, actions& out) {
    buffer last;
    if (session_) {
        // Its messages may be in doubt, and the peer is to learn the code (4409 of R14).
        session_->close(code, reason);
        last = session_->hand_over_output(now_);
    } else if (connection_->output().empty()) {
        connection_->close(code, reason);
        last = connection_->take_output();
    }
    out.push_back(out::disconnect{true, std::move(last), peer_done && serves()});
}

std::size_t machine::held_bytes() const {
    if (session_) {
        const auto& inbox = session_->end().inbox();
        return session_->output_size() + inbox.open_bytes() + (receiver_ ? receiver_->held() : 0);
    }
    return connection_ ? connection_->output().size() + receiver_->held() : 0;
}

void machine::drop_connection() {
    if (session_ && session_->has_stream()) {
        stats_.messages_sent += session_->frames_sent();
        stats_.bytes_sent += session_->bytes_written();
        session_->close_stream(now_);
        receiver_.reset();
    }
    if (!connection_) return;
    stats_.messages_sent += connection_->messages_sent();
    stats_.bytes_sent += connection_->bytes_written();
    connection_.reset();
}

statistics machine::stats() const {
    statistics s = stats_;
    if (session_) return session_stats();
    s.messages_resent = queue_.resent();
    s.queued_messages = queue_.messages();
    s.queued_bytes = queue_.bytes();
    s.ended_below = queue_.empty() ? last_id_ + 1 : queue_.first_id();
    s.written_below = std::max(s.ended_below, written_through_ + 1);
    if (connection_) {
        s.messages_sent += connection_->messages_sent();
        s.bytes_sent += connection_->bytes_written();
    }
    return s;
}

} // namespace resock::link
