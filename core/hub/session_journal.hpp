// Where a durable session is written down, as its link sees it.
#pragma once

#include "session/record.hpp"

namespace resock::hub {

// Calls of one link come from its I/O thread, in order. Whoever stores tells the link by
// hub_link::stored() how many records of all so far are safe, or by hub_link::store_failed() that
// nothing more will be; from any thread, also within append().
class session_journal {
  public:
    virtual void append(session::records) = 0; // returns at once
    virtual ~session_journal() = default;
};

} // namespace resock::hub
