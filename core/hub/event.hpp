// What an application polls: one heap object for each event, independent of its hub and link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/block.hpp"
#include "base/payload.hpp"
#include "base/time.hpp"
#include "hub/done_tracker.hpp"
#include "hub/link_handles.hpp"
#include "link/actions.hpp"
#include "policy/record.hpp"
#include "wire/accept.hpp"

namespace resock::hub {

// Values of resock.h; never renumbered.
enum class event_kind : std::uint16_t {
    open = 1,
    message = 2,
    confirmed = 3,
    failed = 4,
    down = 5,
    writable = 6,
    credentials = 7,
    request = 8,
    accepted = 9,
    lost = 10,
    closed = 11,
    log = 12,
};
const char* to_string(event_kind); // "OPEN"

// Bits of event::flags.
inline constexpr std::uint16_t event_text = 1;        // of a MESSAGE: text, else binary
inline constexpr std::uint16_t event_redelivered = 2; // it came before a restart, and was not done
inline constexpr std::uint16_t event_expired = 4;     // by our clock

// A payload below this is copied into its event, one allocation; above it is handed over.
inline constexpr std::size_t small_payload = 4096;
// Bytes of a LOG event's text.
inline constexpr std::size_t max_log_text = 4096;

struct open_info {
    std::string address; // "192.0.2.1:443"
    std::string tls;     // version and cipher, "" where there is none
    std::string subprotocol;
    std::uint64_t connection = 0; // 1, 2, 3 … of this link
    std::uint64_t attempt = 0;    // of the row; 0 for a first connection
    std::uint64_t downtime_ms = 0;
    bool resumed = false; // a session went on where it had stopped
};
struct lost_info {
    std::uint32_t reason = 0;  // session::reject_reason
    std::string text;          // a sentence
    std::uint64_t skipped = 0; // LOST events dropped before this one
    bool begun_anew = false;   // session.on_lost=new
};
struct credentials_info {
    std::uint64_t request_id = 0;
    std::uint64_t attempt = 0;
    int http_status = 0;          // of the refusal, 0 where none
    std::uint16_t close_code = 0; // likewise
};

struct request_info {
    std::uint64_t listener_id = 0;
    std::uint64_t request_id = 0; // 1, 2, 3 … of this listener
    wire::client_request request;
    std::string address; // of the peer
    std::string tls;
    // Of a session: the token that its client sent; empty where it sent none.
    std::optional<std::string> token;
};
struct accepted_info {
    std::uint64_t listener_id = 0;
    std::uint64_t request_id = 0; // that was answered; 0: accepted by the options alone
    link_handle link;             // none where resock_listener_accept gave it
};

// The bodies. Those that a busy link makes often hold their fields; the others point to them, so
// that a MESSAGE stays small.
namespace body {

struct message {
    std::string_view bytes; // in the event's own tail, or in `owned`
    payload owned;
};
struct confirmed {
    link::level level;
    std::uint64_t through;
};
struct failed {
    std::uint64_t first;
    std::uint64_t last;
    std::uint64_t bytes;    // budget that comes back when the event is polled
    std::uint32_t messages; // likewise
    link::fail_reason reason;
};
struct open {
    std::unique_ptr<open_info> info;
    std::uint64_t skipped = 0; // OPEN events dropped before this one
};
struct down { // DOWN and CLOSED
    std::unique_ptr<policy::disconnect_record> record;
    std::uint64_t skipped = 0; // DOWN events dropped before this one
    bool was_open = false;     // false: an attempt failed
};
struct writable {};
struct credentials {
    std::unique_ptr<credentials_info> info;
};
struct request {
    std::unique_ptr<request_info> info;
};
struct accepted {
    std::unique_ptr<accepted_info> info;
};
struct listener_closed { // CLOSED of a listener
    std::unique_ptr<policy::disconnect_record> record;
};
struct lost {
    std::unique_ptr<lost_info> info;
};
struct log {
    std::unique_ptr<std::string> text;
    std::uint64_t dropped = 0; // LOG events dropped before this one
    link::log_level level;
};

using any = std::variant<writable, message, confirmed, failed, open, down, credentials, request,
                         accepted, listener_closed, lost, log>;

} // namespace body

// What a MESSAGE of a session has beside its bytes, in the same block.
struct receipt {
    done_tracker* tracker;
    done_tracker::ticket ticket;
    std::uint64_t seq;
    std::uint32_t check;
    bool polled; // the application has it
};

struct event {
    event() = default;
    event(const event&) = delete;
    event& operator=(const event&) = delete;
    ~event() {
        if (has_receipt) drop_receipt();
    }

    event_kind kind = event_kind::writable;
    std::uint16_t flags = 0;
    bool has_receipt = false;  // a receipt stands at the beginning of tail()
    std::uint64_t link_id = 0; // 0: of the hub
    std::uint64_t user = 0;    // resock_link_set_user
    body::any body;

    // Accessors: 0, empty or null for an event of another kind.
    std::string_view bytes() const; // MESSAGE
    std::uint64_t
    id() const; // MESSAGE of a session seq; CONFIRMED through; FAILED first; CREDENTIALS, REQUEST
                // and ACCEPTED request; OPEN, DOWN and CLOSED connection
    std::string position() const;      // MESSAGE, where the application keeps the position
    std::size_t position_size() const; // of that: bytes
    std::uint64_t last_id() const;     // FAILED
    std::uint32_t level() const;       // CONFIRMED link::level; LOG link::log_level
    std::uint32_t reason() const;      // FAILED link::fail_reason; LOST session::reject_reason
    std::uint64_t skipped() const;     // OPEN, DOWN, LOST, LOG: of its kind dropped before it
    const std::string* text() const;   // LOG, LOST text; DOWN, CLOSED why
    const policy::disconnect_record* record() const; // DOWN, CLOSED
    bool was_open() const; // DOWN: a connection ended, else an attempt failed
    const open_info* open() const;
    const lost_info* lost() const;
    const credentials_info* credentials() const;
    const request_info* request() const;
    accepted_info* accepted() const;
    receipt* session_receipt() { // MESSAGE of a session, else null
        return has_receipt ? reinterpret_cast<receipt*>(tail()) : nullptr;
    }
    const receipt* session_receipt() const { return const_cast<event*>(this)->session_receipt(); }
    std::uint64_t listener_id() const; // REQUEST, ACCEPTED, CLOSED of a listener; else 0

    // Room for `tail` bytes behind the object, in the same block.
    static void* operator new(std::size_t size, std::size_t tail, block_source& source) {
        return source.take(size + tail);
    }
    static void* operator new(std::size_t size) { return new_block(size); }
    static void operator delete(void* at) { free_block(at); }
    static void operator delete(void* at, std::size_t /*tail*/, block_source&) { free_block(at); }
    char* tail() { return reinterpret_cast<char*>(this + 1); }

  private:
    void drop_receipt();
};
static_assert(sizeof(event) <= 64, "a MESSAGE costs 64 bytes beside its payload at most");
static_assert(alignof(event) <= 8, "what block_source gives");

using event_ptr = std::unique_ptr<event>;

// Whom an event is about.
struct event_origin {
    std::uint64_t link_id = 0;
    std::uint64_t user = 0;
};

// From the actions of a link's machine. finish gives CLOSED. Text of the peer is made valid UTF-8.
event_ptr make_event(event_origin, link::out::deliver&&, block_source&);
// Of a session: handed over by `of`.
event_ptr make_event(event_origin, link::out::deliver&&, block_source&, done_tracker& of);
event_ptr make_event(event_origin, link::out::opened&&);
event_ptr make_event(event_origin, link::out::down&&);
event_ptr make_event(event_origin, const link::out::confirmed&);
// A failure for_room gives no budget back: that went to who asked for the room.
event_ptr make_event(event_origin, const link::out::failed&);
event_ptr make_event(event_origin, const link::out::ask&);
event_ptr make_event(event_origin, link::out::lost&&);
event_ptr make_event(event_origin, const link::out::log&);
event_ptr make_event(event_origin, link::out::finish&&);
event_ptr make_writable(event_origin);
// Of a listener: text of the peer comes out as valid UTF-8.
event_ptr make_request(event_origin, request_info);
event_ptr make_accepted(event_origin, accepted_info);
// `why`: "closed: 3 links accepted, …".
event_ptr make_listener_closed(event_origin, std::uint64_t listener_id, std::string why);

} // namespace resock::hub
