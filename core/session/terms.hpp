// What both ends of a session have agreed upon, and who they are.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "session/frame.hpp"

namespace resock::session {

using sid_bytes = std::array<std::uint8_t, 16>;
using secret_bytes = std::array<std::uint8_t, 16>;
using secret_digest = std::array<std::uint8_t, 32>; // SHA-256 of the secret

secret_digest sha256_of(std::string_view bytes);
secret_digest digest_of(const secret_bytes&);
// In a time that does not depend on where they differ (R14).
bool same(const secret_digest&, const secret_digest&);

enum class role { client, server };

struct identity {
    sid_bytes sid{};
    secret_bytes secret{};  // the client's alone; zero at the server
    secret_digest digest{}; // the server's alone
    std::string principal;  // likewise: whom authentication named (protocol §2), empty without
};

// R8: fixed when the session is created, by its first HELLO and WELCOME. `in` is what this end
// accepts, `out` what the peer does.
struct terms {
    std::uint64_t born = 0; // 0: no WELCOME yet
    std::uint32_t max_frame_in = min_max_frame;
    std::uint32_t max_frame_out = min_max_frame;
    std::uint32_t max_message_in = default_max_message; // bytes of payload
    std::uint32_t max_message_out = default_max_message;
    std::uint8_t ack_level_in = 0; // of our ACKs
    std::uint8_t ack_level_out = 0;
    std::uint32_t first_window_in = 0;
    std::uint32_t heartbeat_ms = 0;
    std::uint64_t ttl_s = 0;
    std::uint64_t tombstone_ttl_s = 0;
};

} // namespace resock::session
