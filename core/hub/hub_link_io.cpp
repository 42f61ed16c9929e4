// The I/O thread's side of a link: the inbox goes in, events and budget come out.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"

namespace resock::hub {

void hub_link::step_all(std::vector<parcel>& parcels) {
    driver_->begin_burst();
    for (parcel& each : parcels) {
        if (each.other)
            driver_->step(std::move(*each.other));
        else
            driver_->take(std::move(each.send));
    }
    driver_->go_on();
}

void hub_link::run_inbox() {
    if (awaited_) return;
    take_inbox();
    driver_->end_burst();
}

// What was sent while a message was handled goes before the word that it is done: asked in this
// order, else it might still come in between.
void hub_link::take_inbox() {
    const auto done = newly_done();
    {
        const lock guard(mutex_);
        taken_.swap(inbox_);
        posted_ = false;
        if (std::exchange(retimed_, false))
            driver_->set_timeouts(settings_->connect_timeout, settings_->open_timeout);
    }
    step_all(taken_);
    taken_.clear();
    if (done) driver_->step(*done);
}

void hub_link::before_tick() {
    if (tracker_ && !awaited_) take_inbox();
}

void hub_link::belong_to(std::shared_ptr<void> slot, std::shared_ptr<void> membership,
                         std::shared_ptr<memory_pool> pool) {
    awaited_ = true;
    announced = false;
    slot_ = std::move(slot);
    membership_ = std::move(membership);
    memory_ = std::make_unique<memory_account>(std::move(pool));
}

void hub_link::leave_listener() {
    std::shared_ptr<void> left; // destroyed after the lock: that takes the listener's
    const lock guard(mutex_);
    left.swap(membership_);
}

// What was asked since the link was made comes behind its opening: a close says its code.
void hub_link::adopt(std::unique_ptr<net::stream> stream, link::in::accepted accepted) {
    awaited_ = false;
    driver_->step(link::in::open{});
    driver_->adopt(std::move(stream), std::move(accepted), std::move(slot_));
    run_inbox();
}

void hub_link::adoption_failed(policy::failure failure) {
    awaited_ = false;
    driver_->step(link::in::open{});
    run_inbox();
    driver_->step(link::in::connect_failed{std::move(failure)});
    driver_->end_burst();
}

// A session in memory ends here; one on disk does not: it goes on another time.
void hub_link::abort() {
    // What the application is done with must not come again in the next process.
    if (!finished_ && journal_) {
        driver_->begin_burst();
        if (const auto done = newly_done()) driver_->step(*done);
    }
    if (!finished_) tell_session_over(session::reject_reason::ended, true);
    driver_->stop();
    end_tracking();
    slot_.reset();
    leave_listener();
    const lock guard(events_mutex_);
    events_ = event_queue();
}

void hub_link::on(link::out::deliver&& message) {
    // What a listener bounds is counted to the byte: nothing may hold a chunk beside itself.
    auto& blocks = memory_ ? worker_->own_blocks : worker_->event_blocks;
    if (message.seq == 0) { // of a plain link, or a NOTE
        if (in_session_ && !has_room_for_note(message.bytes.size())) return;
        made_.push_back(make_event(origin(), std::move(message), blocks));
        return;
    }
    track_session();
    made_.push_back(make_event(origin(), std::move(message), blocks, *tracker_));
}

void hub_link::on(link::out::opened&& opened) {
    hub_->log(link::log_level::info, "open: " + opened.address, origin());
    made_.push_back(make_event(origin(), std::move(opened)));
}

void hub_link::on(link::out::down&& down) {
    hub_->log(link::log_level::info, "down: " + down.record.why, origin());
    {
        const lock guard(mutex_);
        if (history_.size() == max_history) history_.pop_front();
        history_.push_back(down.record);
    }
    made_.push_back(make_event(origin(), std::move(down)));
}

// The budget of a message returns at its final level; an event is made only where the run moved.
void hub_link::on(const link::out::confirmed& confirmed) {
    freed_budget_.messages += confirmed.messages;
    freed_budget_.bytes += confirmed.bytes;
    std::uint64_t& told = told_[static_cast<std::size_t>(confirmed.level)];
    if (confirmed.through <= told) return;
    told = confirmed.through;
    made_.push_back(make_event(origin(), confirmed));
}

void hub_link::on(const link::out::failed& failed) {
    made_.push_back(make_event(origin(), failed));
}

void hub_link::on(const link::out::made_room& made) {
    const lock guard(mutex_);
    const auto asked = rooms_.find(made.token);
    if (asked == rooms_.end()) return;
    asked->second = {true, made};
    changed_.notify_all();
}

void hub_link::on(const link::out::ask& ask) {
    made_.push_back(make_event(origin(), ask));
}

void hub_link::on(link::out::log&& log) {
    hub_->log(log.level, std::move(log.text), origin());
}

void hub_link::on(link::out::finish&& finish) {
    {
        const lock guard(mutex_);
        ended_ = true;
    }
    finished_ = true;
    tell_session_over(lost_reason_, finish.kept);
    slot_.reset();
    made_.push_back(make_event(origin(), std::move(finish)));
}

// What was accepted before anyone could know of the end: its FAILED must come before CLOSED.
void hub_link::end_late_sends() {
    if (!finished_) return;
    std::vector<parcel> late;
    {
        const lock guard(mutex_);
        late.swap(inbox_);
    }
    step_all(late);
}

void hub_link::memory_freed() {
    {
        const lock guard(mutex_);
        const lock events(events_mutex_);
        if (!refused_ && waiting_ == 0 && !paused_) return;
        changed_.notify_all();
    }
    hub_->io().run(worker_, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->driver_->begin_burst();
        self->driver_->end_burst();
    });
}

std::uint64_t hub_link::stalled_bytes(time_point now, duration long_enough) const {
    const lock guard(mutex_);
    if (!memory_ || ended_ || used_.messages == 0 || !memory_->above_share()) return 0;
    if (status_.state != link::state::open) return 0; // there is no connection to end
    return now - moved_at_ >= long_enough ? memory_->total() : 0;
}

void hub_link::give_up() {
    hub_->io().run(worker_, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->driver_->step(
            link::in::abandon{1013, "it takes nothing, and the server has no memory left"});
        self->driver_->end_burst();
    });
}

std::size_t hub_link::read_allowance() const {
    return memory_ ? memory_->allowance(net::io_worker::read_size) : net::io_worker::read_size;
}

void hub_link::account_queue(const lock&) {
    if (!memory_) return;
    memory_->set(memory_account::part::queue,
                 used_.bytes + used_.messages * memory_account::per_message);
}

void hub_link::account_events(const lock&) {
    if (!memory_) return;
    memory_->set(memory_account::part::events,
                 events_.message_bytes() + events_.messages() * memory_account::per_message);
}

bool hub_link::must_pause(const lock&) const {
    return events_.full() || (memory_ && !memory_->fits(0));
}

bool hub_link::may_resume(const lock&) const {
    return events_.resumable() && (!memory_ || memory_->fits(0));
}

// A link that sends nothing holds no room for it.
void hub_link::rest(const lock&) {
    constexpr duration soon = std::chrono::seconds(1);
    const time_point now = driver_->now();
    if (std::exchange(settled_id_, last_id_) != last_id_ || used_.messages > 0)
        busy_at_ = now;
    else if (blocks_.held() > 0 && now - busy_at_ >= soon)
        blocks_.release();
}

// What the burst made of the budget; WRITABLE where room has come back.
void hub_link::settle_budget(const link::machine& machine) {
    const lock guard(mutex_);
    status_.state = machine.state();
    if (in_session_ && machine.closing()) closing_ = true; // the peer has ended the session
    status_.stats = machine.stats();
    std::copy(std::begin(told_), std::end(told_), status_.reached.begin());
    if (memory_ && status_.stats.bytes_sent != sent_seen_) {
        sent_seen_ = status_.stats.bytes_sent;
        moved_at_ = net::steady_now();
    }
    used_.messages -= freed_budget_.messages;
    used_.bytes -= freed_budget_.bytes;
    freed_budget_ = {};
    account_queue(guard);
    rest(guard);
    const bool half_free = used_.messages <= settings_->queue_messages / 2 &&
                           used_.bytes <= settings_->queue_bytes / 2;
    if (refused_ && half_free &&
        (!memory_ || used_.messages == 0 || memory_->fits(refused_bytes_))) {
        refused_ = false;
        made_.push_back(make_writable(origin()));
    }
    if (waiting_ > 0) changed_.notify_all();
}

net::observer::answer hub_link::burst_ended(const link::machine& machine) {
    end_late_sends();
    settle_budget(machine);
    if (tracker_) tracker_->publish();
    const std::size_t held = memory_ ? machine.held_bytes() : 0;
    if (memory_) memory_->set(memory_account::part::wire, held);
    answer wanted;
    bool tell = false;
    bool waiting = false; // what the application can take, to make room
    {
        const lock guard(events_mutex_);
        for (event_ptr& each : made_)
            tell = events_.push(std::move(each)) || tell;
        tell = tell || !made_.empty();
        account_events(guard);
        // Lack of room never stops the reading of a session (protocol R20): its window does.
        if (!in_session_) paused_ = paused_ ? !may_resume(guard) : must_pause(guard);
        wanted.may_read = !paused_;
        waiting = events_.messages() > 0;
    }
    made_.clear();
    // Nothing that this side could do would make room for it.
    const bool grown = memory_ && machine.open_message_bytes() > memory_->share();
    if (grown && !waiting && !memory_->fits(0))
        wanted.abandon = link::in::abandon{1013, "the server has no memory left for it"};
    if (tell) hub_->ready_soon(shared_from_this());
    if (tracker_) settle_done(machine);
    return wanted;
}

} // namespace resock::hub
