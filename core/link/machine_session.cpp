// A link whose messages are those of a session: how it runs on the connections of the link.

#include <algorithm>
#include <utility>

#include "base/units.hpp"
#include "link/machine.hpp"
#include "session/decode.hpp"

namespace resock::link {

// R12: from the cryptographic generator.
session::identity machine::new_identity() {
    session::identity made;
    made.sid = random_.bytes<16>();
    made.secret = random_.bytes<16>();
    return made;
}

// ---- the application ----

void machine::submit(in::send& send, actions& out) {
    last_id_ = send.id;
    session::outgoing m;
    m.id = send.id;
    m.data = std::move(send.data);
    m.text = send.text;
    m.note = send.unkept;
    m.flush = send.flush;
    m.expires = after(now_, send.ttl);
    m.expires_ms = send.expires_ms;
    if (!session_->end().ending())
        session_->end().submit(std::move(m), now_);
    else if (in_session_->finish_and_renew) // a new session follows (GOAWAY)
        in_session_->later.push_back(std::move(m));
    else // the peer has ended the session, which the sender could not know yet
        out.push_back(out::failed{m.id, m.id, fail_reason::not_sent, 1, m.data.size(), false});
}

void machine::on(in::done& done, actions&) {
    if (session_) session_->end().done(done.seq, now_);
}

void machine::on(in::stored& stored, actions&) {
    if (session_ && stored.through > records_before_)
        session_->end().stored(stored.through - records_before_, now_);
}

void machine::on(in::store_failed& failed, actions& out) {
    unstored_ = fail_reason::not_sent;
    policy::failure f;
    f.cause = policy::cause::local;
    f.detail = failed.why;
    out.push_back(out::log{log_level::error, failed.why});
    if (state_ == state::open || state_ == state::connecting)
        out.push_back(out::disconnect{false, {}, false});
    policy::disconnect_record r = record_of(f);
    r.host = peer_name();
    r.verdict = policy::verdict::stop;
    r.layer = policy::layer::local;
    r.why = failed.why + "; the session stays as it is on disk";
    out.push_back(out::down{r, state_ == state::open});
    finish(r, out);
}

// ---- a connection ----

void machine::session_connected(out::opened opened, std::string leftover, actions& out) {
    state_ = state::open;
    until_.reset();
    opened_at_.reset();
    ++stats_.connections;
    session_->open_stream();
    // Text is refused whatever it holds (R2), and its bytes are named nowhere.
    receiver_.emplace(config_->role, wire::receiver_limits{session_frame_limit(), false});
    in_session_->opening = std::move(opened);
    if (!serves()) session_->end().connected(now_);
    if (leftover.empty()) return;
    leftover_ = std::move(leftover);
    in::received first{leftover_};
    on(first, out);
}

// R8, R10: what a WebSocket message may hold at most. Longer frames are told by their own rule up
// to there, above it by their length alone.
std::uint64_t machine::session_frame_limit() const {
    return std::max<std::uint64_t>(session::max_control,
                                   2ull * session_->end().terms().max_frame_in);
}

void machine::session_accepted(in::accepted& accepted, actions& out) {
    const session::decoded frame = session::decode(accepted.hello);
    const auto* hello = std::get_if<session::hello_frame>(&frame);
    if (hello == nullptr) return; // judge() has read it before
    const std::uint64_t born = random_.u64() % session::max_number + 1;
    session_connected({std::move(accepted.address), std::move(accepted.tls),
                       std::move(accepted.subprotocol), connection_number_, 0,
                       ended_at_ ? now_ - *ended_at_ : duration::zero()},
                      {}, out);
    if (!session_->end().accept(*hello, accepted.session_known, born, now_)) return;
    if (accepted.leftover.empty()) return;
    leftover_ = std::move(accepted.leftover);
    in::received first{leftover_};
    on(first, out);
}

std::optional<session::reject_frame> machine::judge(const session::hello_frame& hello,
                                                    std::string_view principal) const {
    return session_->end().judge(hello, principal);
}

// R14: the former connection is closed and nothing more of it is processed. R27: a client that
// moves leaves the old one without a word to its application.
void machine::on(in::superseded&, actions& out) {
    if (!session_ || state_ != state::open) return;
    const bool moves = in_session_->moving;
    hang_up(moves ? 1000 : 4409, moves ? "moved" : "superseded by a newer connection", false, out);
    if (moves) {
        in_session_->moving = false;
        in_session_->was_established = false;
        drop_connection();
        ended_at_ = now_;
        state_ = state::connecting;
        return;
    }
    policy::failure f;
    f.close_code = 4409;
    f.close_reason = "superseded by a newer connection";
    f.closed_by_us = true;
    lose(std::move(f), out);
}

// WELCOME was accepted, or is written.
void machine::established(bool resumed, actions& out) {
    in_session_->was_established = true;
    in_session_->redirected = false;
    was_open_ = true;
    opened_at_ = now_;
    auth_tried_ = false;
    backoff_.opened(now_);
    if (!in_session_->opening) return;
    out::opened told = *std::exchange(in_session_->opening, {});
    told.resumed = resumed;
    out.push_back(std::move(told));
    if (serves()) return;
    const std::string& resume_at = session_->end().resume_url();
    if (!resume_at.empty()) take_redirect(resume_at, out);
}

void machine::progress_session(actions& out) {
    if (state_ == state::open) {
        session_->stage(now_);
        settle_session(out);
    }
    if (state_ == state::finished || state_ == state::closing) return;
    await_last_word();
    if (wanted_ == wanted::closed && nothing_owed() && state_ != state::open) begin_closing(out);
}

// A session that no server knows, and that holds nothing: there is nothing to end.
bool machine::nothing_owed() const {
    const session::endpoint& end = session_->end();
    return end.terms().born == 0 && end.outbox().messages() == 0 && in_session_->later.empty();
}

void machine::settle_session(actions& out) {
    session_side::told told = session_->take();
    if (told.opened) established(*told.opened, out);
    const std::uint64_t acked = session_->end().outbox().acked();
    if (acked > in_session_->acked_seen) {
        in_session_->acked_seen = acked;
        backoff_.confirmed();
    }
    if (told.token_wanted) {
        if (config_->credentials_when == credentials_when::never) {
            out.push_back(out::log{log_level::warning,
                                   "the server asks for a fresh token; set credentials.when to "
                                   "refused or always and answer CREDENTIALS with session.token"});
        } else {
            in_session_->token_request = ++request_id_;
            out.push_back(out::ask{request_id_, backoff_.attempt(), 0, 0});
        }
    }
    if (told.go_away) told_to_leave(*told.go_away, told.go_away_url, out);
    if (told.peer_ended && wanted_ != wanted::closed && !in_session_->finish_and_renew)
        peer_ended(out);
    if (told.rejected) rejected(*told.rejected, told.reject_text, out);
    if (told.hang_up && state_ == state::open)
        session_hung_up(told.hang_up->first, std::move(told.hang_up->second), out);
}

// The peer has ended the session: the link ends too, once our END is acknowledged. That may take as
// long as the session lives; what is queued before it is not given up for close.timeout.
void machine::peer_ended(actions&) {
    wanted_ = wanted::closed;
    close_.code = 1000;
    close_.reason = "the peer ended the session";
    ended_by_peer_ = true;
    end_session();
}

// Everything of ours has arrived: only the server's 1000 is missing, and nothing is lost without
// it.
void machine::await_last_word() {
    if (serves() || !ended_by_peer_ || close_until_ != time_point::max()) return;
    if (session_->end().outbox().messages() == 0)
        close_until_ = after(now_, config_->close_timeout);
}

void machine::session_hung_up(std::uint16_t code, std::string reason, actions& out) {
    policy::failure f;
    f.close_code = code;
    f.close_reason = reason;
    f.closed_by_us = true;
    if (code == 1000) { // R28: the server's last word
        return end_well(std::move(f), true, out);
    }
    const bool again = !serves() && same_error_again(code);
    hang_up(code, reason, false, out);
    if (again) {
        const std::string why = "the same protocol error twice in a row: " + reason;
        return lost(session::reject_reason{}, std::nullopt, why, &f, out);
    }
    lose(std::move(f), out);
}

// §5: a protocol error, whoever found it, twice at the same place: it would come again for ever.
bool machine::same_error_again(std::uint16_t code) {
    if (code != 4400) return false;
    const session::endpoint& end = session_->end();
    const std::pair place(end.inbox().recv().seq, end.outbox().acked());
    return std::exchange(in_session_->protocol_error_at, place) == place;
}

// ---- time ----

void machine::tick_session(actions& out) {
    session_->end().tick(now_);
    if (in_session_->move_at && now_ >= *in_session_->move_at && state_ == state::open) move(out);
    if (now_ >= in_session_->leave_by) leave(out);
}

statistics machine::session_stats() const {
    statistics s = stats_;
    const session::outbox& kept = session_->end().outbox();
    s.messages_resent = kept.resent();
    s.queued_messages = kept.messages() + in_session_->later.size();
    s.queued_bytes = kept.bytes();
    const std::uint64_t first = kept.first_id();
    s.ended_below = first != 0                    ? first
                    : !in_session_->later.empty() ? in_session_->later.front().id
                                                  : last_id_ + 1;
    s.written_below = std::max(s.ended_below, written_through_ + 1);
    s.rtt = session_->end().rtt();
    if (session_->has_stream()) {
        s.messages_sent += session_->frames_sent();
        s.bytes_sent += session_->bytes_written();
    }
    return s;
}

} // namespace resock::link
