#include "operation.hpp"

namespace resock::python {

namespace {

PyTypeObject* type_of_operations = nullptr;

enum class step { yielded, returned, failed };

// Goes on with a coroutine, as PyIter_Send does from Python 3.10 on.
step resume(PyObject* coroutine, PyObject* value, PyObject** result) {
#if PY_VERSION_HEX >= 0x030A0000
    switch (PyIter_Send(coroutine, value, result)) {
    case PYGEN_RETURN:
        return step::returned;
    case PYGEN_NEXT:
        return step::yielded;
    default:
        return step::failed;
    }
#else
    *result = PyObject_CallMethod(coroutine, "send", "O", value);
    if (*result != nullptr) return step::yielded;
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return step::failed;
    PyObject *type = nullptr, *stop = nullptr, *trace = nullptr;
    PyErr_Fetch(&type, &stop, &trace);
    PyErr_NormalizeException(&type, &stop, &trace);
    *result = PyObject_GetAttrString(stop, "value");
    Py_XDECREF(type);
    Py_XDECREF(stop);
    Py_XDECREF(trace);
    return *result != nullptr ? step::returned : step::failed;
#endif
}

operation& of(PyObject* self) {
    return *reinterpret_cast<operation*>(self);
}

// future.__await__(): its own iterator where it has a slot for that, as asyncio's has.
PyObject* iterator_of(PyObject* future) {
    const PyAsyncMethods* const async = Py_TYPE(future)->tp_as_async;
    if (async != nullptr && async->am_await != nullptr) return async->am_await(future);
    return PyObject_CallMethod(future, "__await__", nullptr);
}

// With the exception that there may be, which stays.
void leave_future(operation& mine) {
    if (mine.future == nullptr) return;
    mine.what->left(mine);
    Py_CLEAR(mine.future);
}

// Makes what to wait for; false with an exception.
bool begin_to_wait(operation& mine) {
    mine.future = mine.what->future != nullptr ? mine.what->future(mine) : nullptr;
    if (PyErr_Occurred()) return false;
    mine.coroutine = mine.future != nullptr ? iterator_of(mine.future) : mine.what->wait(mine);
    if (mine.coroutine == nullptr) leave_future(mine);
    return mine.coroutine != nullptr;
}

step advance_once(operation& mine, PyObject* value, PyObject** result) {
    if (mine.coroutine == nullptr) {
        mine.started = true;
        *result = mine.what->now(mine);
        if (*result != nullptr) return step::returned;
        if (PyErr_Occurred() || !begin_to_wait(mine)) return step::failed;
        value = Py_None;
    }
    return resume(mine.coroutine, value, result);
}

step advance(PyObject* self, PyObject* value, PyObject** result) {
    operation& mine = of(self);
    if (mine.ended) {
        PyErr_Format(PyExc_RuntimeError, "cannot reuse already awaited %s()", mine.what->name);
        return step::failed;
    }
    for (;;) {
        const step done = advance_once(mine, value, result);
        if (done == step::yielded) return done;
        const bool is_news = mine.future != nullptr && done == step::returned;
        leave_future(mine);
        if (!is_news) {
            mine.ended = true;
            return done;
        }
        Py_CLEAR(*result);
        Py_CLEAR(mine.coroutine);
    }
}

// What __next__ and send() say of it: a value, or StopIteration with the result.
PyObject* as_iterator(step done, PyObject* result) {
    if (done == step::yielded) return result;
    if (done == step::failed) return nullptr;
    PyObject* const stop = PyObject_CallFunctionObjArgs(PyExc_StopIteration, result, nullptr);
    Py_DECREF(result);
    if (stop != nullptr) PyErr_SetObject(PyExc_StopIteration, stop);
    Py_XDECREF(stop);
    return nullptr;
}

PyObject* next(PyObject* self) {
    PyObject* result = nullptr;
    const step done = advance(self, Py_None, &result);
    return as_iterator(done, result);
}

PyObject* send(PyObject* self, PyObject* value) {
    PyObject* result = nullptr;
    const step done = advance(self, value, &result);
    return as_iterator(done, result);
}

#if PY_VERSION_HEX >= 0x030A0000
PySendResult send_slot(PyObject* self, PyObject* value, PyObject** result) {
    switch (advance(self, value, result)) {
    case step::yielded:
        return PYGEN_NEXT;
    case step::returned:
        return PYGEN_RETURN;
    default:
        return PYGEN_ERROR;
    }
}
#endif

// throw(exception) and the older throw(type, value, traceback).
PyObject* throw_into(PyObject* self, PyObject* arguments) {
    operation& mine = of(self);
    mine.started = true;
    if (mine.coroutine != nullptr && !mine.ended) {
        PyObject* const method = PyObject_GetAttrString(mine.coroutine, "throw");
        PyObject* const result = method ? PyObject_CallObject(method, arguments) : nullptr;
        Py_XDECREF(method);
        mine.ended = result == nullptr;
        if (mine.ended) leave_future(mine);
        return result;
    }
    mine.ended = true;
    PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
    if (!PyArg_ParseTuple(arguments, "O|OO:throw", &type, &value, &trace)) return nullptr;
    if (PyExceptionInstance_Check(type))
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(type)), type);
    else
        PyErr_SetObject(type, value);
    return nullptr;
}

PyObject* close(PyObject* self, PyObject*) {
    operation& mine = of(self);
    mine.started = true;
    const bool waits = mine.coroutine != nullptr && !mine.ended;
    mine.ended = true;
    leave_future(mine);
    if (!waits) Py_RETURN_NONE;
    return PyObject_CallMethod(mine.coroutine, "close", nullptr);
}

PyObject* itself(PyObject* self) {
    Py_INCREF(self);
    return self;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(of(self).owner);
    Py_VISIT(of(self).argument);
    Py_VISIT(of(self).coroutine);
    Py_VISIT(of(self).future);
    return 0;
}

int clear(PyObject* self) {
    leave_future(of(self));
    Py_CLEAR(of(self).owner);
    Py_CLEAR(of(self).argument);
    Py_CLEAR(of(self).coroutine);
    return 0;
}

// As for a coroutine: what was never awaited has not happened, and is told.
void finalize(PyObject* self) {
    if (of(self).started) return;
    PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
    PyErr_Fetch(&type, &value, &trace);
    if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "%s() was never awaited: it did nothing",
                         of(self).what->name) != 0)
        PyErr_WriteUnraisable(self);
    PyErr_Restore(type, value, trace);
}

void destroy(PyObject* self) {
    if (PyObject_CallFinalizerFromDealloc(self) != 0) return;
    PyObject_GC_UnTrack(self);
    PyTypeObject* const type = Py_TYPE(self);
    clear(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

// A task shows it by this name.
PyObject* get_name(PyObject* self, void*) {
    return PyUnicode_FromString(of(self).what->name);
}

PyGetSetDef properties[] = {
    {"__qualname__", get_name, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyMethodDef methods[] = {
    {"send", send, METH_O, "Goes on, as generator.send does."},
    {"throw", throw_into, METH_VARARGS, "Raises where it waits, as generator.throw does."},
    {"close", close, METH_NOARGS, "Ends it, as generator.close does."},
    {nullptr, nullptr, 0, nullptr},
};

PyObject* refuse(PyTypeObject* type, PyObject*, PyObject*) {
    return PyErr_Format(PyExc_TypeError, "%s cannot be made by programs", type->tp_name);
}

template<class Function>
void* slot_of(Function* function) {
    return reinterpret_cast<void*>(function);
}

} // namespace

PyObject* make_operation(const operation::kind& what, PyObject* owner, PyObject* argument,
                         std::uint32_t number, std::uint32_t ttl_ms) {
    operation* const made = PyObject_GC_New(operation, type_of_operations);
    if (made == nullptr) return nullptr;
    Py_INCREF(owner);
    Py_XINCREF(argument);
    made->what = &what;
    made->owner = owner;
    made->argument = argument;
    made->coroutine = made->future = nullptr;
    made->number = number;
    made->ttl_ms = ttl_ms;
    made->started = made->ended = false;
    PyObject_GC_Track(reinterpret_cast<PyObject*>(made));
    return reinterpret_cast<PyObject*>(made);
}

void register_operation(py::module_& module) {
    static PyType_Slot slots[] = {
        {Py_tp_dealloc, slot_of(destroy)},
        {Py_tp_finalize, slot_of(finalize)},
        {Py_tp_traverse, slot_of(traverse)},
        {Py_tp_clear, slot_of(clear)},
        {Py_tp_methods, methods},
        {Py_tp_getset, properties},
        {Py_tp_iter, slot_of(itself)},
        {Py_tp_iternext, slot_of(next)},
        {Py_am_await, slot_of(itself)},
        {Py_tp_new, slot_of(refuse)},
#if PY_VERSION_HEX >= 0x030A0000
        {Py_am_send, slot_of(send_slot)},
#endif
        {0, nullptr},
    };
    static PyType_Spec spec = {"resock._core.Operation", sizeof(operation), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
    PyObject* const made = PyType_FromSpec(&spec);
    if (made == nullptr) throw py::error_already_set();
    type_of_operations = reinterpret_cast<PyTypeObject*>(made);
    module.add_object("Operation", made);
}

} // namespace resock::python
