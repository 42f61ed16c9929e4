#include "link.hpp"

#include <algorithm>
#include <utility>

#include "message.hpp"

namespace resock::python {

void link::hold(bool on) {
    if (held_ == on) return;
    held_ = on;
    resock_link_hold(handle_.get(), on ? 1 : 0); // CLOSED: nothing to hold any more
}

void link::finish_taken() {
    if (taken_.empty()) return;
    const auto taken = std::move(taken_);
    taken_.clear();
    if (manual_) return;
    for (const auto& each : taken)
        each->done();
}

PyObject* link::hand_out(bool whole) {
    event_ptr& front = messages_.front();
    const std::size_t size = resock_event_size(front.get());
    const bool of_session = resock_event_id(front.get()) != 0;
    PyObject* made = nullptr;
    if (!whole) {
        made = data_of(front.get());
        if (made == nullptr) return nullptr;
        if (of_session) taken_.push_back(std::make_shared<message>(std::move(front)));
    } else {
        auto kept = std::make_shared<message>(std::move(front));
        if (of_session) taken_.push_back(kept);
        made = py::cast(std::move(kept)).release().ptr();
    }
    messages_.pop_front();
    bytes_ -= size;
    return made;
}

PyObject* link::take(bool whole) {
    finish_taken();
    if (messages_.empty()) return nullptr;
    PyObject* const made = hand_out(whole);
    if (held_ && messages_.size() <= hold_messages / 2 && bytes_ <= hold_bytes / 2) hold(false);
    return made;
}

py::list link::take_many(std::size_t most) {
    finish_taken();
    const std::size_t count = std::min(most, messages_.size());
    py::list made(count);
    for (std::size_t i = 0; i < count; ++i) {
        PyObject* const next = hand_out(false);
        if (next == nullptr) throw py::error_already_set();
        PyList_SET_ITEM(made.ptr(), static_cast<Py_ssize_t>(i), next);
    }
    if (held_ && messages_.size() <= hold_messages / 2 && bytes_ <= hold_bytes / 2) hold(false);
    return made;
}

void link::closing() {
    closing_ = true;
    hold(false);
}

} // namespace resock::python
