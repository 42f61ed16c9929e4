// What becomes of a message that was accepted. Values of resock.h; never renumbered.
#pragma once

#include <cstdint>

namespace resock {

enum class level : std::uint32_t { stored = 1, written = 2, received = 3, processed = 4 };
enum class fail_reason : std::uint32_t {
    expired = 1,  // its ttl ended before any byte was given to the kernel
    dropped = 2,  // by queue.full, or an unkept message cut in the middle
    refused = 3,  // found by the search after 1003, 1007 or 1009; in a session, above a limit
    not_sent = 4, // no byte of it was ever given to the kernel
    in_doubt = 5, // given to the kernel, not confirmed
};

} // namespace resock
