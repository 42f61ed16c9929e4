#include "session/endpoint.hpp"

#include <algorithm>
#include <utility>

namespace resock::session {

endpoint::endpoint(session::options options, session::identity identity, session::events& told)
    : options_(std::move(options))
    , identity_(std::move(identity))
    , events_(told)
    , inbox_(options_.window, options_.ack_level) {
    terms_.max_frame_in = options_.max_frame;
    terms_.max_message_in = options_.max_message;
    terms_.ack_level_in = options_.ack_level;
    terms_.first_window_in = options_.window;
    terms_.heartbeat_ms = options_.heartbeat_ms;
    terms_.ttl_s = options_.ttl_s;
    inbox_.set_max_message(terms_.max_message_in);
}

endpoint::endpoint(session::options options, saved from, session::events& told)
    : options_(std::move(options))
    , identity_(std::move(from.identity))
    , terms_(from.terms)
    , events_(told)
    , inbox_(terms_.born != 0 ? terms_.first_window_in : options_.window, options_.ack_level)
    , epoch_(from.epoch)
    , fresh_(from.terms.born == 0)
    , granted_(std::nullopt) {
    if (terms_.born == 0) { // never agreed upon: the options may have changed
        terms_.max_frame_in = options_.max_frame;
        terms_.max_message_in = options_.max_message;
        terms_.ack_level_in = options_.ack_level;
        terms_.first_window_in = options_.window;
        terms_.heartbeat_ms = options_.heartbeat_ms;
        terms_.ttl_s = options_.ttl_s;
    }
    inbox_.set_max_message(terms_.max_message_in);
    outbox_.set_max_frame(std::min(terms_.max_frame_out, terms_.max_frame_in));
    outbox_.restore(from);
    inbox_.restore(from);
    stored_from_restart_ = true;
}

endpoint::~endpoint() = default;

void endpoint::begin(time_point now) {
    now_ = now;
    if (!stored_from_restart_) {
        if (options_.durable()) persist(record::created{identity_});
        return;
    }
    while (auto again = inbox_.redeliver())
        hand_over(std::move(*again));
    if (inbox_.ended()) peer_end();
}

bool endpoint::fits(const position& at) const {
    return at.sid == identity_.sid && at.born == terms_.born && at.born != 0;
}

void endpoint::set_position(const position& at) {
    inbox_.set_position(at);
}

position endpoint::position_behind(std::uint64_t seq, std::uint32_t check) const {
    return {identity_.sid, terms_.born, seq, check};
}

void endpoint::persist(record::any what) {
    ++records_made_;
    events_.persist(std::move(what));
}

void endpoint::report(outbox::told& told, level reached) {
    for (const failure_range& each : told.failed)
        events_.failed(each);
    if (told.confirmed.messages > 0)
        events_.confirmed(reached, told.through, told.confirmed.messages, told.confirmed.bytes);
}

// ---- the application ----

void endpoint::submit(outgoing m, time_point now) {
    now_ = now;
    if (m.note && (phase_ != phase::open || m.data.size() + 1 > terms_.max_frame_out)) {
        events_.failed({m.id, m.id, fail_reason::dropped, 1, m.data.size(), false});
        return;
    }
    const bool note = m.note;
    const std::uint64_t id = m.id;
    // Not even numbered: a crash could leave it in the store without the VOID in its place.
    if (!note && terms_.born != 0 && m.data.size() > terms_.max_message_out) {
        events_.failed({id, id, fail_reason::refused, 1, m.data.size(), false});
        return;
    }
    outbox::entry& e = outbox_.push(std::move(m));
    if (note) return;
    if (options_.durable()) {
        persist(outbox::record_of(e));
        e.record = records_made_;
        unstored_ids_.emplace_back(records_made_, id);
    }
}

void endpoint::voided(outbox::entry& e) {
    if (!options_.durable()) return;
    persist(outbox::record_of(e));
    e.record = records_made_;
}

void endpoint::drop_too_big() {
    outbox::told told;
    outbox_.void_above(terms_.max_message_out, told, [this](outbox::entry& e) { voided(e); });
    report(told, level::received);
}

freed_room endpoint::make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first) {
    outbox::told told;
    const freed_room freed = outbox_.make_room(bytes, messages, newest_first, told,
                                               [this](outbox::entry& e) { voided(e); });
    report(told, level::received);
    return freed;
}

void endpoint::end(std::uint32_t code, std::string_view reason, time_point now) {
    now_ = now;
    if (outbox_.ending()) return;
    outbox::entry& e = outbox_.push_end(code, reason);
    if (!options_.durable()) return;
    persist(outbox::record_of(e));
    e.record = records_made_;
}

void endpoint::done(std::uint64_t seq, time_point now) {
    now_ = now;
    const std::uint64_t before = inbox_.recv().position;
    const std::uint64_t done_before = done_kept();
    if (!inbox_.done(seq)) return;
    if (options_.durable()) {
        persist(record::done{seq});
        if (unstored_done_.empty()) done_kept_ = done_before;
        unstored_done_.emplace_back(records_made_, inbox_.done());
    }
    if (inbox_.recv().position != before) recv_moved(inbox_.recv().position - before);
    peer_end();
    if (phase_ != phase::open) return;
    done_moved();
    window_moved();
}

void endpoint::done_moved() {
    if (phase_ == phase::open && done_kept() > done_told_ && !ack_due_ && !ack_at_)
        ack_at_ = now_ + ack_delay;
}

// R24: it never falls, so what a restart could forget is not told.
std::uint64_t endpoint::done_kept() const {
    return options_.ack_level != 2 || unstored_done_.empty() ? inbox_.done() : done_kept_;
}

void endpoint::forget(reject_reason reason, std::uint64_t tombstone_s) {
    forgotten_ = true;
    if (options_.durable())
        persist(record::ended{reason, inbox_.recv().seq, static_cast<std::int64_t>(tombstone_s)});
}

// ---- storing ----

void endpoint::stored(std::uint64_t through, time_point now) {
    now_ = now;
    stored_ = std::max(stored_, through);
    std::uint64_t id = 0;
    while (!unstored_ids_.empty() && unstored_ids_.front().first <= stored_) {
        id = unstored_ids_.front().second;
        unstored_ids_.pop_front();
    }
    if (id != 0) events_.confirmed(level::stored, id, 0, 0);
    while (!unstored_done_.empty() && unstored_done_.front().first <= stored_) {
        done_kept_ = unstored_done_.front().second;
        unstored_done_.pop_front();
    }
    done_moved();
    while (!unstored_.empty() && unstored_.front().record <= stored_) {
        unstored each = std::move(unstored_.front());
        unstored_.pop_front();
        const std::uint64_t before = inbox_.recv().position;
        inbox_.stored(each.at);
        recv_moved(inbox_.recv().position - before);
        if (each.ackme) ack_due_ = true;
        if (each.whole) hand_over(std::move(each.message));
        if (each.end) peer_end();
    }
}

// ---- the connection ----

void endpoint::new_connection(time_point now) {
    now_ = heard_at_ = sent_at_ = last_ping_ = now;
    hello_due_ = welcome_due_ = ack_due_ = ack_first_ = pong_due_ = ping_due_ = false;
    ack_at_.reset();
    pinged_at_.reset();
    grace_.reset();
    greeting_until_.reset();
    token_until_.reset();
    token_due_.reset();
    ask_token_.reset();
    goaway_due_.reset();
    unacked_ = ack_end_ = written_ = limit_told_ = done_told_ = 0;
    unchecked_ = {};
}

void endpoint::prepare_attempt(time_point now) {
    now_ = now;
    ++epoch_;
    if (options_.durable()) persist(record::epoch{epoch_});
    greeting_record_ = options_.durable() ? records_made_ : 0;
}

void endpoint::connected(time_point now) {
    new_connection(now);
    phase_ = phase::greeting;
    hello_due_ = true;
    greeting_until_ = now + answer_time;
}

void endpoint::disconnected(std::uint64_t written, time_point now) {
    settle_check();
    new_connection(now);
    phase_ = phase::away;
    outbox::told told;
    outbox_.rewind(written, told);
    report(told, level::received);
}

void endpoint::leave(std::uint16_t code, std::string reason) {
    phase_ = phase::away;
    settle_check();
    events_.hang_up(code, std::move(reason));
}

void endpoint::fail(std::string reason) {
    leave(4400, std::move(reason));
}

void endpoint::fail(const char* format, std::uint64_t a, std::uint64_t b) {
    const frame_error why(format, static_cast<unsigned long long>(a),
                          static_cast<unsigned long long>(b));
    fail(std::string(why.reason()));
}

// R20: what HELLO, WELCOME or an ACK grants that is written now.
void endpoint::grant() {
    const std::uint64_t limit = inbox_.recv().position + inbox_.window();
    limit_told_ = std::max(limit_told_, limit);
    if (granted_) granted_ = std::max(*granted_, limit);
    unacked_ = 0;
}

// ---- the end ----

std::vector<outgoing> endpoint::lose(std::optional<std::uint64_t> recv, bool keep_unsent) {
    const bool covered = recv && *recv >= outbox_.acked() && *recv <= outbox_.numbered();
    if (covered) acknowledge(*recv);
    std::vector<outgoing> kept;
    outbox::told told;
    outbox_.end_all(covered, told, keep_unsent ? &kept : nullptr);
    report(told, level::received);
    return kept;
}

void endpoint::leave_on_disk(fail_reason reason) {
    outbox::told told;
    outbox_.end_unstored(stored_, reason, told);
    report(told, level::received);
}

bool endpoint::all_done() const {
    return both_ended() && done_kept() == inbox_.arrived().seq;
}

bool endpoint::own_end_acked() const {
    return outbox_.end_acked();
}

bool endpoint::both_ended() const {
    return outbox_.end_acked() && inbox_.ended();
}

} // namespace resock::session
