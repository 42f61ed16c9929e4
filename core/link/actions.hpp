// What the machine of a link is told (events) and what it wants done (actions). Values only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/buffer.hpp"
#include "base/outcome.hpp"
#include "base/payload.hpp"
#include "base/time.hpp"
#include "base/url.hpp"
#include "link/config.hpp"
#include "policy/record.hpp"
#include "session/record.hpp"
#include "wire/upgrade.hpp"

namespace resock::link {

using resock::fail_reason;
using resock::level;
// Values of resock.h; never renumbered.
enum class log_level : std::uint32_t { error = 1, warning = 2, info = 3, debug = 4 };

// ---- events ----
namespace in {

struct open {}; // begin: the link was made

struct send {
    std::uint64_t id = 0; // 1, 2, 3 …, without gap
    payload data;
    bool text = false;
    bool unkept = false;
    bool flush = false;                // a barrier at once behind it
    duration ttl = unlimited_duration; // already resolved against message.ttl
    std::uint64_t expires_ms = 0;      // the same since 1970, in a session; 0: does not
};
// Room is wanted: end untouched messages (oldest or newest first) until so much is free.
struct make_room {
    std::uint64_t token = 0;
    std::uint64_t bytes = 0;
    std::uint64_t messages = 0;
    bool newest_first = false;
};
struct confirm {
    std::uint64_t id = 0;
    bool through = false;
};
struct flush {}; // a barrier at once behind everything accepted so far
struct close {
    std::uint16_t code = 1000;
    std::string reason;
    // Instead of close.timeout, closing handshake included. Shortens a close that is under way.
    std::optional<duration> within = {};
};
// Give the connection up at once, telling the peer this code and why.
struct abandon {
    std::uint16_t code = 1013;
    std::string reason;
};
struct retry_now {};
struct ready { // the greeting of this connection was answered: kept messages may go
    std::uint64_t connection = 0;
};
struct greeting_set {
    std::string key;
    std::string data;
    bool text = false;
};
struct greeting_remove {
    std::string key;
};
struct credentials {
    std::uint64_t request_id = 0; // 0: unasked
    bool none_to_be_had = false;
    std::optional<resock::url> url;
    std::optional<wire::fields> headers;
    std::optional<std::string> token = {}; // session.token
};
struct reconfigure {
    std::shared_ptr<const config> to;
};
// In a session: the application is done with every message up to frame `seq` of the peer.
struct done {
    std::uint64_t seq = 0;
};
// In a session of a server: what its application asks of the client.
struct move_away { // GOAWAY
    bool finish = false;
    duration grace{};
    duration retry_min{};
    duration retry_max{};
    std::string url;
};
struct ask_token { // AUTH|REQUEST
    duration within{};
};
struct token_judged {                          // the answer to out::token
    bool right = false;                        // false: closed with 4403, the session is kept
    std::optional<std::string> principal = {}; // whom it names, where that is to be compared
};

// From the store of a durable session.
struct stored { // so many records since the link began
    std::uint64_t through = 0;
};
struct store_failed { // for good: nothing more can be written down
    std::string why;
};

// From the transport. `connection` tells a late answer of an earlier one.
struct opened {
    wire::upgrade_response response;
    std::string leftover;
    std::string address;
    std::string tls;
    std::int64_t unix_now = 0; // for a Retry-After that is a date
};
struct connect_failed {
    policy::failure failure;
};
// Server role: the peer's request was answered with 101. In a session its HELLO has come, too, and
// machine::judge() has let it pass; what stands of an earlier connection is closed with 4409.
struct accepted {
    std::string leftover; // bytes behind the request's header, or behind HELLO
    std::string address;  // of the peer
    std::string tls;
    std::string subprotocol;
    std::string hello = {};     // the whole frame; "" of a plain link
    bool session_known = false; // WELCOME says RESUMED
};
// Another connection takes over: the one that stands is closed first (4409 by a server).
struct superseded {};
struct received {
    std::string_view bytes; // valid until the actions of this step are carried out
};
struct written {
    std::size_t bytes = 0; // taken from the front of output() and given to the kernel
};
struct inspected {
    policy::transport_state state;
};
struct ended { // end of stream or a broken socket, without our doing
    policy::failure failure;
};
struct reading {
    bool on = true; // false: our reader is slow, nothing is read from the socket
};
struct tick {}; // the deadline has come

using event =
    std::variant<open, send, make_room, confirm, flush, close, abandon, retry_now, ready,
                 greeting_set, greeting_remove, credentials, reconfigure, done, move_away,
                 ask_token, token_judged, stored, store_failed, opened, connect_failed, accepted,
                 superseded, received, written, inspected, ended, reading, tick>;

} // namespace in

// ---- actions ----
namespace out {

struct connect {
    std::uint64_t connection = 0;
    resock::url url;
    wire::upgrade_request request;
};
// Ends the connection or the attempt. orderly: `last` (a Close frame) is written as far as the
// socket takes it, then FIN; else it is just closed. peer_done: the peer has said its last word and
// waits for us to close (RFC 6455 §7.1.1: the server closes first).
struct disconnect {
    bool orderly = false;
    buffer last;
    bool peer_done = false;
};
struct inspect {}; // answer with in::inspected

struct deliver {
    std::string_view bytes; // valid until the next step
    payload owned;          // where set, bytes points into it
    bool text = false;
    // ---- in a session ----
    bool redelivered = false;     // it was handed over before a restart and was not done
    std::uint64_t seq = 0;        // of its last frame; 0 for a NOTE, and in plain links
    std::uint32_t check = 0;      // of that frame, where the application keeps the position
    std::uint64_t expires_ms = 0; // since 1970; 0: does not
};
struct opened {
    std::string address;
    std::string tls;
    std::string subprotocol;
    std::uint64_t connection = 0;
    std::uint64_t attempt = 0; // of this row; 0 for a first connection
    duration downtime{};       // since the last connection ended; zero for the first
    bool resumed = false;      // a session went on where it had stopped
};
struct down {
    policy::disconnect_record record;
    bool was_open = false; // false: an attempt failed
};
// Everything up to `through` that did not fail has reached `level`. The budget that it held, if
// this is the final level, is free again.
struct confirmed {
    link::level level = level::received;
    std::uint64_t through = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};
// The budget stays held until the application has seen it.
struct failed {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    fail_reason reason = fail_reason::not_sent;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    bool for_room = false; // ended by make_room: its budget goes to who asked
};
struct made_room {
    std::uint64_t token = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};
struct ask { // CREDENTIALS
    std::uint64_t request_id = 0;
    std::uint64_t attempt = 0;
    int http_status = 0;          // of the refusal, 0 where none
    std::uint16_t close_code = 0; // likewise
};
// The session could not go on; what it kept has ended by confirmed and failed before this.
struct lost {
    session::reject_reason reason{};
    std::string why;         // a sentence
    bool begun_anew = false; // session.on_lost=new: a new session carries on
};
// To be written down, in this order; in::stored tells when.
struct persist {
    session::records records;
};
// A server's session: its client has sent a token, to be answered by in::token_judged.
struct token {
    std::string token;
};
struct log {
    log_level level = log_level::warning;
    std::string text;
};
struct finish {
    policy::disconnect_record record; // why the link ended
    bool kept = false;                // its session goes on, on disk
};

using action = std::variant<connect, disconnect, inspect, deliver, opened, down, confirmed, failed,
                            made_room, ask, lost, persist, token, log, finish>;

} // namespace out

using actions = std::vector<out::action>;

} // namespace resock::link
