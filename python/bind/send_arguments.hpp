// The arguments of send(data, *, ttl=None, kept=True, flush=False), read without pybind11, whose
// overloads cost more than a message.
#pragma once

#include "object.hpp"

namespace resock::python {

struct send_arguments {
    PyObject* data = nullptr; // borrowed
    std::uint32_t flags = 0;
    std::uint32_t ttl_ms = 0;
};

// As Python gives them to a METH_FASTCALL | METH_KEYWORDS function; false with an exception.
bool parse_send(PyObject* const* arguments, Py_ssize_t count, PyObject* names, send_arguments& out);

} // namespace resock::python
