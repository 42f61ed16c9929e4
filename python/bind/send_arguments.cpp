#include "send_arguments.hpp"

#include <algorithm>
#include <cmath>

namespace resock::python {

namespace {

// Seconds, a float or int, as whole milliseconds; false with an exception.
bool to_milliseconds(PyObject* seconds, std::uint32_t& out) {
    if (seconds == Py_None) return true;
    const double given = PyFloat_AsDouble(seconds);
    if (PyErr_Occurred() || PyBool_Check(seconds)) {
        PyErr_Format(PyExc_TypeError, "ttl is a number of seconds or None, not %.200s",
                     Py_TYPE(seconds)->tp_name);
        return false;
    }
    if (!(given > 0) || given > 4294967.0) {
        PyErr_Format(PyExc_ValueError,
                     "ttl=%R is out of range: more than 0, up to 4294967 seconds, or None",
                     seconds);
        return false;
    }
    out = static_cast<std::uint32_t>(std::max(1.0, std::ceil(given * 1000)));
    return true;
}

bool set_named(send_arguments& to, PyObject* name, PyObject* value) {
    const auto set = [&](std::uint32_t flag, bool when) {
        const int is = PyObject_IsTrue(value);
        if (is >= 0 && (is == 1) == when) to.flags |= flag;
        return is >= 0;
    };
    if (PyUnicode_CompareWithASCIIString(name, "ttl") == 0)
        return to_milliseconds(value, to.ttl_ms);
    if (PyUnicode_CompareWithASCIIString(name, "kept") == 0) return set(RESOCK_SEND_UNKEPT, false);
    if (PyUnicode_CompareWithASCIIString(name, "flush") == 0) return set(RESOCK_SEND_FLUSH, true);
    PyErr_Format(PyExc_TypeError, "send() has no argument %R: data, ttl, kept, flush", name);
    return false;
}

} // namespace

bool parse_send(PyObject* const* arguments, Py_ssize_t count, PyObject* names,
                send_arguments& out) {
    const Py_ssize_t named = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
    if (count == 1) out.data = arguments[0];
    for (Py_ssize_t i = 0; i < named; ++i) {
        PyObject* const name = PyTuple_GET_ITEM(names, i);
        PyObject* const value = arguments[count + i];
        if (out.data == nullptr && PyUnicode_CompareWithASCIIString(name, "data") == 0)
            out.data = value;
        else if (!set_named(out, name, value))
            return false;
    }
    if (count > 1 || out.data == nullptr) {
        PyErr_Format(PyExc_TypeError,
                     "send() takes one message, not %zd; send_many() takes several", count);
        return false;
    }
    return true;
}

} // namespace resock::python
