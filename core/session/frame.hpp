// The frames of resock.v1 (protocol §2) as values. Texts and bytes are views into what was decoded
// or is to be encoded: none of these owns memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "session/varint.hpp"

namespace resock::session {

enum class frame_type : std::uint8_t {
    data = 1,
    end = 2,
    ack = 3,
    note = 4,
    hello = 5,
    welcome = 6,
    reject = 7,
    goaway = 8,
    auth = 9,
    void_ = 10,
};
// "DATA", "VOID" …; "frame" of what is no type.
const char* frame_name(frame_type type);

// R8, R10.
inline constexpr std::uint8_t protocol_version = 1;
inline constexpr std::uint64_t min_max_frame = 16384; // what an end takes in any case
inline constexpr std::uint64_t max_max_frame = 1 << 24;
inline constexpr std::uint64_t default_max_message = 16 << 20;
inline constexpr std::uint64_t max_u32 = 0xFFFFFFFF; // of windows, max_message and END codes
inline constexpr std::uint64_t min_heartbeat_ms = 1000;
inline constexpr std::uint64_t max_heartbeat_ms = 600000;
inline constexpr std::uint64_t max_wait_ms = 600000; // longer waits are taken as this
inline constexpr std::uint64_t max_ack_level = 3;
inline constexpr std::size_t max_text = 1024;     // bytes of a text for people
inline constexpr std::size_t max_control = 65536; // HELLO, WELCOME, REJECT, GOAWAY, AUTH

// R7: the cost of a sequenced frame of `size` bytes, the first included.
inline constexpr std::uint64_t frame_overhead = 32;
constexpr std::uint64_t cost(std::size_t size) {
    return size + frame_overhead;
}
// R8: the least first window of HELLO and WELCOME.
constexpr std::uint64_t least_first_window(std::uint64_t max_frame) {
    const std::uint64_t two = 2 * (max_frame + frame_overhead);
    return two > 65536 ? two : 65536;
}

struct data_frame {
    std::uint64_t seq = 0;
    bool fin = true;
    bool text = false;
    // Decoded: whether EXT stood (R8 allows it on the first frame of a message only). Encoding
    // looks at the two fields below instead.
    bool ext = false;
    bool ackme = false;
    std::optional<std::uint64_t> expires_ms; // since 1970
    std::optional<std::string_view> message_id;
    std::string_view payload; // that TEXT is UTF-8 (R9) is for the receiver to see to
    bool operator==(const data_frame&) const = default;
};

struct end_frame {
    std::uint64_t seq = 0;
    std::uint32_t code = 0;
    std::string_view reason;
    bool operator==(const end_frame&) const = default;
};

struct ack_frame {
    bool ping = false;
    bool pong = false;
    std::uint64_t recv = 0;
    std::uint32_t window = 0;
    std::optional<std::uint64_t> done; // at most recv
    bool operator==(const ack_frame&) const = default;
};

struct note_frame {
    bool text = false; // decoded: then the payload is UTF-8
    std::string_view payload;
    bool operator==(const note_frame&) const = default;
};

// Where `version` is not protocol_version nothing else has been read.
struct hello_frame {
    std::uint8_t version = protocol_version;
    std::array<std::uint8_t, 16> sid{};
    std::array<std::uint8_t, 16> secret{};
    std::uint64_t born = 0;
    std::uint64_t epoch = 0;
    std::uint64_t recv = 0;
    std::uint64_t acked = 0;
    std::uint32_t window = 0;
    std::optional<std::string_view> protocol;  // tlv 1
    std::optional<std::string_view> token;     // tlv 2
    std::optional<std::uint64_t> ttl_s;        // tlv 3
    std::optional<std::uint32_t> max_frame;    // tlv 5
    std::optional<std::uint32_t> check;        // tlv 7
    std::optional<std::uint32_t> heartbeat_ms; // tlv 9
    std::optional<std::uint32_t> max_message;  // tlv 11
    std::optional<std::uint8_t> ack_level;     // tlv 13
    bool unknown_even = false;                 // decoded: a tlv stood that REJECT 7 answers (R4)
    bool operator==(const hello_frame&) const = default;
};

struct welcome_frame {
    bool resumed = false;
    std::uint64_t born = 0; // not 0
    std::uint64_t recv = 0;
    std::uint32_t window = 0;
    std::uint32_t max_frame = min_max_frame;
    std::uint32_t max_message = default_max_message;
    std::uint32_t heartbeat_ms = 0;
    std::uint64_t ttl_s = 0;
    std::uint8_t ack_level = 0;
    std::optional<std::string_view> url;          // tlv 1
    std::optional<std::uint64_t> tombstone_ttl_s; // tlv 3
    std::optional<std::uint32_t> check;           // tlv 7
    bool operator==(const welcome_frame&) const = default;
};

// A peer may name another: the underlying value is any number.
enum class reject_reason : std::uint64_t {
    unknown_session = 1,
    forbidden = 2,
    stale_epoch = 3,
    state_mismatch = 4,
    ended = 5,
    expired = 6,
    unsupported = 7,
    overloaded = 8,
    former_owner_busy = 9,
    authentication_needed = 11,
};

struct reject_frame {
    bool retry = false;
    reject_reason reason{};
    std::optional<std::uint64_t> recv;
    std::uint32_t retry_ms = 0; // 0 without `retry`, whatever the peer wrote
    std::string_view text;
    bool operator==(const reject_frame&) const = default;
};

struct goaway_frame {
    bool finish = false;
    std::uint32_t grace_ms = 0;
    std::uint32_t retry_min_ms = 0;
    std::uint32_t retry_max_ms = 0;
    std::string_view url; // may be empty
    bool operator==(const goaway_frame&) const = default;
};

struct auth_frame {
    bool request = false;
    std::uint32_t deadline_ms = 0; // of a request
    std::string_view token;        // of an answer
    bool operator==(const auth_frame&) const = default;
};

struct void_frame {
    std::uint64_t seq = 0;
    bool operator==(const void_frame&) const = default;
};

// Why bytes are no frame. The reason is one for a close with 4400: it names the rule, the frame,
// the field and, of a number, what it was and may be; never a byte of a secret.
class frame_error {
  public:
    static constexpr std::size_t max_reason = 123; // RFC 6455 §5.5.1

    frame_error() { reason_[0] = '\0'; }
    // `format` as of printf; longer than max_reason is cut.
    [[gnu::format(printf, 2, 3)]] explicit frame_error(const char* format, ...);

    std::string_view reason() const { return reason_.data(); }

  private:
    std::array<char, max_reason + 1> reason_;
};

// The index of a frame is its frame_type; that of an error is 0.
using decoded = std::variant<frame_error, data_frame, end_frame, ack_frame, note_frame, hello_frame,
                             welcome_frame, reject_frame, goaway_frame, auth_frame, void_frame>;

// A text for people as it may be shown (R10): bad UTF-8 replaced. One that was decoded is not cut.
std::string shown_text(std::string_view text);
// As it may be sent: valid UTF-8, cut to max_text at a code point.
std::string sendable_text(std::string_view text);

} // namespace resock::session
