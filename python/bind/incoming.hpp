// What a listener has to tell: a request that waits for its answer, and a link that was accepted.
#pragma once

#include <memory>
#include <utility>

#include "object.hpp"

namespace resock::python {

class request {
  public:
    explicit request(event_ptr event)
        : event_(std::move(event)) {}

    std::uint64_t id() const { return resock_event_id(event_.get()); }
    std::uint64_t link_id() const { return resock_event_link_id(event_.get()); }
    const char* method() const { return resock_event_method(event_.get()); }
    const char* target() const { return resock_event_target(event_.get()); }
    const char* address() const { return resock_event_address(event_.get()); }
    const char* tls() const { return resock_event_tls(event_.get()); }
    py::list fields() const;  // of (name, value), str of latin-1
    py::object token() const; // bytes, or None

  private:
    event_ptr event_;
};

class incoming {
  public:
    explicit incoming(event_ptr event)
        : link_id_(resock_event_link_id(event.get()))
        , request_id_(resock_event_id(event.get()))
        , link_(resock_event_take_link(event.get())) {}

    std::uint64_t link_id() const { return link_id_; }
    std::uint64_t request_id() const { return request_id_; } // 0: not asked
    v1::link take() { return std::move(link_); }

  private:
    std::uint64_t link_id_;
    std::uint64_t request_id_;
    v1::link link_;
};

void register_incoming(py::module_& module);

} // namespace resock::python
