#include "hub/control_queue.hpp"

#include <algorithm>
#include <utility>

namespace resock::hub {

void control_queue::push(event_ptr what) {
    if (what->kind == event_kind::log)
        push_log(std::move(what));
    else
        listeners_.push_back(std::move(what));
}

void control_queue::push_log(event_ptr log) {
    std::uint64_t dropped = 0;
    if (logs_.size() >= max_kept_logs) {
        dropped = logs_.front()->skipped() + 1;
        logs_.pop_front();
    }
    logs_.push_back(std::move(log));
    std::get<body::log>(logs_.front()->body).dropped += dropped;
}

const event* control_queue::front() const {
    if (!listeners_.empty()) return listeners_.front().get();
    return logs_.empty() ? nullptr : logs_.front().get();
}

event_ptr control_queue::pop() {
    if (empty()) return nullptr;
    auto& from = listeners_.empty() ? logs_ : listeners_;
    event_ptr what = std::move(from.front());
    from.pop_front();
    return what;
}

void control_queue::withdraw(std::uint64_t listener_id, std::uint64_t request_id) {
    std::erase_if(listeners_, [&](const event_ptr& each) {
        const request_info* request = each->request();
        return request && request->listener_id == listener_id && request->request_id == request_id;
    });
}

} // namespace resock::hub
