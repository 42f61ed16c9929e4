// How a session ends, well or not.

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/units.hpp"
#include "link/machine.hpp"
#include "session/opening.hpp"

namespace resock::link {

using policy::disconnect_record;
using session::reject_reason;

// ---- well (R28) ----

// A client knows it by the server's 1000 alone: else it resumes, to learn whether its last ACK has
// come. A server knows it once its application is done with everything.
bool machine::session_closed_well(std::uint16_t received_code) const {
    const session::endpoint& end = session_->end();
    return serves() ? end.all_done() : received_code == 1000 && end.both_ended();
}

void machine::end_well(policy::failure f, bool orderly, actions& out) {
    session_->end().forget(reject_reason::ended, session_->end().terms().tombstone_ttl_s);
    disconnect_record r = closed_record(closed_here());
    r.closed_by_us = !ended_by_peer_;
    if (ended_by_peer_) {
        r.culprit = policy::culprit::peer;
        r.layer = policy::layer::session;
        r.why = "the peer ended the session" + (session_->end().inbox().end_reason().empty()
                                                    ? std::string()
                                                    : ": " + session_->end().inbox().end_reason());
    }
    if (state_ == state::open) {
        buffer last;
        if (orderly) { // the last ACK goes before it
            session_->close(f.close_code == 0 ? 1000 : f.close_code, {});
            last = session_->take_output();
        }
        out.push_back(out::disconnect{orderly, std::move(last), false});
        const bool was = in_session_->was_established;
        drop_connection();
        out.push_back(out::down{r, was});
    }
    const bool more = wanted_ == wanted::up || !in_session_->later.empty();
    if (in_session_->finish_and_renew && more) {
        in_session_->finish_and_renew = false;
        return begin_anew(std::exchange(in_session_->later, {}), out);
    }
    finish(r, out);
}

// close.timeout is over. A durable session stays on disk; else what it kept fails.
void machine::give_up_session(actions& out) {
    const disconnect_record r = closed_record(closed_here());
    if (state_ == state::open) { // finish() tells what became of the rest, once nothing goes out
        session_->close(close_.code, close_.reason);
        state_ = state::closing;
        until_ = std::min(after(now_, config_->close_handshake), over_by_);
        return;
    }
    if (state_ == state::connecting) out.push_back(out::disconnect{false, {}, false});
    finish(r, out);
}

// ---- a server whose client is away ----

bool machine::wait_for_client() {
    if (session_closed_well(0)) {
        session_->end().forget(reject_reason::ended, session_->end().terms().tombstone_ttl_s);
        return false;
    }
    state_ = state::waiting;
    const auto ttl = std::chrono::seconds(session_->end().terms().ttl_s);
    until_ = after(now_, ttl);
    if (wanted_ == wanted::closed) until_ = std::min(*until_, close_until_);
    return true;
}

void machine::expire_session(actions& out) {
    const std::string why = "the client was away for longer than the session's ttl (" +
                            spoken_duration(std::chrono::seconds(session_->end().terms().ttl_s)) +
                            ")";
    session_->end().forget(reject_reason::expired, session_->end().terms().tombstone_ttl_s);
    disconnect_record r = *last_record_;
    r.why = why;
    session_->end().lose(std::nullopt, false);
    out.push_back(out::lost{reject_reason::expired, why, false});
    finish(r, out);
}

// ---- REJECT (R16) ----

void machine::rejected(const session::reject_frame& reject, const std::string& text, actions& out) {
    policy::failure f;
    f.reject = static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(reject.reason),
                                                        std::numeric_limits<int>::max()));
    f.close_code = session::close_code_of(reject);
    f.close_reason = text;
    const session::endpoint& end = session_->end();
    const bool stale =
        reject.reason == reject_reason::stale_epoch || reject.reason == reject_reason::forbidden;
    if (stale) { // the state is kept, the application decides
        out.push_back(out::disconnect{false, {}, false});
        return lose(std::move(f), out);
    }
    if (reject.retry || reject.reason == reject_reason::authentication_needed)
        return reject_retry(reject, std::move(f), out);
    const bool gone =
        reject.reason == reject_reason::ended || reject.reason == reject_reason::expired;
    const bool covered = gone && end.ending() && end.peer_end_seen() && reject.recv &&
                         *reject.recv == end.outbox().numbered();
    if (covered) session_->end().lose(reject.recv, false); // applies recv; nothing is left
    if (covered || (reject.reason == reject_reason::unknown_session && end.both_ended())) {
        out.push_back(out::disconnect{false, {}, false});
        f.cause = policy::cause::local;
        return end_well(std::move(f), false, out);
    }
    const std::string why = "the server refuses to go on with the session: " +
                            (text.empty() ? "reason " + std::to_string(f.reject) : text);
    out.push_back(out::disconnect{false, {}, false});
    lost(reject.reason, reject.recv, why, &f, out);
}

// RETRY, whatever the reason: after a random time in [retry_ms, 2 x retry_ms], with the state that
// there is; 11 with a new token, too.
void machine::reject_retry(const session::reject_frame& reject, policy::failure f, actions& out) {
    out.push_back(out::disconnect{false, {}, false});
    const duration least = std::chrono::milliseconds(reject.retry_ms);
    in_session_->retry_after = least + std::chrono::duration_cast<duration>(least * random_.unit());
    lose(std::move(f), out);
}

// R29.
void machine::lost(reject_reason reason, std::optional<std::uint64_t> recv, std::string why,
                   const policy::failure* f, actions& out) {
    const bool anew = config_->on_lost == on_lost::begin_anew && wanted_ != wanted::closed;
    disconnect_record r;
    if (f != nullptr) {
        policy::failure failure = *f;
        failure.host = peer_name();
        const policy::judgement j =
            policy::judge(failure, config_->verdicts, situation_of(failure));
        r = record_of(failure);
        r.layer = policy::layer::session;
        r.culprit = j.culprit;
        r.verdict = policy::verdict::stop;
        r.why = policy::explain(r, j);
    }
    const bool was = std::exchange(in_session_->was_established, false);
    drop_connection();
    ended_at_ = now_;
    out.push_back(out::down{r, was});
    std::vector<session::outgoing> kept = session_->end().lose(recv, anew);
    out.push_back(out::lost{reason, why, anew});
    // One append to the file with the beginning of the next session: a crash leaves one of both.
    session_->end().forget(reason, 0);
    if (anew) {
        std::move(in_session_->later.begin(), in_session_->later.end(), std::back_inserter(kept));
        return begin_anew(std::move(kept), out);
    }
    r.why = std::move(why);
    finish(r, out);
}

// Messages for a session that will not come.
void machine::fail_later(actions& out) {
    for (const session::outgoing& m : in_session_->later)
        out.push_back(out::failed{m.id, m.id, fail_reason::not_sent, 1, m.data.size(), false});
    in_session_->later.clear();
}

// A new session carries on with what was not sent; always on a new connection.
void machine::begin_anew(std::vector<session::outgoing> kept, actions& out) {
    records_before_ += session_->end().records_made();
    session_start start;
    start.identity = new_identity();
    session_ = std::make_unique<session_side>(*config_, std::move(start), random_);
    session_->begin_step(out);
    *in_session_ = session_state();
    session_->end().begin(now_);
    for (session::outgoing& each : kept)
        session_->end().submit(std::move(each), now_);
    if (wanted_ == wanted::closed) end_session();
    const auto delay = backoff_.next(policy::verdict::now, std::nullopt, now_, random_.unit());
    if (!delay) { // attempts or time are used up
        finish(closed_record(closed_here()), out);
        return;
    }
    state_ = state::waiting;
    until_ = after(now_, *delay);
}

// ---- tokens (R26) ----

void machine::on(in::ask_token& ask, actions&) {
    if (session_ && state_ == state::open) session_->end().ask_token(ask.within, now_);
}

void machine::on(in::token_judged& judged, actions& out) {
    const bool right =
        judged.right && (!judged.principal ||
                         (session_ && *judged.principal == session_->end().identity().principal));
    if (session_ && state_ == state::open && !right)
        session_hung_up(4403, "R26 the new token names another principal", out);
}

} // namespace resock::link
