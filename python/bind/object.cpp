#include "object.hpp"

#include <unistd.h>

namespace resock::python {

namespace {

package* load() {
    auto made = std::make_unique<package>();
    const auto errors = py::module_::import("resock._errors");
    made->from_status = errors.attr("from_status");
    made->of_failure = errors.attr("of_failure");
    const auto level = py::module_::import("resock._records").attr("Level");
    for (int number = RESOCK_LEVEL_STORED; number <= RESOCK_LEVEL_PROCESSED; ++number)
        made->levels[number] = level(number);
    made->log = py::module_::import("resock._log").attr("emit");
    made->create_future =
        py::reinterpret_steal<py::object>(PyUnicode_InternFromString("create_future"));
    made->set_result = py::reinterpret_steal<py::object>(PyUnicode_InternFromString("set_result"));
    return made.release();
}

} // namespace

const package& of_package() {
    static const package* loaded = nullptr; // the GIL guards it; an import may let it go
    if (loaded == nullptr) {
        const package* made = load();
        if (loaded == nullptr) loaded = made;
    }
    return *loaded;
}

PyObject* raise_status(std::int32_t status, const char* text) {
    try {
        const py::object made = of_package().from_status(status, text);
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
    } catch (py::error_already_set& error) {
        error.restore();
    }
    return nullptr;
}

// Up to 3.13 CPython ends a daemon thread that comes back behind the interpreter's end by
// pthread_exit, which unwinds what cannot be unwound, destructors among it. From 3.14 on such a
// thread stands still until the process has ended; so it does here.
void without_gil::take_gil_back(PyThreadState* state) {
    try {
        PyEval_RestoreThread(state);
    } catch (...) {
        for (;;)
            ::pause();
    }
}

namespace {

int raise_kept(void* kept) {
    auto* const value = static_cast<PyObject*>(kept);
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(value)), value);
    Py_DECREF(value);
    return -1;
}

// With its traceback, which stands beside it before Python 3.12.
py::object value_of(const py::error_already_set& error) {
    if (error.trace()) PyException_SetTraceback(error.value().ptr(), error.trace().ptr());
    return error.value();
}

// What a handler of a signal has raised here is for the program: the main thread, in which such
// handlers run, raises it at the next chance.
void raise_later(py::error_already_set& error, py::handle where) {
    PyObject* const value = value_of(error).release().ptr();
    if (Py_AddPendingCall(raise_kept, value) == 0) return;
    Py_DECREF(value);
    error.restore();
    PyErr_WriteUnraisable(where.ptr());
}

} // namespace

void show_unraisable(py::error_already_set& error, py::handle where) {
    if (!error.matches(PyExc_Exception)) return raise_later(error, where);
    error.restore();
    PyErr_WriteUnraisable(where.ptr());
}

void wake(PyObject* future) {
    PyObject* const set = PyObject_CallMethodOneArg(future, of_package().set_result.ptr(), Py_None);
    if (set != nullptr) return Py_DECREF(set);
    py::error_already_set error;
    // An Exception: it was cancelled, or its loop was closed: nobody waits.
    if (!error.matches(PyExc_Exception)) raise_later(error, future);
}

} // namespace resock::python
