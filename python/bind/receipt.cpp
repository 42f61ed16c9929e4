#include "receipt.hpp"

#include <algorithm>

#include "link.hpp"
#include "operation.hpp"

namespace resock::python {

// ---- the book ----

void receipt_book::trim() {
    while (!open_.empty() && open_.front() == nullptr) {
        open_.pop_front();
        ++first_;
    }
}

void receipt_book::add(receipt& made) {
    for (const auto& each : meanwhile_)
        if (each.first <= made.id && made.id <= each.last) made.reason = each.reason;
    if (made.reason != 0 || made.id <= through_) return; // its end is known already
    if (open_.empty()) first_ = made.id;
    // While a thread let go of the GIL to send, the receipt of a later message came first.
    for (; made.id < first_; --first_)
        open_.push_front(nullptr);
    while (first_ + open_.size() <= made.id)
        open_.push_back(nullptr);
    open_[made.id - first_] = &made;
}

void receipt_book::remove(receipt& gone) {
    if (gone.id < first_ || gone.id - first_ >= open_.size()) return;
    open_[gone.id - first_] = nullptr;
    trim();
}

void receipt_book::confirmed(std::uint64_t through) {
    through_ = std::max(through_, through);
    while (!open_.empty() && first_ <= through) {
        open_.pop_front();
        ++first_;
    }
    trim();
}

void receipt_book::failed(std::uint64_t first, std::uint64_t last, std::uint32_t reason) {
    if (under_way_ > 0) meanwhile_.push_back({first, last, reason});
    const std::uint64_t end = std::min<std::uint64_t>(last + 1, first_ + open_.size());
    for (std::uint64_t id = std::max(first, first_); id < end; ++id) {
        if (receipt* const known = std::exchange(open_[id - first_], nullptr))
            known->reason = reason;
    }
    trim();
}

void receipt_book::sending(bool on) {
    under_way_ += on ? 1 : -1;
    if (under_way_ == 0) meanwhile_.clear();
}

// ---- receipts ----

namespace {

PyTypeObject* type_of_receipts = nullptr;          // awaitable
PyTypeObject* type_of_blocking_receipts = nullptr; // with wait()

receipt& of(PyObject* self) {
    return *reinterpret_cast<receipt*>(self);
}

PyObject* failure_of(const receipt& which) {
    return guarded([&]() -> PyObject* {
        const py::object error = of_package().of_failure(which.id, which.reason);
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
        return nullptr;
    });
}

PyObject* new_level(std::uint32_t level) {
    PyObject* const made = of_package().levels[level].ptr();
    Py_INCREF(made);
    return made;
}

// `level` was reached: the Level; failed: its exception; else null without one.
PyObject* settled(const receipt& which, std::uint32_t level) {
    if (which.reason != 0) return failure_of(which);
    return which.of->through(level) >= which.id ? new_level(level) : nullptr;
}

PyObject* wait_now(operation& mine) {
    return settled(of(mine.owner), mine.number);
}

PyObject* wait_slowly(operation& mine) {
    return PyObject_CallMethod(of(mine.owner).owner, "_wait_level", "OI", mine.owner, mine.number);
}

constexpr operation::kind waiting{wait_now, wait_slowly, nullptr, nullptr, "Receipt.__await__"};

PyObject* await_level(PyObject* self, std::uint32_t level) {
    PyObject* const made = make_operation(waiting, self, nullptr, level);
    // A level that is asked for and not awaited is no mistake.
    if (made != nullptr) reinterpret_cast<operation*>(made)->started = true;
    return made;
}

PyObject* await_final(PyObject* self) {
    return await_level(self, of(self).final_level);
}

template<std::uint32_t Level>
PyObject* await_of(PyObject* self, void*) {
    return await_level(self, Level);
}

PyObject* get_id(PyObject* self, void*) {
    return PyLong_FromUnsignedLongLong(of(self).id);
}

PyObject* get_level(PyObject* self, void*) {
    const std::uint32_t level = level_of(of(self));
    if (level == 0) Py_RETURN_NONE;
    return new_level(level);
}

PyObject* is_done(PyObject* self, PyObject*) {
    const receipt& mine = of(self);
    return PyBool_FromLong(mine.reason != 0 || mine.of->through(mine.final_level) >= mine.id);
}

PyObject* get_failure(PyObject* self, void*) {
    if (of(self).reason == 0) Py_RETURN_NONE;
    return guarded(
        [&] { return of_package().of_failure(of(self).id, of(self).reason).release().ptr(); });
}

// link._wait_receipt(receipt, level or None, timeout or None): the Level.
PyObject* wait(PyObject* self, PyObject* arguments, PyObject* keywords) {
    static const char* names[] = {"timeout", "level", nullptr};
    PyObject *timeout = Py_None, *level = Py_None;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|OO:wait", const_cast<char**>(names),
                                     &timeout, &level))
        return nullptr;
    return PyObject_CallMethod(of(self).owner, "_wait_receipt", "OOO", self, level, timeout);
}

// Without waiting: the Level, the failure as exception, or None.
PyObject* check_level(PyObject* self, PyObject* level) {
    const unsigned long wanted = PyLong_AsUnsignedLong(level);
    if (PyErr_Occurred()) return nullptr;
    if (wanted < RESOCK_LEVEL_STORED || wanted > RESOCK_LEVEL_PROCESSED)
        return raise_status(RESOCK_INVALID, "a level is one of resock.Level");
    PyObject* const made = settled(of(self), static_cast<std::uint32_t>(wanted));
    if (made != nullptr || PyErr_Occurred()) return made;
    Py_RETURN_NONE;
}

PyObject* get_final(PyObject* self, void*) {
    return new_level(of(self).final_level);
}

PyObject* show(PyObject* self) {
    const receipt& mine = of(self);
    const std::uint32_t level = level_of(mine);
    const char* const words[] = {"accepted", "stored", "written", "received", "processed"};
    return PyUnicode_FromFormat("<resock.Receipt %llu: %s>",
                                static_cast<unsigned long long>(mine.id),
                                mine.reason != 0 ? "failed" : words[level]);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(of(self).owner);
    return 0;
}

void destroy(PyObject* self) {
    PyObject_GC_UnTrack(self);
    of(self).of->receipts().remove(of(self));
    PyTypeObject* const type = Py_TYPE(self);
    Py_CLEAR(of(self).owner);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

PyObject* refuse(PyTypeObject* type, PyObject*, PyObject*) {
    return PyErr_Format(PyExc_TypeError, "%s comes from send(); programs cannot make one",
                        type->tp_name);
}

PyMethodDef methods[] = {
    {"done", is_done, METH_NOARGS, "True once it has come to its final level, or failed."},
    {"_check", check_level, METH_O, "The level where it was reached; raises where it failed."},
    {nullptr, nullptr, 0, nullptr},
};
PyMethodDef blocking_methods[] = {
    {"done", is_done, METH_NOARGS, "True once it has come to its final level, or failed."},
    {"wait", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(wait)),
     METH_VARARGS | METH_KEYWORDS,
     "wait(timeout=None, level=None): blocks until the message has come to `level` (the final one "
     "by default) and returns it.\n\ntimeout: seconds; None: no end. Raises MessageFailed, Closed "
     "or Timeout."},
    {"_check", check_level, METH_O, "The level where it was reached; raises where it failed."},
    {nullptr, nullptr, 0, nullptr},
};

constexpr const char* id_text = "The number of the message on its link: 1, 2, 3 ...";
constexpr const char* level_text = "The highest Level that it has reached, None before the first.";
constexpr const char* failure_text = "The MessageFailed that it ended with, or None.";
PyGetSetDef properties[] = {
    {"id", get_id, nullptr, id_text, nullptr},
    {"level", get_level, nullptr, level_text, nullptr},
    {"failure", get_failure, nullptr, failure_text, nullptr},
    {"_final", get_final, nullptr, nullptr, nullptr},
    {"stored", await_of<RESOCK_LEVEL_STORED>, nullptr, "Await it: in our outbox on disk.", nullptr},
    {"written", await_of<RESOCK_LEVEL_WRITTEN>, nullptr, "Await it: given to the kernel.", nullptr},
    {"received", await_of<RESOCK_LEVEL_RECEIVED>, nullptr,
     "Await it: read by the peer's endpoint; in a session kept by the peer.", nullptr},
    {"processed", await_of<RESOCK_LEVEL_PROCESSED>, nullptr,
     "Await it: the peer's application is done with it (sessions).", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyGetSetDef blocking_properties[] = {
    {"id", get_id, nullptr, id_text, nullptr},
    {"level", get_level, nullptr, level_text, nullptr},
    {"failure", get_failure, nullptr, failure_text, nullptr},
    {"_final", get_final, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

template<class Function>
void* slot_of(Function* function) {
    return reinterpret_cast<void*>(function);
}

PyTypeObject* make_type(const char* name, PyMethodDef* with, PyGetSetDef* having, bool awaitable) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, slot_of(destroy)},
        {Py_tp_traverse, slot_of(traverse)},
        {Py_tp_repr, slot_of(show)},
        {Py_tp_new, slot_of(refuse)},
        {Py_tp_methods, with},
        {Py_tp_getset, having},
        {awaitable ? Py_am_await : 0, awaitable ? slot_of(await_final) : nullptr},
        {0, nullptr},
    };
    PyType_Spec spec = {name, sizeof(receipt), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
    PyObject* const made = PyType_FromSpec(&spec);
    if (made == nullptr) throw py::error_already_set();
    return reinterpret_cast<PyTypeObject*>(made);
}

} // namespace

std::uint32_t level_of(const receipt& which) {
    for (std::uint32_t level = RESOCK_LEVEL_PROCESSED; level > 0; --level)
        if (which.of->through(level) >= which.id && which.reason == 0) return level;
    return 0;
}

PyObject* make_receipt(link& from, PyObject* owner, bool blocking, std::uint64_t id,
                       std::uint32_t final_level) {
    receipt* const made =
        PyObject_GC_New(receipt, blocking ? type_of_blocking_receipts : type_of_receipts);
    if (made == nullptr) return nullptr;
    Py_INCREF(owner);
    made->owner = owner;
    made->of = &from;
    made->id = id;
    made->reason = 0;
    made->final_level = final_level;
    from.receipts().add(*made);
    PyObject_GC_Track(reinterpret_cast<PyObject*>(made));
    return reinterpret_cast<PyObject*>(made);
}

void register_receipts(py::module_& module) {
    type_of_receipts = make_type("resock.Receipt", methods, properties, true);
    type_of_blocking_receipts =
        make_type("resock.sync.Receipt", blocking_methods, blocking_properties, false);
    module.add_object("Receipt", reinterpret_cast<PyObject*>(type_of_receipts));
    module.add_object("BlockingReceipt", reinterpret_cast<PyObject*>(type_of_blocking_receipts));
}

} // namespace resock::python
