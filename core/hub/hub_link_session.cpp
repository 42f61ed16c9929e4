// What only a session has (delivery=exactly-once): what the application is done with, what is
// written down, tokens and moving away.

#include <ctime>
#include <limits>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "net/farewell.hpp"
#include "session/opening.hpp"

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

// R11: NOTEs are not in the window; what the application is slow to take is dropped.
bool hub_link::has_room_for_note(std::size_t bytes) const {
    if (memory_ && !memory_->fits(bytes)) return false;
    const lock guard(mutex_);
    const lock events(events_mutex_);
    return events_.messages() + made_.size() < settings_->events_messages &&
           events_.message_bytes() + bytes <= settings_->events_bytes;
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

// A new session counts anew: after LOST, or where the server has ended one and a new one follows.
void hub_link::track_session() {
    const session::endpoint& now = *driver_->machine().session();
    const auto& sid = now.identity().sid;
    if (tracker_ && tracker_->is_of(sid, now.terms().born)) return;
    begin_tracking(sid, now.terms().born);
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

void hub_link::settle_done(const link::machine& machine) {
    if (tracker_->set_ack_pending(machine.session()->ack_pending())) done_moved();
}

void hub_link::done(std::uint64_t number) {
    if (!in_session_) check_session("resock_link_done", session::role::client);
    const lock guard(mutex_);
    if (freed_ || ended_) check_alive(guard);
    if (tracker_) tracker_->mark_seq(number);
}

// ---- what is written down ----

void hub_link::on(link::out::persist&& wanted) {
    // Nothing is lost silently: a durable session without its file must not go on.
    if (!journal_) return store_failed("no file was opened for this session", true);
    for (auto& each : wanted.records)
        if (auto* ended = std::get_if<session::record::ended>(&each))
            ended->until_unix_s += static_cast<std::int64_t>(std::time(nullptr));
    try {
        journal_->append(std::move(wanted.records));
    } catch (const std::exception& wrong) { // no memory, or a forked child
        store_failed(wrong.what(), true);
    }
}

void hub_link::stored(std::uint64_t through) {
    lock guard(mutex_);
    push(guard, link::in::stored{through});
    wake(guard);
}

// It is tried again until it works, where that may help: what is sent meanwhile waits.
void hub_link::store_failed(std::string why, bool for_good) {
    if (!for_good) return hub_->log(link::log_level::error, std::move(why), origin());
    lock guard(mutex_);
    push(guard, link::in::store_failed{std::move(why)});
    wake(guard);
}

// ---- a listener's session ----

void hub_link::tell_session_over(session::reject_reason reason, bool kept) {
    if (!session_over_) return;
    const session::endpoint& gone = *driver_->machine().session();
    session_rest rest;
    rest.link_id = id_;
    rest.identity = gone.identity();
    rest.reason =
        reason == session::reject_reason::expired ? reason : session::reject_reason::ended;
    rest.recv = gone.inbox().recv().seq;
    rest.tombstone_s = gone.terms().tombstone_ttl_s;
    rest.kept = kept && gone.durable() && !gone.forgotten();
    std::exchange(session_over_, nullptr)(rest);
}

void hub_link::begin_session(net::greeting& from, std::string address, std::string tls) {
    link::in::accepted as;
    as.address = std::move(address);
    as.tls = std::move(tls);
    as.subprotocol = session_subprotocol;
    as.hello = std::move(from.hello);
    as.leftover = std::move(from.leftover);
    slot_ = std::move(from.slot);
    awaited_ = false;
    driver_->step(link::in::open{});
    driver_->adopt(std::move(from.stream), std::move(as), std::move(slot_));
    run_inbox();
}

void hub_link::wait_for_client() {
    awaited_ = false;
    start();
}

bool hub_link::resume(net::greeting& from, link::in::accepted& as, std::string_view principal) {
    const link::state at = driver_->machine().state();
    if (finished_ || freed_ || at == link::state::closing) return false;
    const auto first = session::first_frame(false, from.hello);
    const auto& hello = std::get<session::hello_frame>(first);
    if (const auto refused = driver_->machine().judge(hello, principal)) {
        hub_->log(link::log_level::info,
                  "a connection was refused: " + as.address + ": " + std::string(refused->text),
                  origin());
        net::reject(*worker_->io, std::move(from.stream), *refused, std::move(from.slot));
        return true;
    }
    as.hello = std::move(from.hello);
    as.leftover = std::move(from.leftover);
    as.session_known = true;
    driver_->adopt(std::move(from.stream), std::move(as), std::move(from.slot));
    return true;
}

// ---- the end of a session ----

void hub_link::on(link::out::lost&& lost) {
    hub_->log(link::log_level::warning, "session lost: " + lost.why, origin());
    lost_reason_ = lost.reason;
    end_tracking();
    made_.push_back(make_event(origin(), std::move(lost)));
}

// ---- tokens, moving away ----

void hub_link::on(link::out::token&& given) {
    if (ask_about_token_) return ask_about_token_(std::move(given.token));
    token_judged(false);
}

void hub_link::token_judged(bool right, std::optional<std::string> principal) {
    lock guard(mutex_);
    if (freed_ || ended_) return;
    push(guard, link::in::token_judged{right, std::move(principal)});
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
