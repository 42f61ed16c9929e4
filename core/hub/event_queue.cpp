#include "hub/event_queue.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace resock::hub {

namespace {

void add_skipped(event& to, std::uint64_t count) {
    if (auto* opened = std::get_if<body::open>(&to.body)) opened->skipped += count;
    if (auto* down = std::get_if<body::down>(&to.body)) down->skipped += count;
    if (auto* gone = std::get_if<body::lost>(&to.body)) gone->info->skipped += count;
}

body::failed& failure_in(event& at) {
    return std::get<body::failed>(at.body);
}

// `from` adjoins `to` and has the same reason.
void join(body::failed& to, const body::failed& from) {
    to.first = std::min(to.first, from.first);
    to.last = std::max(to.last, from.last);
    to.bytes += from.bytes;
    to.messages += from.messages;
}

} // namespace

event_queue::place event_queue::append(event_ptr what) {
    return control_.insert(control_.end(), {next_position_++, std::move(what)});
}

void event_queue::push_latest(std::optional<place>& slot, event_ptr what) {
    if (slot) control_.erase(*slot);
    slot = append(std::move(what));
}

void event_queue::push_change(changes& kept, event_ptr what) {
    std::uint64_t skipped = 0;
    if (kept.size() >= max_kept_changes) {
        skipped = kept.front()->what->skipped() + 1;
        control_.erase(kept.front());
        drop_first(kept);
    }
    kept.push_back(append(std::move(what)));
    add_skipped(*kept.front()->what, skipped);
}

void event_queue::drop_first(changes& kept) {
    kept.erase(kept.begin());
    if (kept.empty()) changes().swap(kept);
}

// Ranges never overlap: an id fails once. A range that fills the gap between two joins all three
// at the earlier place.
void event_queue::push_failed(event_ptr what) {
    body::failed& made = failure_in(*what);
    const auto above = failed_.upper_bound(made.first);
    const auto joins = [&](const std::map<std::uint64_t, place>::iterator& at) {
        if (at == failed_.end()) return false;
        const body::failed& other = failure_in(*at->second->what);
        return other.reason == made.reason &&
               (other.last + 1 == made.first || made.last + 1 == other.first);
    };
    const auto below = above == failed_.begin() ? failed_.end() : std::prev(above);
    std::optional<place> target;
    for (const auto& neighbour : {below, above}) {
        if (!joins(neighbour)) continue;
        const place at = neighbour->second;
        failed_.erase(neighbour);
        if (!target) {
            target = at;
            continue;
        }
        const bool earlier = at->position < (*target)->position;
        const place kept = earlier ? at : *target, gone = earlier ? *target : at;
        join(failure_in(*kept->what), failure_in(*gone->what));
        control_.erase(gone);
        target = kept;
    }
    if (target) {
        join(failure_in(*(*target)->what), made);
    } else {
        target = append(std::move(what));
    }
    failed_.emplace(failure_in(*(*target)->what).first, *target);
}

void event_queue::push_any(event_ptr what) {
    switch (what->kind) {
    case event_kind::message:
        bytes_ += what->bytes().size();
        messages_.push_back({next_position_++, std::move(what)});
        break;
    case event_kind::confirmed: {
        auto& slot = confirmed_.at(what->level());
        push_latest(slot, std::move(what));
        break;
    }
    case event_kind::failed:
        push_failed(std::move(what));
        break;
    case event_kind::open:
        push_change(opens_, std::move(what));
        break;
    case event_kind::down:
        push_change(downs_, std::move(what));
        break;
    case event_kind::lost:
        push_change(losts_, std::move(what));
        break;
    case event_kind::writable: // one says it all
        if (!writable_) writable_ = append(std::move(what));
        break;
    case event_kind::credentials: // the machine waits for the latest only
        push_latest(credentials_, std::move(what));
        break;
    case event_kind::closed:
        closed_ = std::move(what);
        break;
    case event_kind::request:
    case event_kind::accepted:
    case event_kind::log: // stand in queues of the hub
        throw std::logic_error(std::string("not an event of a link's queue: ") +
                               to_string(what->kind));
    }
}

bool event_queue::push(event_ptr what) {
    if (ended_) return false;
    const bool was_empty = empty();
    push_any(std::move(what));
    return was_empty;
}

bool event_queue::message_is_next() const {
    if (messages_.empty() || held_) return false;
    return control_.empty() || messages_.front().position < control_.front().position;
}

const event* event_queue::front() const {
    if (message_is_next()) return messages_.front().what.get();
    if (!control_.empty()) return control_.front().what.get();
    return held_ ? nullptr : closed_.get();
}

event_ptr event_queue::pop_message() {
    event_ptr what = std::move(messages_.front().what);
    messages_.pop_front();
    bytes_ -= what->bytes().size();
    if (receipt* const of_session = what->session_receipt()) of_session->polled = true;
    return what;
}

event_ptr event_queue::pop_control(budget& freed) {
    event_ptr what = std::move(control_.front().what);
    control_.pop_front();
    switch (what->kind) {
    case event_kind::confirmed:
        confirmed_.at(what->level()).reset();
        break;
    case event_kind::failed:
        freed.messages += failure_in(*what).messages;
        freed.bytes += failure_in(*what).bytes;
        failed_.erase(failure_in(*what).first);
        break;
    case event_kind::open:
        drop_first(opens_);
        break;
    case event_kind::down:
        drop_first(downs_);
        break;
    case event_kind::lost:
        drop_first(losts_);
        break;
    case event_kind::writable:
        writable_.reset();
        break;
    default:
        credentials_.reset();
    }
    return what;
}

event_ptr event_queue::pop(budget& freed) {
    if (message_is_next()) return pop_message();
    if (!control_.empty()) return pop_control(freed);
    if (held_) return nullptr;
    if (closed_) ended_ = true;
    return std::move(closed_);
}

std::size_t event_queue::pop_many(std::span<event_ptr> out, budget& freed) {
    std::size_t count = 0;
    while (count < out.size() && !empty())
        out[count++] = pop(freed);
    return count;
}

} // namespace resock::hub
