// How a session moves to another connection: GOAWAY and other addresses (R27).

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "link/machine.hpp"

namespace resock::link {

using policy::disconnect_record;

void machine::told_to_leave(const session::goaway_frame& f, const std::string& url, actions& out) {
    if (serves() || in_session_->finish_and_renew) return;
    if (f.finish) { // the session cannot move: it ends, and a new one follows
        in_session_->move_at.reset();
        in_session_->finish_and_renew = true;
        session_->end().end(0, "", now_);
        return;
    }
    if (in_session_->moving) return;
    if (!url.empty()) take_redirect(url, out);
    const auto least = std::chrono::milliseconds(f.retry_min_ms);
    const auto more = std::chrono::milliseconds(f.retry_max_ms) - least;
    const time_point at =
        now_ + least + std::chrono::duration_cast<duration>(more * random_.unit());
    // A server that asks again may have become more urgent.
    in_session_->move_at = std::min(in_session_->move_at.value_or(at), at);
}

void machine::move(actions& out) {
    in_session_->move_at.reset();
    in_session_->moving = true;
    start_attempt(out);
}

// The old connection still stands: it is used until its server closes it.
void machine::move_failed() {
    in_session_->moving = false;
    if (std::exchange(in_session_->redirected, false)) in_session_->redirect.reset();
    if (state_ != state::open) return;
    in_session_->move_at = after(now_, config_->reconnect.max);
}

bool machine::may_follow(const resock::url& to) const {
    if (url_.secure() && !to.secure()) return false;
    if (to.scheme == url_.scheme && to.host == url_.host && to.port == url_.port) return true;
    return std::find(config_->redirect_hosts.begin(), config_->redirect_hosts.end(), to.host) !=
           config_->redirect_hosts.end();
}

void machine::take_redirect(const std::string& text, actions& out) {
    try {
        const resock::url to = parse_url(text);
        if (may_follow(to)) {
            in_session_->redirect = to;
            return;
        }
        out.push_back(
            out::log{log_level::warning, "the server names " + to.shown() +
                                             " to go on at, which is not followed: add its host to "
                                             "session.redirect_hosts; never from wss to ws"});
    } catch (const resock::error& wrong) {
        out.push_back(out::log{log_level::warning,
                               std::string("the server names a url to go on at that is none: ") +
                                   wrong.what()});
    }
}

// Where that fails the own url is used again.
const resock::url& machine::next_url() {
    if (!session_ || !in_session_->redirect) return url_;
    if (std::exchange(in_session_->redirected, true)) {
        in_session_->redirect.reset();
        in_session_->redirected = false;
        return url_;
    }
    return *in_session_->redirect;
}

void machine::on(in::move_away& away, actions&) {
    if (!session_) return;
    in_session_->leave_by = after(now_, away.grace);
    if (state_ != state::open) return;
    const auto ms = [](duration d) {
        return static_cast<std::uint32_t>(std::min<std::int64_t>(
            session::max_wait_ms, std::chrono::ceil<std::chrono::milliseconds>(d).count()));
    };
    session::goaway_frame f;
    f.finish = away.finish;
    f.grace_ms = ms(away.grace);
    f.retry_min_ms = ms(away.retry_min);
    f.retry_max_ms = std::max(f.retry_min_ms, ms(away.retry_max));
    f.url = away.url;
    session_->end().send_goaway(f);
}

// The grace of GOAWAY is over: nobody can come back to this process.
void machine::leave(actions& out) {
    in_session_->leave_by = time_point::max();
    const std::string why = "R27 the grace of GOAWAY is over";
    if (state_ == state::open) session_hung_up(4503, why, out);
    if (state_ == state::finished) return;
    if (!session_->end().durable()) {
        session_->end().lose(std::nullopt, false);
        out.push_back(out::lost{session::reject_reason{}, "the listener was drained", false});
    }
    disconnect_record r = closed_record(closed_here());
    r.why = "the listener was drained";
    finish(r, out);
}

} // namespace resock::link
