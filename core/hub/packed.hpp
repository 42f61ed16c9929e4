// Packed records: events out, messages in, many for one call (for FFI where each call costs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "hub/event.hpp"

namespace resock::hub {

// An event as a record. Little-endian; every record begins at a multiple of 8 of its buffer.
//
//   offset 0   u32 size      of the whole record, padding included: a multiple of 8
//          4   u16 kind      event_kind
//          6   u16 flags     of MESSAGE: 1 text, 2 redelivered, 4 expired; of DOWN: 1 a connection
//                            ended (else an attempt); of OPEN: 1 resumed; of LOST: 1 begun anew
//          8   u64 link_id   0: of the hub
//         16   u64 user
//         24   u64 id        MESSAGE 0, its number in a session; CONFIRMED through; FAILED first;
//         CREDENTIALS, REQUEST and
//                            ACCEPTED request id; OPEN, DOWN, CLOSED connection number, of a
//                            listener's CLOSED (link_id 0) the listener; else 0
//         32   the kind's fixed fields, then the u32 lengths of its byte strings, then these
//              strings one behind the other without a terminator, then zeros up to size:
//
//   OPEN        u64 attempt, u64 downtime_ms, u64 skipped,
//               u32 length of address, of tls, of subprotocol, u32 0
//   MESSAGE     u32 0, u32 length of the message (which begins at offset 40)
//   CONFIRMED   u32 level, u32 0
//   FAILED      u64 last id, u32 reason, u32 0
//   DOWN        u64 attempt, u64 skipped, u64 up_ms, u64 delay_ms (until the next attempt),
//               u64 rtt_us (last seen), u64 silent_ms (since the last byte was received),
//               u64 message_id (that 1003, 1007 or 1009 is about),
//               u32 layer, u32 caused_by, u32 cause, u32 verdict, u32 close_code,
//               u32 http_status, u32 errno, u32 bits (1 closed by us, 2 limits reached),
//               u32 length of close_reason, of detail, of host, of why
//   WRITABLE    nothing
//   CREDENTIALS u64 attempt, u32 http_status, u32 close_code
//   REQUEST     u64 listener, u32 length of method, of target, of address, of tls, of fields
//               ("Name: value" and a line feed each), of token
//   ACCEPTED    u64 listener, u64 the link's handle (0: resock_listener_accept gave it), which is
//               the reader's to free
//   LOST        u64 skipped, u32 reason, u32 length of text
//   CLOSED      as DOWN
//   LOG         u64 dropped, u32 level, u32 length of text
//
// A number that is not known (delay_ms, rtt_us, silent_ms, message_id) is UINT64_MAX; close_code,
// http_status and errno are then 0. layer, caused_by, cause and verdict count from 0 in the order
// of policy/failure.hpp, to which later releases add at the end only. A later release may add
// fields behind the strings: a reader goes on at `size`.
std::size_t packed_size(const event&);
// Writes packed_size(event) bytes. Returns them, or 0 where `out` is too small: nothing is written.
std::size_t write_packed(const event&, std::span<char> out);

// One message of resock_link_send_packed.
struct packed_message {
    std::uint32_t flags = 0;  // as those of resock_link_send
    std::uint32_t ttl_ms = 0; // 0: the option's
    std::string_view bytes;   // in the buffer
};

// Reads records of
//   offset 0   u32 size      of the whole record, padding included: a multiple of 8
//          4   u32 flags
//          8   u32 ttl_ms
//         12   u32 length
//         16   bytes, then padding to 8 (whatever it holds)
// The buffer needs no alignment. It is checked record by record, as it is read.
class packed_reader {
  public:
    explicit packed_reader(std::string_view buffer)
        : buffer_(buffer) {}
    // The next message; empty at the end. Throws error(status::invalid) naming the offset, what
    // stands there and what was expected.
    std::optional<packed_message> next();
    // Of the record that next() reads.
    std::size_t offset() const { return offset_; }

  private:
    std::string_view buffer_;
    std::size_t offset_ = 0;
};

} // namespace resock::hub
