// From wanting a connection to having one: credentials, the attempt, the upgrade's answer.

#include <utility>

#include "base/units.hpp"

#include "link/machine.hpp"

namespace resock::link {

void machine::begin_attempt(actions& out) {
    if (credentials_wanted_ || config_->credentials_when == credentials_when::always)
        ask_credentials(out);
    else
        connect(out);
}

void machine::ask_credentials(actions& out) {
    state_ = state::asking;
    until_ = after(now_, config_->credentials_timeout);
    const auto* last = last_record_.get();
    out.push_back(out::ask{++request_id_, backoff_.attempt(), last ? last->http_status : 0,
                           last ? last->close_code : std::uint16_t{0}});
}

// The application had no answer for us: none to be had (stop), or not in time (try again later).
void machine::credentials_missing(bool none_to_be_had, actions& out) {
    policy::disconnect_record r;
    r.cause = policy::cause::local;
    r.host = url_.authority();
    r.connection = connection_number_;
    r.verdict = none_to_be_had ? policy::verdict::stop : policy::verdict::backoff;
    if (!none_to_be_had) r.delay = backoff_.next(r.verdict, std::nullopt, now_, random_.unit());
    r.attempt = backoff_.attempt();
    r.detail = none_to_be_had ? "the application has no credentials"
                              : "CREDENTIALS was not answered within credentials.timeout";
    r.limits_reached = !none_to_be_had && !r.delay;
    r.why = r.detail + (r.delay ? "; asking again in " + spoken_duration(*r.delay)
                                : std::string("; not retried: answer with "
                                              "resock_link_credentials, or call "
                                              "resock_link_retry_now once there are some"));
    if (!r.delay) r.verdict = policy::verdict::stop;
    out.push_back(out::down{r, false});
    follow_verdict(r, out);
}

void machine::connect(actions& out) {
    state_ = state::connecting;
    until_.reset();
    start_attempt(out);
}

void machine::start_attempt(actions& out) {
    credentials_wanted_ = false;
    ++connection_number_;
    ++stats_.attempts;
    if (session_) session_->end().prepare_attempt(now_);
    const resock::url& to = next_url();
    request_ = wire::make_upgrade(to, random_.bytes<16>(), config_->subprotocols, headers_);
    out.push_back(out::connect{connection_number_, to, request_});
}

void machine::on(in::connect_failed& failed, actions& out) {
    if (session_ && in_session_->moving) return move_failed();
    if (state_ == state::connecting) fail_attempt(std::move(failed.failure), out);
}

wire::upgrade_result machine::check_opening(const wire::upgrade_response& response,
                                            std::int64_t unix_now) const {
    auto result = wire::check_upgrade(response, request_, config_->subprotocols, unix_now);
    if (!session_ || result.failure || result.subprotocol == session_subprotocol) return result;
    result.failure.emplace();
    result.failure->cause = policy::cause::subprotocol;
    result.failure->detail =
        "the server selects no subprotocol; delivery=exactly-once needs one that speaks " +
        std::string(session_subprotocol);
    return result;
}

bool machine::keeps_connection(const wire::upgrade_response& response) const {
    return state_ != state::open || check_opening(response, 0).failure.has_value();
}

void machine::on(in::opened& opened, actions& out) {
    if (state_ != state::connecting) return; // a move was closed by in::superseded before
    auto result = check_opening(opened.response, opened.unix_now);
    request_ = {};
    if (result.failure) {
        out.push_back(out::disconnect{false, {}, false});
        fail_attempt(std::move(*result.failure), out);
        return;
    }
    begin_connection({std::move(opened.address), std::move(opened.tls),
                      std::move(result.subprotocol), connection_number_, backoff_.attempt(),
                      ended_at_ ? now_ - *ended_at_ : duration::zero()},
                     std::move(opened.leftover), out);
}

void machine::on(in::accepted& accepted, actions& out) {
    const bool comes_back = session_ && state_ == state::waiting;
    if (state_ != state::connecting && !comes_back) return;
    if (comes_back) connection_number_ = ++stats_.attempts;
    peer_ = accepted.address;
    if (session_) return session_accepted(accepted, out);
    begin_connection({std::move(accepted.address), std::move(accepted.tls),
                      std::move(accepted.subprotocol), connection_number_, 0, duration::zero()},
                     std::move(accepted.leftover), out);
}

void machine::begin_connection(out::opened opened, std::string leftover, actions& out) {
    if (session_) return session_connected(std::move(opened), std::move(leftover), out);
    state_ = state::open;
    was_open_ = true;
    opened_at_ = now_;
    ++stats_.connections;
    backoff_.opened(now_);
    until_.reset();
    if (config_->greeting_hold) until_ = after(now_, config_->greeting_timeout);
    connection_.emplace(connection_number_, *config_, random_, greetings_, now_);
    if (!reading_) connection_->heartbeat().reading(false, now_);
    connection_->one_at_a_time(search_through_ != 0);
    connection_->barrier_every(barrier_bytes_);
    confirmed_here_ = 0;
    receiver_.emplace(config_->role, wire::receiver_limits{config_->message_max});
    warned_slow_ = false;
    out.push_back(std::move(opened));
    // Bytes behind the handshake come before the first read.
    if (!leftover.empty()) {
        leftover_ = std::move(leftover);
        in::received first{leftover_};
        on(first, out);
    }
}

} // namespace resock::link
