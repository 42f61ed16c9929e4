// The extension module resock._core: the C API through resock.hpp, for the package above it.
#include <pybind11/stl.h>

#include "incoming.hpp"
#include "link.hpp"
#include "listener.hpp"
#include "message.hpp"
#include "object.hpp"
#include "operation.hpp"
#include "pump.hpp"
#include "receipt.hpp"

namespace {

namespace py = pybind11;

void translate(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const resock::error& error) {
        resock::python::raise_status(static_cast<std::int32_t>(error.status()), error.what());
    }
}

} // namespace

PYBIND11_MODULE(_core_of_main, module) {
    py::register_exception_translator(translate);
    module.doc() = "What the package resock is built on; not for programs.";
    module.attr("version") = resock_version();
    module.attr("abi_version") = resock_abi_version();
    module.def("describe_options", &resock::options::describe_all,
               "The table of options as JSON (resock_options_describe).");
    module.def("check_options", &resock::python::check_options, py::arg("scope"), py::arg("texts"),
               "Raises OptionError for a value that the library does not allow.");
    module.def("explain", &resock::explain, py::arg("what"));
    module.def("version_json", &resock::version_json);
    resock::python::register_operation(module);
    resock::python::register_receipts(module);
    resock::python::register_message(module);
    resock::python::register_incoming(module);
    resock::python::register_pump(module);
    resock::python::register_links(module);
    resock::python::register_listener(module);
}

// Links belong to one interpreter: their objects, its GIL and its end. It is refused here, since
// what pybind11 does first waits for ever in a subinterpreter of Python below 3.12.
extern "C" PYBIND11_EXPORT PyObject* PyInit__core() {
    if (PyInterpreterState_Get() == PyInterpreterState_Main()) return PyInit__core_of_main();
    PyErr_SetString(PyExc_ImportError,
                    "resock works in the main interpreter only, and this is a subinterpreter: use "
                    "it there, or in a process of its own");
    return nullptr;
}
