// The options of one session end. Defaults stand in the option table; those here serve tests.
#pragma once

#include <cstdint>
#include <string>

#include "session/terms.hpp"

namespace resock::session {

struct options {
    session::role role = role::client;
    std::uint32_t window = 1u << 20; // cost (R7) of whole messages that wait here; session.window
    std::uint32_t max_frame = min_max_frame;
    std::uint32_t max_message = default_max_message;
    std::uint64_t ttl_s = 120;           // client: wished; server: granted at most
    std::uint64_t tombstone_ttl_s = 120; // server
    std::uint32_t heartbeat_ms = 10000;  // client: wished; server: what it takes without a wish
    std::uint8_t ack_level = 0;
    // 0: nothing is written down. 2: records are. 3: of what arrives only incomplete messages are,
    // the application keeps the position itself.
    bool durable() const { return ack_level >= 2; }
    std::string protocol;    // HELLO tlv 1
    std::string token;       // HELLO tlv 2; may change
    std::string resume_url;  // WELCOME tlv 1
    bool half_close = false; // END is not answered by itself
};

} // namespace resock::session
