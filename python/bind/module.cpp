// The extension module resock._core: the C API through resock.hpp, for the package above it.
#include <pybind11/pybind11.h>

#include <resock/resock.hpp>

PYBIND11_MODULE(_core, module) {
    module.doc() = "What the package resock is built on; not for programs.";
    module.attr("version") = resock_version();
    module.def("describe_options", &resock::options::describe_all,
               "The table of options as JSON (resock_options_describe).");
}
