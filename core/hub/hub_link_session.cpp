// What only a session has (delivery=exactly-once): what the application is done with, what is
// written down, tokens and moving away.

#include <limits>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"

namespace resock::hub {

void hub_link::restore(const restored_outbox& kept) {
    const lock guard(mutex_);
    last_id_ = settled_id_ = kept.messages;
    status_.accepted = kept.messages;
    used_ = {kept.messages, kept.bytes};
    account_queue(guard);
}

void hub_link::set_journal(std::shared_ptr<session_journal> journal) {
    journal_ = std::move(journal);
}

// Messages of a session are bounded by session.window, not by events.*.
event_limits hub_link::limits_of_events() const {
    constexpr auto none = std::numeric_limits<std::uint64_t>::max();
    if (in_session_) return {none, none};
    return {settings_->events_bytes, settings_->events_messages};
}

void hub_link::check_plain(const char* call, const char* instead) const {
    check_not_freed();
    if (in_session_)
        throw error(resock::status::not_supported, std::string(call) +
                                                       " is of plain links, and this one has "
                                                       "delivery=exactly-once: " +
                                                       instead);
}

void hub_link::check_session(const char* call, session::role role) const {
    check_not_freed();
    if (in_session_ && settings_->machine.session.role == role) return;
    throw error(resock::status::not_supported,
                std::string(call) + (role == session::role::server
                                         ? " is of sessions that a listener accepted"
                                         : " is of sessions (delivery=exactly-once)"));
}

// ---- what the application is done with ----

void hub_link::begin_tracking(const session::sid_bytes& sid, std::uint64_t born) {
    done_tracker::options wanted;
    wanted.by_hand = settings_->session.done_by_hand;
    wanted.positions = settings_->session.position.has_value();
    wanted.window = settings_->machine.session.window;
    wanted.sid = sid;
    wanted.born = born;
    auto made = done_tracker::make(wanted, weak_from_this());
    const lock guard(mutex_);
    tracker_.swap(made);
}

void hub_link::end_tracking() {
    done_tracker::owner gone;
    const lock guard(mutex_);
    tracker_.swap(gone);
}

void hub_link::name_session(const session::sid_bytes& sid, std::uint64_t born) {
    if (tracker_ && tracker_->is_of(sid, born)) return;
    begin_tracking(sid, born);
}

void hub_link::done_moved() noexcept {
    if (freed_) return;
    try {
        hub_->io().run_soon(worker_, weak_from_this());
    } catch (...) { // no memory for it: the next burst asks by itself
    }
}

std::optional<link::in::done> hub_link::newly_done() {
    if (!tracker_) return {};
    const auto through = tracker_->fetch();
    if (!through) return {};
    return link::in::done{*through};
}

void hub_link::settle_done(const link::machine&) {
    // The machine does not tell yet whether an ACK is due by itself: every move is told at once.
    if (tracker_->set_ack_pending(false)) done_moved();
}

void hub_link::done(std::uint64_t number) {
    if (!in_session_) check_session("resock_link_done", session::role::client);
    const lock guard(mutex_);
    if (freed_ || ended_) check_alive(guard);
    if (tracker_) tracker_->mark_seq(number);
}

// ---- what is written down ----

void hub_link::on(link::out::persist&& wanted) {
    if (journal_) return journal_->append(std::move(wanted.records));
    // Nothing is lost silently: a durable session without its file must not go on.
    store_failed("no file was opened for this session");
}

void hub_link::stored(std::uint64_t through) {
    lock guard(mutex_);
    push(guard, link::in::stored{through});
    wake(guard);
}

void hub_link::store_failed(std::string why) {
    lock guard(mutex_);
    push(guard, link::in::store_failed{std::move(why)});
    wake(guard);
}

// ---- the end of a session ----

void hub_link::on(link::out::lost&& lost) {
    hub_->log(link::log_level::warning, "session lost: " + lost.why, origin());
    end_tracking();
    made_.push_back(make_event(origin(), std::move(lost)));
}

// ---- tokens, moving away ----

void hub_link::on(link::out::token&& given) {
    if (ask_about_token_) return ask_about_token_(std::move(given.token));
    token_judged(false);
}

void hub_link::token_judged(bool right) {
    lock guard(mutex_);
    if (freed_ || ended_) return;
    push(guard, link::in::token_judged{right});
    wake(guard);
}

void hub_link::ask_token(duration within) {
    check_session("resock_link_ask_token", session::role::server);
    lock guard(mutex_);
    check_alive(guard);
    push(guard, link::in::ask_token{within});
    wake(guard);
}

void hub_link::move_away(link::in::move_away how) {
    lock guard(mutex_);
    if (freed_ || ended_) return;
    push(guard, std::move(how));
    wake(guard);
}

} // namespace resock::hub
