// The I/O thread's side of a link: the inbox goes in, events and budget come out.

#include <boost/asio/post.hpp>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"

namespace resock::hub {

void hub_link::step_all(std::vector<parcel>& parcels) {
    for (parcel& each : parcels) {
        if (each.other)
            driver_->step(std::move(*each.other));
        else
            driver_->step(std::move(each.send));
    }
}

void hub_link::run_inbox() {
    {
        const lock guard(mutex_);
        taken_.swap(inbox_);
        posted_ = false;
    }
    step_all(taken_);
    taken_.clear();
    driver_->end_burst();
}

void hub_link::abort() {
    driver_->stop();
    const lock guard(events_mutex_);
    events_ = event_queue();
}

void hub_link::on(link::out::deliver&& message) {
    made_.push_back(make_event(origin(), std::move(message)));
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
    made_.push_back(make_event(origin(), std::move(finish)));
}

// What was accepted before anyone could know of the end: its FAILED must come before CLOSED.
void hub_link::end_late_sends() {
    std::vector<parcel> late;
    {
        const lock guard(mutex_);
        if (ended_) late.swap(inbox_);
    }
    step_all(late);
}

bool hub_link::burst_ended(const link::machine& machine) {
    end_late_sends();
    {
        const lock guard(mutex_);
        status_.state = machine.state();
        status_.stats = machine.stats();
        used_.messages -= freed_budget_.messages;
        used_.bytes -= freed_budget_.bytes;
        freed_budget_ = {};
        if (refused_ && used_.messages <= settings_.queue_messages / 2 &&
            used_.bytes <= settings_.queue_bytes / 2) {
            refused_ = false;
            made_.push_back(make_writable(origin()));
        }
        if (waiting_ > 0) changed_.notify_all();
    }
    bool may_read = true;
    bool tell = false;
    {
        const lock guard(events_mutex_);
        for (event_ptr& each : made_)
            tell = events_.push(std::move(each)) || tell;
        tell = tell || !made_.empty();
        if (!paused_ && events_.full()) paused_ = true;
        may_read = !paused_;
    }
    made_.clear();
    if (tell) hub_->ready(shared_from_this());
    return may_read;
}

} // namespace resock::hub
