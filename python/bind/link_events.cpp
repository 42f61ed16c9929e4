#include "link.hpp"

#include <algorithm>
#include <utility>

#include "message.hpp"

namespace resock::python {

// ---- what waits ----

void link::set_receiver(py::object future) {
    receiver_ = std::move(future);
}

void link::unset_receiver(PyObject* future) {
    if (receiver_.ptr() == future) receiver_ = py::object();
}

bool link::is_in_its_loop() const {
    static PyObject* const running =
        py::object(py::module_::import("asyncio").attr("_get_running_loop")).release().ptr();
    PyObject* const loop = PyObject_CallNoArgs(running);
    const bool same = loop != nullptr && loop == loop_.ptr();
    Py_XDECREF(loop);
    PyErr_Clear();
    return same;
}

PyObject* link::make_future() {
    return PyObject_CallMethodNoArgs(loop_.ptr(), of_package().create_future.ptr());
}

void link::add_waiter(std::uint32_t level, std::uint64_t id, py::object future) {
    waiters_.at(level).emplace(id, std::move(future));
}

void link::remove_waiter(std::uint32_t level, std::uint64_t id, py::handle future) {
    auto& waiting = waiters_.at(level);
    const auto [begin, end] = waiting.equal_range(id);
    const auto found =
        std::find_if(begin, end, [future](const auto& each) { return each.second.is(future); });
    if (found == end) return;
    const py::object gone = std::move(found->second); // freed once it stands there no more
    waiting.erase(found);
}

void link::remove_news(py::handle future) {
    const auto found = std::find_if(news_.begin(), news_.end(),
                                    [future](const py::object& each) { return each.is(future); });
    if (found == news_.end()) return;
    const py::object gone = std::move(*found);
    news_.erase(found);
}

void link::wake_all() {
    for (auto* const slot : {&receiver_, &sender_})
        if (const py::object future = std::move(*slot)) wake(future.ptr());
    wake_news();
    for (auto& level : waiters_) {
        const auto all = std::move(level);
        level.clear();
        for (const auto& [id, future] : all)
            wake(future.ptr());
    }
}

void link::wake_news() {
    const auto all = std::exchange(news_, {});
    for (const auto& future : all)
        wake(future.ptr());
}

int link::traverse(visitproc visit, void* arg) {
    for (const auto& future : news_)
        Py_VISIT(future.ptr());
    Py_VISIT(loop_.ptr());
    Py_VISIT(receiver_.ptr());
    Py_VISIT(sender_.ptr());
    for (const auto& level : waiters_)
        for (const auto& [id, future] : level)
            Py_VISIT(future.ptr());
    return 0;
}

void link::clear() {
    const py::object loop = std::move(loop_);
    const py::object receiver = std::move(receiver_);
    const py::object sender = std::move(sender_);
    const auto news = std::exchange(news_, {});
    const auto waiters = std::move(waiters_);
    for (auto& level : waiters_)
        level.clear();
}

// ---- events ----

void link::on_event(event_ptr event) {
    if (opening_) return early_.push_back(std::move(event));
    switch (resock_event_kind(event.get())) {
    case RESOCK_EVENT_MESSAGE:
        return on_message(std::move(event));
    case RESOCK_EVENT_CONFIRMED:
        return on_confirmed(event.get());
    case RESOCK_EVENT_WRITABLE:
        full_ = false;
        ++writable_seen_;
        if (const py::object future = std::move(sender_)) wake(future.ptr());
        return on_control(event.get());
    case RESOCK_EVENT_FAILED:
        on_failed(event.get());
        return on_control(event.get());
    default:
        return on_control(event.get());
    }
}

void link::on_message(event_ptr event) {
    const bool too_many = messages_.size() >= hold_messages || bytes_ >= hold_bytes;
    // Nobody may be there to take it: CLOSED must not wait for that. A session keeps it, undone.
    if (closing_ && too_many && resock_event_id(event.get()) == 0) return;
    bytes_ += resock_event_size(event.get());
    messages_.push_back(std::move(event));
    if (too_many && !closing_) hold(true);
    if (receiver_) {
        const py::object future = std::move(receiver_);
        wake(future.ptr());
    }
}

void link::on_confirmed(const resock_event* event) {
    const std::uint32_t level = resock_event_level(event);
    const std::uint64_t id = resock_event_id(event);
    if (level >= through_.size()) return; // of a later version
    through_[level] = std::max(through_[level], id);
    // A higher level speaks for the lower ones, too, but that of the disk.
    for (std::uint32_t lower = RESOCK_LEVEL_WRITTEN; lower < level; ++lower)
        through_[lower] = std::max(through_[lower], id);
    if (through_[final_level_] == id) receipts_.confirmed(id);
    for (std::uint32_t lower = RESOCK_LEVEL_STORED; lower <= level; ++lower) {
        auto& waiting = waiters_[lower];
        while (!waiting.empty() && waiting.begin()->first <= through_[lower]) {
            const py::object future = std::move(waiting.begin()->second);
            waiting.erase(waiting.begin());
            wake(future.ptr());
        }
    }
    wake_news();
    if (tells_confirmed_) on_control(event);
}

void link::on_failed(const resock_event* event) {
    const std::uint64_t first = resock_event_id(event), last = resock_event_last_id(event);
    receipts_.failed(first, last, resock_event_reason(event));
    for (auto& waiting : waiters_) {
        const auto begin = waiting.lower_bound(first), end = waiting.upper_bound(last);
        std::vector<py::object> woken;
        for (auto each = begin; each != end; ++each)
            woken.push_back(std::move(each->second));
        waiting.erase(begin, end);
        for (const auto& future : woken)
            wake(future.ptr());
    }
    wake_news();
}

void link::on_control(const resock_event* event) {
    const std::uint32_t kind = resock_event_kind(event);
    char* text = nullptr;
    if (resock_event_json(event, &text) != RESOCK_OK) return; // out of memory
    const std::unique_ptr<char, void (*)(char*)> owned(text, resock_string_free);
    const auto self = py::reinterpret_borrow<py::object>(self_);
    if (kind == RESOCK_EVENT_CLOSED) over_ = true;
    const std::uint64_t request =
        kind == RESOCK_EVENT_CREDENTIALS ? resock_event_id(event) : std::uint64_t{0};
    tell(self, "_event", kind, text, request);
    if (kind == RESOCK_EVENT_CLOSED) wake_all();
}

} // namespace resock::python
