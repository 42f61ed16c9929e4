// What a durable session writes down, in order; and what it begins with after a restart.
//
// A store keeps the records of one session. It may drop what later records have made needless, but
// never the other way round: what load() gives is the state after some prefix of the records that
// were appended, at least up to the last that it called stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/payload.hpp"
#include "session/terms.hpp"

namespace resock::session {

// DATA, VOID or END: what a run of sequenced frames carries.
enum class content : std::uint8_t { data = 1, end = 2, void_ = 3 };

namespace record {

// A new session begins; whatever was kept of another under the same sid goes.
struct created {
    session::identity identity;
};
struct agreed {
    session::terms terms;
};
struct epoch { // the highest used (client) or accepted (server)
    std::uint64_t epoch = 0;
};
// A message of ours. Its frames are first_seq … first_seq + frames - 1, each but the last with
// `chunk` bytes of the payload. Replaces one with the same first_seq (a message that became VOID).
struct queued {
    std::uint64_t first_seq = 0;
    std::uint64_t frames = 1;
    std::uint32_t chunk = 0;
    session::content content = content::data;
    bool text = false;
    bool ackme = false;
    std::uint64_t expires_ms = 0; // since 1970; 0: does not
    std::uint32_t end_code = 0;   // of END, whose reason is the payload
    payload data;
};
// Frames of ours up to `seq` are acknowledged: messages wholly covered go.
struct acknowledged {
    std::uint64_t seq = 0;
    std::uint32_t check = 0;
};
// Frame seq of the peer, in order: it is kept until `done` covers it.
struct arrived {
    std::uint64_t seq = 0;
    std::uint32_t check = 0;
    std::uint32_t cost = 0;
    session::content content = content::data;
    bool fin = true;
    bool text = false;            // of the message's first frame
    std::uint64_t expires_ms = 0; // likewise; 0: does not
    std::uint32_t end_code = 0;
    payload data;
};
// The application is done with every message up to frame `seq`.
struct done {
    std::uint64_t seq = 0;
};
// Nothing of the session is needed any more: it ended, was lost or was given up. At a server a
// tombstone stays (R28).
struct ended {
    reject_reason reason{};
    std::uint64_t recv = 0;
    std::int64_t until_unix_s = 0; // of the tombstone
};

using any = std::variant<created, agreed, epoch, queued, acknowledged, arrived, done, ended>;

} // namespace record

using records = std::vector<record::any>;

// The state after a restart.
struct saved {
    session::identity identity;
    session::terms terms;
    std::uint64_t epoch = 0;
    std::uint64_t acked = 0; // highest own frame known to be acknowledged
    std::uint32_t acked_check = 0;
    std::vector<record::queued> queue; // by first_seq; not wholly acknowledged
    std::uint64_t recv = 0;
    std::uint32_t recv_check = 0;
    std::uint64_t done = 0;
    std::vector<record::arrived> inbox; // by seq; above done, recv included
};

// Where an application keeps the receive position in a transaction of its own (ack_level 3): the
// bytes that go with each message, and come back as session.position.
struct position {
    sid_bytes sid{};
    std::uint64_t born = 0;
    std::uint64_t recv = 0;
    std::uint32_t check = 0;
};
inline constexpr std::size_t position_size = 37; // a version byte, then the fields, big-endian
std::string to_bytes(const position&);
std::optional<position> position_of(std::string_view bytes); // empty: not one of ours

} // namespace resock::session
