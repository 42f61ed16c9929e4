#include "incoming.hpp"

#include <cstring>
#include <string_view>

namespace resock::python {

namespace {

// Fields of HTTP have no encoding of their own; latin-1 takes every byte.
py::object latin1(std::string_view text) {
    return py::reinterpret_steal<py::object>(
        PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
}

} // namespace

py::list request::fields() const {
    py::list made;
    const std::size_t count = resock_event_field_count(event_.get());
    for (std::size_t i = 0; i < count; ++i)
        made.append(py::make_tuple(latin1(resock_event_field_name(event_.get(), i)),
                                   latin1(resock_event_field_value(event_.get(), i))));
    return made;
}

py::object request::token() const {
    const char* const token = resock_event_token(event_.get());
    if (token == nullptr) return py::none();
    return py::bytes(token, resock_event_token_size(event_.get()));
}

void register_incoming(py::module_& module) {
    py::class_<request, std::shared_ptr<request>>(module, "Request",
                                                  "An opening, or a fresh token, to be answered.")
        .def_property_readonly("id", &request::id)
        .def_property_readonly("link_id", &request::link_id)
        .def_property_readonly("method", &request::method)
        .def_property_readonly("target", [](const request& of) { return latin1(of.target()); })
        .def_property_readonly("address", &request::address)
        .def_property_readonly("tls", &request::tls)
        .def_property_readonly("fields", &request::fields)
        .def_property_readonly("token", &request::token);
    py::class_<incoming, std::shared_ptr<incoming>>(module, "Incoming", "A link just accepted.")
        .def_property_readonly("link_id", &incoming::link_id)
        .def_property_readonly("request_id", &incoming::request_id);
}

} // namespace resock::python
