// The handles of links in this process: those that were opened and those that were accepted.
#pragma once

#include "hub/handles.hpp"

namespace resock::hub {

class hub_link;

extern constinit handle_table<hub_link> all_links;

// A handle on its way to the application in an ACCEPTED event. Destroyed without take() it frees
// the link as resock_link_free does.
class link_handle {
  public:
    link_handle() = default;
    explicit link_handle(handle_key key)
        : key_(key) {}
    link_handle(link_handle&& other) noexcept
        : key_(other.take()) {}
    link_handle& operator=(link_handle&& other) noexcept {
        std::swap(key_, other.key_);
        return *this;
    }
    ~link_handle();

    handle_key key() const { return key_; } // 0: none, or taken
    handle_key take() { return std::exchange(key_, 0); }

  private:
    handle_key key_ = 0;
};

// Frees the link of a handle; false where there is none.
bool free_link(handle_key);

} // namespace resock::hub
