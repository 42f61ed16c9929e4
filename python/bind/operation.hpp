// What `link.send(...)`, `link.recv()` and `receipt` give to `await`: an awaitable that tries at
// once, without a coroutine, and only where that is not possible waits for a future, or goes on as
// a coroutine of the package. Nothing happens before it is awaited, as with an `async def`.
#pragma once

#include "object.hpp"

namespace resock::python {

struct operation {
    // Does it now: a new reference; null without an exception where it has to wait.
    using attempt = PyObject* (*)(operation&);
    // Makes the coroutine that waits: a new reference; null with an exception.
    using begin = PyObject* (*)(operation&);
    // A future, after which `now` is tried again: a new reference; null without an exception where
    // that is not the way to wait.
    using listen = PyObject* (*)(operation&);
    // That future is waited for no more.
    using leave = void (*)(operation&);
    struct kind {
        attempt now;
        begin wait;
        listen future; // null: never
        leave left;
        const char* name; // "Link.send", for errors and warnings
    };

    PyObject_HEAD const kind* what;
    PyObject* owner;      // the link, or the receipt
    PyObject* argument;   // what is sent, or null
    PyObject* coroutine;  // or the iterator of the future; null where it does not wait
    PyObject* future;     // that is waited for, or null
    std::uint32_t number; // flags of send; the level of a receipt
    std::uint32_t ttl_ms;
    bool started;
    bool ended;
};

// A new operation, null with an exception. Takes references of its own.
PyObject* make_operation(const operation::kind& what, PyObject* owner, PyObject* argument = nullptr,
                         std::uint32_t number = 0, std::uint32_t ttl_ms = 0);
// Makes the type, once.
void register_operation(py::module_& module);

} // namespace resock::python
