#include "message.hpp"

namespace resock::python {

PyObject* data_of(const resock_event* event) {
    const char* const data = resock_event_data(event);
    const auto size = static_cast<Py_ssize_t>(resock_event_size(event));
    // The library has checked that a text is UTF-8.
    return (resock_event_flags(event) & RESOCK_MESSAGE_TEXT) != 0
               ? PyUnicode_DecodeUTF8(data, size, nullptr)
               : PyBytes_FromStringAndSize(data, size);
}

py::object message::data() const {
    PyObject* const made = data_of(event_.get());
    if (made == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(made);
}

py::bytes message::position() const {
    char buffer[RESOCK_POSITION_CAPACITY];
    std::size_t size = 0;
    check(resock_event_position(event_.get(), buffer, &size));
    return py::bytes(buffer, size);
}

void register_message(py::module_& module) {
    py::class_<message, std::shared_ptr<message>>(module, "Message",
                                                  "A message as it arrived, of link.messages().")
        .def_property_readonly("data", &message::data,
                               "str of a text message, bytes of a binary one.")
        .def_property_readonly("number", &message::number,
                               "Its number in the session, which grows; 0 on a plain link.")
        .def_property_readonly(
            "redelivered", &message::is_redelivered,
            "In a session: it came before a restart of this process, which was not done with it.")
        .def_property_readonly("expired", &message::is_expired,
                               "In a session: its sender's ttl is over, by our clock.")
        .def("position", &message::position,
             "In a session with session_position: where the session stands behind this message, "
             "bytes to be kept in the same transaction as what was made of it.")
        .def("done", &message::done,
             "The application is done with it: the peer is told, and it does not come again. "
             "Twice, or on a plain link, it does nothing.");
}

} // namespace resock::python
