#include "hub/link_handles.hpp"

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"

namespace resock::hub {

constinit handle_table<hub_link> all_links{handle_kind::link};

link_handle::~link_handle() {
    try {
        if (key_) free_link(key_);
    } catch (const error&) { // a handle of the parent process: it is freed there
    }
}

bool free_link(handle_key key) {
    const auto removed = all_links.remove(key);
    if (removed) removed->owner()->release(removed);
    return removed != nullptr;
}

} // namespace resock::hub
