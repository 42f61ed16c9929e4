// Small help for the C API of Python, where pybind11's call costs too much.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include <resock/resock.hpp>

namespace resock::python {

namespace py = pybind11;

struct event_deleter {
    void operator()(resock_event* event) const noexcept { resock_event_free(event); }
};
using event_ptr = std::unique_ptr<resock_event, event_deleter>;

// What the package's own Python modules give to the extension, looked up once.
struct package {
    py::object from_status;   // resock._errors.from_status(status, text) -> exception
    py::object of_failure;    // resock._errors.of_failure(id, reason) -> exception
    py::object levels[5];     // resock.Level by number
    py::object log;           // resock._log.emit(json)
    py::object create_future; // interned names
    py::object set_result;
};
// Loads it at the first call. It lives as long as the process: nothing is freed behind Python's
// end.
const package& of_package();

// Sets the Python exception of a status. Returns null, to be returned at once.
PyObject* raise_status(std::int32_t status, const char* text);
// Sets the Python exception of the call that failed last on this thread.
inline PyObject* raise_last(std::int32_t status) {
    return raise_status(status, resock_last_error());
}
// Turns a status of the C API into a Python exception (py::error_already_set).
inline void check(std::int32_t status) {
    if (status == RESOCK_OK) return;
    raise_last(status);
    throw py::error_already_set();
}

// For functions that Python calls without pybind11 between: null with a Python exception for what
// `call` throws.
template<class Call>
PyObject* guarded(Call call) noexcept {
    try {
        return call();
    } catch (py::error_already_set& thrown) {
        thrown.restore();
    } catch (const error& thrown) {
        raise_status(static_cast<std::int32_t>(thrown.status()), thrown.what());
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& thrown) {
        PyErr_SetString(PyExc_RuntimeError, thrown.what());
    }
    return nullptr;
}

// Sets the result None of an asyncio future unless it is done. One of a closed loop is left alone.
// What a handler of a signal raises meanwhile is raised again at the next chance.
void wake(PyObject* future);

// Shows what a call of the package has raised that is not meant to raise. What is no Exception,
// such as Ctrl-C in the middle of it, is for the program: it is raised again at the next chance.
void show_unraisable(py::error_already_set&, py::handle where);
// Calls such a method.
template<class... Arguments>
void tell(py::handle receiver, const char* method, Arguments&&... arguments) {
    try {
        receiver.attr(method)(std::forward<Arguments>(arguments)...);
    } catch (py::error_already_set& error) {
        show_unraisable(error, receiver);
    }
}

// The GIL is released while it lives, where this thread holds it. Not pybind11's: where the
// interpreter has ended meanwhile, its destructor ends the process.
class without_gil {
  public:
    without_gil()
        : state_(PyEval_SaveThread()) {}
    ~without_gil() { take_gil_back(state_); }
    without_gil(const without_gil&) = delete;
    without_gil& operator=(const without_gil&) = delete;

  private:
    static void take_gil_back(PyThreadState*);

    PyThreadState* state_;
};

} // namespace resock::python
