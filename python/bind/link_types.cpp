// The two faces of a link for Python: AsyncLink, whose calls are awaited, and BlockingLink.
#include <algorithm>
#include <cmath>

#include "incoming.hpp"
#include "link.hpp"
#include "message.hpp"
#include "operation.hpp"
#include "pump.hpp"
#include "send_arguments.hpp"

namespace resock::python {

namespace {

struct async_link : link {
    async_link()
        : link(false) {}
};
struct blocking_link : link {
    blocking_link()
        : link(true) {}
};

// The link in a Python object; null with an exception where __init__ was not called.
link* unwrap(PyObject* self) {
    const auto* const instance = reinterpret_cast<py::detail::instance*>(self);
    auto* const made = static_cast<link*>(instance->simple_value_holder[0]);
    if (made == nullptr || made->self() == nullptr) {
        PyErr_SetString(PyExc_RuntimeError, not_opened);
        return nullptr;
    }
    return made;
}

// ---- what is awaited ----

PyObject* slowly(const operation& mine, const char* method) {
    return PyObject_CallMethod(mine.owner, method, nullptr);
}

PyObject* send_now(operation& mine) {
    link* const of = unwrap(mine.owner);
    if (of == nullptr || of->is_full() || !of->is_in_its_loop()) return nullptr;
    return guarded([&] { return of->send(mine.argument, mine.number, mine.ttl_ms); });
}

PyObject* send_slowly(operation& mine) {
    return PyObject_CallMethod(mine.owner, "_send_slowly", "OII", mine.argument, mine.number,
                               mine.ttl_ms);
}

PyObject* receive_now(operation& mine) {
    link* const of = unwrap(mine.owner);
    if (of == nullptr || of->has_receiver() || of->is_manual()) return nullptr;
    if (!of->is_in_its_loop()) return nullptr; // even where a message waits: one rule
    return guarded([&] { return of->take(false); });
}

// Null also where there is no message to wait for, another waits, or the loop is another one: that
// is told by the coroutine.
PyObject* next_message(operation& mine) {
    link* const of = unwrap(mine.owner);
    if (of == nullptr || of->is_over() || of->has_receiver() || of->is_manual()) return nullptr;
    if (!of->is_in_its_loop()) return nullptr;
    PyObject* const made = of->make_future();
    if (made != nullptr) of->set_receiver(py::reinterpret_borrow<py::object>(made));
    return made;
}

void leave_receiver(operation& mine) {
    if (link* const of = unwrap(mine.owner)) of->unset_receiver(mine.future);
}

constexpr operation::kind sending{send_now, send_slowly, nullptr, nullptr, "Link.send"};
constexpr operation::kind receiving{receive_now,
                                    [](operation& mine) { return slowly(mine, "_recv_slowly"); },
                                    next_message, leave_receiver, "Link.recv"};
constexpr operation::kind iterating{receive_now,
                                    [](operation& mine) { return slowly(mine, "_next_slowly"); },
                                    next_message, leave_receiver, "Link.__anext__"};

PyObject* send_awaited(PyObject* self, PyObject* const* arguments, Py_ssize_t count,
                       PyObject* names) {
    send_arguments given;
    if (!parse_send(arguments, count, names, given)) return nullptr;
    return make_operation(sending, self, given.data, given.flags, given.ttl_ms);
}

PyObject* receive_awaited(PyObject* self, PyObject*) {
    return make_operation(receiving, self);
}

PyObject* next_awaited(PyObject* self) {
    return make_operation(iterating, self);
}

PyObject* itself(PyObject* self) {
    Py_INCREF(self);
    return self;
}

// ---- what does not wait ----

// _try_send(data, flags, ttl_ms): a receipt, or None where the queue is full.
PyObject* try_send(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
    link* const of = unwrap(self);
    if (of == nullptr) return nullptr;
    if (count != 3) return PyErr_Format(PyExc_TypeError, "_try_send(data, flags, ttl_ms)");
    const auto flags = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(arguments[1]));
    const auto ttl_ms = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(arguments[2]));
    if (PyErr_Occurred()) return nullptr;
    PyObject* const made = guarded([&] { return of->send(arguments[0], flags, ttl_ms); });
    if (made != nullptr || PyErr_Occurred()) return made;
    Py_RETURN_NONE;
}

// _take(): the next message, or None where there is none.
PyObject* try_take(PyObject* self, PyObject*) {
    link* const of = unwrap(self);
    if (of == nullptr) return nullptr;
    PyObject* const made = guarded([&] { return of->take(false); });
    if (made != nullptr || PyErr_Occurred()) return made;
    Py_RETURN_NONE;
}

// _parse_send(data, *, ttl, kept, flush): (data, flags, ttl_ms).
PyObject* parse_for_python(PyObject*, PyObject* const* arguments, Py_ssize_t count,
                           PyObject* names) {
    send_arguments given;
    if (!parse_send(arguments, count, names, given)) return nullptr;
    return Py_BuildValue("OII", given.data, given.flags, given.ttl_ms);
}

template<class Function>
PyCFunction function_of(Function* function) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef fast_methods[] = {
    {"_try_send", function_of(try_send), METH_FASTCALL, nullptr},
    {"_take", try_take, METH_NOARGS, nullptr},
    {"_parse_send", function_of(parse_for_python), METH_FASTCALL | METH_KEYWORDS, nullptr},
};
PyMethodDef awaited_methods[] = {
    {"send", function_of(send_awaited), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"recv", receive_awaited, METH_NOARGS, nullptr},
};

template<std::size_t Count>
void add_methods(py::handle type, PyMethodDef (&methods)[Count]) {
    for (PyMethodDef& each : methods) {
        PyObject* const made =
            PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(type.ptr()), &each);
        if (made == nullptr) throw py::error_already_set();
        type.attr(each.ml_name) = py::reinterpret_steal<py::object>(made);
    }
}

// ---- types ----

int traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(Py_TYPE(self));
    const auto* const instance = reinterpret_cast<py::detail::instance*>(self);
    auto* const of = static_cast<link*>(instance->simple_value_holder[0]);
    return of != nullptr ? of->traverse(visit, arg) : 0;
}

int clear(PyObject* self) {
    const auto* const instance = reinterpret_cast<py::detail::instance*>(self);
    auto* const of = static_cast<link*>(instance->simple_value_holder[0]);
    if (of != nullptr) of->clear();
    return 0;
}

void collectable(PyHeapTypeObject* type) {
    type->ht_type.tp_flags |= Py_TPFLAGS_HAVE_GC;
    type->ht_type.tp_traverse = traverse;
    type->ht_type.tp_clear = clear;
}

void awaitable(PyHeapTypeObject* type) {
    collectable(type);
    type->as_async.am_aiter = itself;
    type->as_async.am_anext = next_awaited;
    type->ht_type.tp_as_async = &type->as_async;
}

pump::time_limit limit_of(const py::object& seconds) {
    if (seconds.is_none()) return std::nullopt;
    const double given = PyFloat_AsDouble(seconds.ptr());
    if (PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "timeout is a number of seconds or None, not %.200s",
                     Py_TYPE(seconds.ptr())->tp_name);
        throw py::error_already_set();
    }
    if (std::isnan(given)) throw py::value_error("timeout is a number of seconds, not nan");
    const std::chrono::duration<double> bounded(std::clamp(given, 0.0, 1e9));
    return pump::clock::now() + std::chrono::duration_cast<pump::clock::duration>(bounded);
}

bool wait_until(link& of, const pump::condition& ready, const py::object& timeout) {
    const auto reader = of.reader();
    return !reader ? ready.holds() : reader->wait(ready, limit_of(timeout)); // null: it was aborted
}

void register_base(py::module_& module) {
    py::class_<link> type(module, "BaseLink", "What both kinds of links have.");
    type.def("_open",
             [](py::handle self, std::shared_ptr<pump> reader, const option_texts& options,
                std::uint32_t final_level) {
                 py::cast<link&>(self).open(self, std::move(reader), options, final_level);
             })
        .def("_adopt",
             [](py::handle self, std::shared_ptr<pump> reader, incoming& from,
                std::uint32_t final_level, bool manual) {
                 reader->add_accepted(from.link_id(), py::cast<link&>(self));
                 py::cast<link&>(self).adopt(self, reader, from.take(), from.link_id(), final_level,
                                             manual);
             })
        .def("_abort", &link::abort)
        .def("_take_whole",
             [](link& of) {
                 PyObject* const made = of.take(true);
                 if (made == nullptr && PyErr_Occurred()) throw py::error_already_set();
                 return made != nullptr ? py::reinterpret_steal<py::object>(made) : py::none();
             })
        .def("_take_many", &link::take_many, py::arg("most"))
        .def("_has_messages", &link::has_messages)
        .def("_finish_taken", &link::finish_taken)
        .def("_set_receiver", &link::set_receiver, py::arg("future"))
        .def("_unset_receiver",
             [](link& of, py::handle future) { of.unset_receiver(future.ptr()); })
        .def("_has_receiver", &link::has_receiver)
        .def("_set_loop", &link::set_loop, py::arg("loop"))
        .def("_set_sender", &link::set_sender, py::arg("future"))
        .def("_is_full", &link::is_full)
        .def("_is_manual", &link::is_manual)
        .def("_is_over", &link::is_over)
        .def("_add_news", &link::add_news, py::arg("future"))
        .def("_remove_news", &link::remove_news, py::arg("future"))
        .def("_flushed", &link::flushed, py::arg("level"))
        .def("_try_send_many", &link::send_many)
        .def("_add_waiter", &link::add_waiter, py::arg("level"), py::arg("id"), py::arg("future"))
        .def("_remove_waiter", &link::remove_waiter, py::arg("level"), py::arg("id"),
             py::arg("future"))
        .def("_through", &link::through_checked, py::arg("level"))
        .def("_tell_confirmed", &link::tell_confirmed, py::arg("on"))
        .def("_closing", &link::closing);
    add_methods(type, fast_methods);
    register_calls(type);
}

} // namespace

void register_links(py::module_& module) {
    register_base(module);
    py::class_<async_link, link> awaited(module, "AsyncLink", py::custom_type_setup(awaitable));
    awaited.def(py::init<>());
    add_methods(awaited, awaited_methods);
    py::class_<blocking_link, link>(module, "BlockingLink", py::custom_type_setup(collectable))
        .def(py::init<>())
        .def("_drain",
             [](link& of) {
                 if (const auto reader = of.reader()) reader->drain_unless_led();
             })
        .def("_wait_message",
             [](link& of, const py::object& timeout) {
                 return wait_until(of, {[&] { return of.has_messages() || of.is_over(); }, false},
                                   timeout);
             })
        .def("_wait_writable",
             [](link& of, const py::object& timeout) {
                 return wait_until(of, {[&] { return !of.is_full() || of.is_over(); }, false},
                                   timeout);
             })
        .def("_wait_until", [](link& of, const py::function& ready, const py::object& timeout) {
            return wait_until(of, {[&] { return py::cast<bool>(ready()); }, true}, timeout);
        });
}

} // namespace resock::python
