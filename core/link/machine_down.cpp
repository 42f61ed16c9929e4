// How a connection or an attempt ended, and what follows from it.

#include <algorithm>
#include <utility>

#include "link/machine.hpp"
#include "policy/verdict.hpp"

namespace resock::link {

using policy::disconnect_record;
using policy::failure;

namespace {

constexpr duration shortest_up = std::chrono::milliseconds(1);

} // namespace

void machine::on(in::ended& ended, actions& out) {
    if (session_ && state_ == state::open && session_closed_well(0))
        end_well(std::move(ended.failure), false, out);
    else if (state_ == state::closing)
        finish_closed(std::move(ended.failure), false, out);
    else if (state_ == state::open) {
        out.push_back(out::disconnect{false, {}, false});
        lose(std::move(ended.failure), out);
    }
}

disconnect_record machine::record_of(const failure& f) const {
    disconnect_record r = policy::make_record(f, {});
    r.accepted = serves();
    r.connection = connection_number_;
    r.attempt = backoff_.attempt();
    r.rtt = stats_.rtt;
    // Zero would say that it was never open.
    if (active() && opened_at_) r.up = std::max<duration>(now_ - *opened_at_, shortest_up);
    if (connection_) r.since_last_byte = connection_->heartbeat().silence(now_);
    if (session_) r.rtt = session_->end().rtt();
    if (session_ && session_->has_stream()) r.since_last_byte = session_->end().silence(now_);
    return r;
}

policy::situation machine::situation_of(const failure& f) {
    const bool protocol_error = f.close_code == 1002 && f.cause == policy::cause::none;
    protocol_row_ = protocol_error ? protocol_row_ + 1 : 0;
    policy::situation s;
    s.was_open = was_open_;
    s.refresh_set = config_->credentials_when != credentials_when::never;
    s.auth_tried = auth_tried_;
    s.protocol_row = protocol_row_;
    s.in_session = session_ != nullptr;
    s.can_search = config_->delivery == delivery::at_least_once &&
                   (config_->confirm.mode == confirm_mode::pong ||
                    config_->confirm.mode == confirm_mode::heartbeat);
    return s;
}

void machine::lose(failure f, actions& out) {
    f.host = peer_name();
    // The end of an open connection without a Close frame (RFC 6455 §7.1.5); the cause stays.
    if (f.close_code == 0 && f.cause != policy::cause::local) f.close_code = 1006;
    if (opened_at_ && now_ - *opened_at_ >= config_->reconnect.reset_after) {
        auth_tried_ = false;
        protocol_row_ = 0;
    }
    disconnect_record r = record_of(f);
    policy::situation s = situation_of(f);
    if (session_) {
        const bool was_established = std::exchange(in_session_->was_established, false);
        drop_connection();
        in_session_->moving = false; // out::disconnect has ended the attempt, too
        in_session_->move_at.reset();
        ended_at_ = now_;
        written_through_ = 0;
        return settle(f, s, std::move(r), was_established, out);
    }
    const auto doubt = queue_.lost_connection(out);
    s.doubtful = static_cast<unsigned>(doubt.messages);
    if (s.can_search) note_search(f, doubt, r, out);
    if (doubt.messages > 0 && confirmed_here_ == 0)
        barrier_bytes_ = std::max(barrier_bytes_ / 2, barrier::least_due_bytes);
    drop_connection();
    ended_at_ = now_;
    written_through_ = 0;
    settle(f, s, std::move(r), true, out);
}

void machine::fail_attempt(failure f, actions& out) {
    f.host = peer_name();
    const disconnect_record r = record_of(f);
    settle(f, situation_of(f), r, false, out);
}

// 1003, 1007, 1009: what was in doubt goes one message at a time until the culprit is alone.
void machine::note_search(const failure& f, const kept_queue::doubt& doubt, disconnect_record& r,
                          actions& out) {
    if (!policy::blames_message(f) || doubt.messages == 0) return;
    if (search_through_ != 0 && doubt.messages == 1) {
        r.message_id = doubt.first;
        queue_.refuse(doubt.first, out);
        search_through_ = 0;
    } else {
        search_through_ = std::max(search_through_, doubt.last);
    }
}

void machine::settle(const failure& f, const policy::situation& s, disconnect_record r,
                     bool was_open, actions& out) {
    policy::judgement j = policy::judge(f, config_->verdicts, s);
    // Ended by us and yet wanted: the greeting was not answered in time.
    if (f.cause == policy::cause::local) j.verdict = policy::verdict::backoff;
    if (session_ && ended_by_peer_ && !serves()) j.verdict = policy::verdict::backoff;
    const auto retry = session_ ? std::exchange(in_session_->retry_after, {}) : std::nullopt;
    const bool about_token =
        f.reject == static_cast<int>(session::reject_reason::authentication_needed);
    if (retry && !about_token) j.verdict = policy::verdict::backoff; // though the table says stop
    if (serves()) { // whether to come back is the client's to decide, and so is what would help
        j.verdict = policy::verdict::stop;
        j.remedy.clear();
    }
    r.layer = j.layer;
    r.culprit = j.culprit;
    r.verdict = j.verdict;
    if (r.verdict != policy::verdict::stop) {
        r.delay = backoff_.next(r.verdict, f.retry_after, now_, random_.unit());
        r.limits_reached = !r.delay;
        if (r.delay && retry) r.delay = retry;
    }
    r.attempt = backoff_.attempt();
    r.why = policy::explain(r, j);
    if (!r.delay) r.verdict = policy::verdict::stop;
    out.push_back(out::down{r, was_open});
    follow_verdict(r, out);
}

void machine::follow_verdict(const disconnect_record& r, actions& out) {
    last_record_ = std::make_unique<const disconnect_record>(r);
    if (r.verdict == policy::verdict::stop) {
        if (session_ && serves() && wait_for_client()) return;
        const bool at_once = session_ ? nothing_owed() : true;
        if ((wanted_ == wanted::closed && at_once) || serves() ||
            config_->reconnect.hold <= duration::zero()) {
            finish(r, out);
            return;
        }
        state_ = state::stopped;
        until_ = after(now_, config_->reconnect.hold);
        return;
    }
    if (r.verdict == policy::verdict::auth) {
        auth_tried_ = credentials_wanted_ = true;
        if (*r.delay <= duration::zero()) return ask_credentials(out);
    }
    state_ = state::waiting;
    until_ = after(now_, *r.delay);
}

void machine::finish(const disconnect_record& r, actions& out) {
    queue_.end_all(out);
    drop_connection();
    const bool kept = session_ && session_->end().durable() && !session_->end().forgotten();
    if (session_ && !kept) session_->end().lose(std::nullopt, false);
    if (session_ && kept) session_->end().leave_on_disk(unstored_);
    if (session_) fail_later(out);
    state_ = state::finished;
    until_.reset();
    out.push_back(out::finish{r, kept});
}

} // namespace resock::link
