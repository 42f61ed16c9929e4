// Options as texts, as the package has made them of keywords.
#include "link.hpp"

namespace resock::python {

options make_options(scope of, const option_texts& texts) {
    options made(of);
    for (const auto& [name, value] : texts) {
        if (py::isinstance<py::bytes>(value))
            made.set_bytes(name, std::string(py::cast<py::bytes>(value)));
        else
            made.set(name, py::cast<std::string>(value));
    }
    return made;
}

void check_options(const std::string& of, const option_texts& texts) {
    make_options(of == "hub"        ? scope::hub
                 : of == "listener" ? scope::listener
                                    : scope::link,
                 texts);
}

} // namespace resock::python
