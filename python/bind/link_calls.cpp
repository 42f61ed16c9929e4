// Calls of resock.h on a link that need nothing of what this extension keeps.
#include "link.hpp"

namespace resock::python {

namespace {

using text_call = std::int32_t (*)(resock_link*, char**);

std::string text_of(link& of, text_call call) {
    char* text = nullptr;
    check(call(of.open_handle().get(), &text));
    const std::unique_ptr<char, void (*)(char*)> owned(text, resock_string_free);
    return std::string(text);
}

void set_option(link& of, const std::string& name, const std::string& value) {
    of.open_handle().set(name, value);
}

void set_greeting(link& of, const py::bytes& key, const py::object& data) {
    const bool text = py::isinstance<py::str>(data);
    of.open_handle().greeting_set(std::string(key), py::cast<std::string>(data), text);
}

void hand_in(link& of, std::uint64_t request, const py::object& texts) {
    if (texts.is_none()) return of.open_handle().no_credentials(request);
    const options given = make_options(scope::link, py::cast<option_texts>(texts));
    of.open_handle().credentials(request, given);
}

} // namespace

void register_calls(py::class_<link>& type) {
    type.def("_close", [](link& of, unsigned code,
                          const std::string& reason) { of.open_handle().close(code, reason); })
        .def("_state",
             [](link& of) {
                 std::uint32_t state = RESOCK_STATE_FINISHED; // it was aborted
                 return resock_link_state(of.handle().get(), &state) == RESOCK_OK
                            ? state
                            : std::uint32_t{RESOCK_STATE_FINISHED};
             })
        .def("_stats_json", [](link& of) { return text_of(of, resock_link_stats_json); })
        .def("_history_json", [](link& of) { return text_of(of, resock_link_history_json); })
        .def("_retry_now", [](link& of) { of.open_handle().retry_now(); })
        .def("_ready", [](link& of) { of.open_handle().ready(); })
        .def("_confirm", [](link& of, std::uint64_t id,
                            bool through) { of.open_handle().confirm(id, through); })
        .def("_ask_token",
             [](link& of, std::uint32_t deadline_ms) {
                 check(resock_link_ask_token(of.open_handle().get(), deadline_ms));
             })
        .def("_set", set_option)
        .def("_greeting_set", set_greeting)
        .def("_greeting_remove",
             [](link& of, const py::bytes& key) {
                 of.open_handle().greeting_remove(std::string(key));
             })
        .def("_credentials", hand_in)
        .def("_id", [](link& of) { return of.open_handle().id(); })
        .def("_stat", [](link& of, std::uint32_t which) {
            return of.open_handle().stats(static_cast<stat>(which));
        });
}

} // namespace resock::python
