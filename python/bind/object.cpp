#include "object.hpp"

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

void show_unraisable(py::error_already_set& error, py::handle where) {
    if (error.matches(PyExc_KeyboardInterrupt)) return PyErr_SetInterrupt();
    error.restore();
    PyErr_WriteUnraisable(where.ptr());
}

void wake(PyObject* future) {
    PyObject* const set = PyObject_CallMethodOneArg(future, of_package().set_result.ptr(), Py_None);
    Py_XDECREF(set);
    PyErr_Clear(); // it was cancelled, or its loop was closed: nobody waits
}

} // namespace resock::python
