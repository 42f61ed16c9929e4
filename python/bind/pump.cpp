#include "pump.hpp"

#include <array>

#include "incoming.hpp"

namespace resock::python {

namespace {

v1::hub make_hub(const option_texts& texts) {
    const options given = make_options(scope::hub, texts);
    return v1::hub(given);
}

// Set while it lives.
class flag {
  public:
    explicit flag(bool& which)
        : which_(which) {
        which_ = true;
    }
    ~flag() { which_ = false; }
    flag(const flag&) = delete;
    flag& operator=(const flag&) = delete;

  private:
    bool& which_;
};

} // namespace

pump::pump(const option_texts& texts)
    : hub_(make_hub(texts))
    , fd_(hub_.fd()) {
}

void pump::close() {
    if (closed_ || closes_later_) return;
    if (is_forked()) {
        closed_ = true;
        return hub_.reset(); // frees what is this process's own, and touches nothing else
    }
    if (draining_ || (led_ && leader_ == std::this_thread::get_id()))
        closes_later_ = true;
    else
        close_now();
}

void pump::close_at_exit() {
    at_exit_ = true;
    while (!links_.empty())
        links_.begin()->second->abort(); // what is unconfirmed is logged by that
    drain_unless_led();
    close();
}

void pump::close_now() {
    closed_ = true;
    resock_hub_wake(hub_.get());
    wake_followers(false, true);
    // The descriptor is closed with the hub: who waits for it is to have gone.
    wait_for_leader();
    fd_ = -1;
    const without_gil waiting; // for the threads
    hub_.reset();
}

void pump::close_if_asked() {
    if (closes_later_ && !closed_ && !draining_ && !led_) close_now();
}

std::uint64_t pump::add(link& made) {
    const std::uint64_t key = ours | next_++;
    links_.emplace(key, &made);
    return key;
}

void pump::add_accepted(std::uint64_t link_id, link& made) {
    links_.emplace(link_id, &made);
}

void pump::remove(std::uint64_t key) {
    links_.erase(key);
}

void pump::add_listener(std::uint64_t listener_id, py::handle receiver) {
    listeners_[listener_id] = receiver;
}

void pump::remove_listener(std::uint64_t listener_id) {
    listeners_.erase(listener_id);
}

link* pump::find(const resock_event* event) const {
    const std::uint64_t user = resock_event_user(event);
    const auto found = links_.find((user & ours) != 0 ? user : resock_event_link_id(event));
    return found == links_.end() ? nullptr : found->second;
}

void pump::drain() {
    if (draining_ || closed_) return; // inside a callback of its own: the outer one goes on
    const auto alive = shared_from_this();
    drain_some();
    close_if_asked();
}

void pump::drain_unless_led() {
    if (led_ && !is_forked()) return;
    drain();
    // A callback lets go of the GIL: who has begun to lead meanwhile waits for what was taken here.
    if (led_) resock_hub_wake(hub_.get());
    if (!followers_.empty()) wake_followers(true, false);
}

void pump::drain_some() {
    const flag working(draining_);
    std::array<resock_event*, events_at_a_time> taken;
    for (std::size_t total = 0; total < events_of_a_drain;) {
        std::size_t count = 0;
        const std::int32_t status =
            resock_hub_poll(hub_.get(), 0, taken.size(), taken.data(), &count);
        if (status == RESOCK_CLOSED || status == RESOCK_HANDLE) return;
        check(status);
        if (count > 0) ++news_;
        for (std::size_t i = 0; i < count; ++i)
            route(event_ptr(taken[i]));
        if (count < taken.size()) return;
        total += count;
    }
}

void pump::route(event_ptr event) {
    const std::uint32_t kind = resock_event_kind(event.get());
    if (kind == RESOCK_EVENT_LOG) {
        try {
            const link* const of = find(event.get());
            py::object url = py::none();
            if (of != nullptr) url = py::getattr(of->self(), "url", url);
            of_package().log(resock_event_level(event.get()), resock_event_text(event.get()),
                             py::arg("link_id") = resock_event_link_id(event.get()),
                             py::arg("url") = url,
                             py::arg("dropped") = resock_event_skipped(event.get()));
        } catch (py::error_already_set& error) {
            show_unraisable(error, of_package().log);
        }
    } else if (resock_event_listener_id(event.get()) != 0) {
        to_listener(std::move(event));
    } else if (link* const to = find(event.get())) {
        to->on_event(std::move(event));
    }
}

void pump::to_listener(event_ptr event) {
    const auto found = listeners_.find(resock_event_listener_id(event.get()));
    if (found == listeners_.end()) return; // freeing ACCEPTED ends its connection
    const auto receiver = py::reinterpret_borrow<py::object>(found->second);
    switch (resock_event_kind(event.get())) {
    case RESOCK_EVENT_REQUEST:
        return tell(receiver, "_requested", std::make_shared<request>(std::move(event)));
    case RESOCK_EVENT_ACCEPTED:
        return tell(receiver, "_accepted", std::make_shared<incoming>(std::move(event)));
    default:
        return tell(receiver, "_listener_closed");
    }
}

namespace {

// Called by the loop for each burst: without pybind11's call.
PyObject* drain_now(PyObject* self, PyObject*) {
    const auto* const instance = reinterpret_cast<py::detail::instance*>(self);
    auto* const of = static_cast<pump*>(instance->simple_value_holder[0]);
    try {
        if (of != nullptr) of->drain();
    } catch (py::error_already_set& error) {
        error.restore();
        return nullptr;
    } catch (const std::bad_alloc&) {
        return PyErr_NoMemory();
    } catch (const std::exception& error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
        return nullptr;
    }
    Py_RETURN_NONE;
}

PyMethodDef drain_method = {"drain", drain_now, METH_NOARGS,
                            "Gives what has happened to whom it concerns."};

} // namespace

void register_pump(py::module_& module) {
    py::class_<pump, std::shared_ptr<pump>> type(module, "Pump", "A hub and who reads it.");
    PyObject* const drain =
        PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(type.ptr()), &drain_method);
    if (drain == nullptr) throw py::error_already_set();
    type.attr("drain") = py::reinterpret_steal<py::object>(drain);
    type.def(py::init<const option_texts&>(), py::arg("options"))
        .def("fd", &pump::fd, "Readable while there is something to drain; -1: closed.")
        .def("wait_until",
             [](pump& of, const py::function& ready) {
                 return of.wait({[&] { return py::cast<bool>(ready()); }, true}, std::nullopt);
             })
        .def("close_at_exit", &pump::close_at_exit, "Likewise; threads that wait raise SystemExit.")
        .def("close", &pump::close, "Ends the hub and its threads.");
}

} // namespace resock::python
