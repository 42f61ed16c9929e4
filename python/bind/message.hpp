// A message as it arrived: what link.messages() gives.
#pragma once

#include <memory>

#include "object.hpp"

namespace resock::python {

class message {
  public:
    explicit message(event_ptr event)
        : event_(std::move(event)) {}

    py::object data() const; // str or bytes
    std::uint64_t number() const { return resock_event_id(event_.get()); }
    bool is_redelivered() const { return has(RESOCK_MESSAGE_REDELIVERED); }
    bool is_expired() const { return has(RESOCK_MESSAGE_EXPIRED); }
    py::bytes position() const;
    void done() { check(resock_event_done(event_.get())); }

  private:
    bool has(std::uint32_t flag) const { return (resock_event_flags(event_.get()) & flag) != 0; }

    event_ptr event_;
};

// str of a text, bytes of anything else; null with an exception.
PyObject* data_of(const resock_event*);
void register_message(py::module_& module);

} // namespace resock::python
