// What the application asks of a link.

#include <algorithm>
#include <utility>

#include "link/machine.hpp"

namespace resock::link {

void machine::on(in::open&, actions& out) {
    if (state_ != state::idle) return;
    if (session_) session_->end().begin(now_);
    if (session_ && session_->end().ending()) { // said before a restart, and not answered yet
        wanted_ = wanted::closed;
        close_until_ = after(now_, config_->close_timeout);
    }
    if (!serves()) return begin_attempt(out);
    if (session_ && session_->end().terms().born != 0) { // restored: its client will come back
        wait_for_client();
        return;
    }
    state_ = state::connecting; // the transport answers the request
    connection_number_ = ++stats_.attempts;
}

void machine::on(in::send& send, actions& out) {
    if (session_) return submit(send, out);
    kept_message m;
    m.id = last_id_ = send.id;
    m.data = std::move(send.data);
    m.text = send.text;
    m.unkept = send.unkept;
    m.flush = send.flush;
    m.expires = after(now_, send.ttl);
    queue_.push(std::move(m));
}

void machine::on(in::make_room& wanted, actions& out) {
    if (session_) {
        const auto made =
            session_->end().make_room(wanted.bytes, wanted.messages, wanted.newest_first);
        out.push_back(out::made_room{wanted.token, made.messages, made.bytes});
        return;
    }
    const out::made_room made = queue_.make_room(wanted, out);
    out.push_back(made);
}

void machine::on(in::confirm& confirm, actions& out) {
    if (session_) return; // refused by the hub
    const std::uint64_t before = queue_.messages();
    if (confirm.through)
        queue_.confirm_through(confirm.id, out);
    else
        queue_.confirm_one(confirm.id, out);
    if (active() && queue_.messages() < before) backoff_.confirmed();
}

void machine::on(in::flush&, actions&) {
    if (session_) return session_->end().ask_for_ack();
    if (state_ == state::open && !queue_.empty()) connection_->want_barrier();
    queue_.flush_last();
}

void machine::on(in::close& close, actions& out) {
    if (close.within) over_by_ = std::min(over_by_, after(now_, *close.within));
    const time_point until = close.within ? over_by_ : after(now_, config_->close_timeout);
    if (wanted_ == wanted::closed) { // a later one can only take time away
        close_until_ = std::min(close_until_, until);
        if (state_ == state::closing) until_ = std::min(*until_, over_by_);
        return;
    }
    wanted_ = wanted::closed;
    close_until_ = until;
    close_ = std::move(close);
    if (state_ == state::stopped) { // no connection will come that could confirm anything
        finish(closed_record(closed_here()), out);
        return;
    }
    if (session_) {
        end_session();
        return;
    }
    if (state_ == state::open && !queue_.empty()) connection_->want_barrier();
    queue_.flush_last();
}

// END, behind everything accepted (R28). What the application closes with is its code: 1000 is 0.
void machine::end_session() {
    session_->end().end(close_.code == 1000 ? 0 : close_.code, close_.reason, now_);
}

void machine::on(in::abandon& abandon, actions& out) {
    if (state_ != state::open) return;
    policy::failure f;
    f.close_code = abandon.code;
    f.close_reason = abandon.reason;
    f.closed_by_us = true;
    hang_up(abandon.code, abandon.reason, false, out);
    lose(std::move(f), out);
}

void machine::on(in::retry_now&, actions& out) {
    if (state_ != state::waiting && state_ != state::stopped) return;
    backoff_.restart();
    auth_tried_ = false;
    begin_attempt(out);
}

void machine::on(in::ready& ready, actions&) {
    if (session_ || state_ != state::open || ready.connection != connection_->number()) return;
    connection_->release_hold();
    until_.reset();
}

void machine::on(in::greeting_set& set, actions&) {
    if (session_) return; // refused by the hub
    const auto item = greetings_.set({std::move(set.key), std::move(set.data), set.text});
    if (state_ == state::open) connection_->add_greeting(item);
}

void machine::on(in::greeting_remove& remove, actions&) {
    greetings_.remove(remove.key);
    if (!session_ && state_ == state::open) connection_->remove_greeting(remove.key);
}

void machine::on(in::credentials& given, actions& out) {
    if (session_ && given.request_id != 0 && given.request_id == in_session_->token_request) {
        in_session_->token_request = 0;
        if (given.token) session_->end().send_token(*given.token); // with HELLO where it is down
        return;
    }
    const bool answer = state_ == state::asking && given.request_id == request_id_;
    if (given.request_id != 0 && !answer) return; // too late: a new question will come
    if (given.none_to_be_had) {
        if (answer) credentials_missing(true, out);
        return;
    }
    if (given.url) url_ = std::move(*given.url);
    if (given.headers) headers_ = std::move(*given.headers);
    if (session_ && given.token) session_->end().set_token(*given.token);
    if (state_ == state::asking) {
        connect(out);
    } else if (state_ == state::stopped) {
        backoff_.restart();
        connect(out);
    }
}

void machine::on(in::reconfigure& change, actions&) {
    config_ = std::move(change.to);
    backoff_.set_options(config_->reconnect);
    if (connection_) connection_->set_options(*config_);
}

} // namespace resock::link
