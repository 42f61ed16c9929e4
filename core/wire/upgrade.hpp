// The opening handshake, client side (RFC 6455 §4.1): which fields to send, and what the answer
// means. Text to and from HTTP is core/net's work.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.hpp"
#include "policy/failure.hpp"

namespace resock::wire {

struct field {
    std::string name;
    std::string value;
};
using fields = std::vector<field>;

// Case-insensitive by name.
const std::string* find_field(const fields&, std::string_view name);
// All values of `name`, split at commas, trimmed, quotes respected.
std::vector<std::string> list_field(const fields&, std::string_view name);

struct upgrade_request {
    std::string target; // "/chat?room=1"
    std::string key;    // Sec-WebSocket-Key as sent
    resock::wire::fields fields;
};

// `nonce` are 16 random bytes. `extra` are the application's own (http.header): its Host, Origin,
// User-Agent, Authorization, Cookie replace ours; names of the handshake itself are refused when
// the option is set (is_reserved_field). user_info of the URL becomes Basic credentials unless
// `extra` has Authorization. User-Agent is "resock/<version>" unless `extra` has one.
upgrade_request make_upgrade(const url&, const std::array<std::uint8_t, 16>& nonce,
                             const std::vector<std::string>& subprotocols, const fields& extra);

// Fields that http.header must not set: Upgrade, Connection, Sec-WebSocket-*, Content-Length,
// Transfer-Encoding, Host stays allowed.
bool is_reserved_field(std::string_view name);
bool is_token(std::string_view text);       // RFC 9110 §5.6.2
bool is_field_value(std::string_view text); // no control character but tab; RFC 9110 §5.5

struct upgrade_response {
    int status = 0;
    std::string reason;
    resock::wire::fields fields;
};

struct upgrade_result {
    std::string subprotocol; // selected, "" where none
    std::optional<policy::failure> failure;
};

// `unix_now`: seconds, for a Retry-After that is a date. Without a failure the connection is open.
// Not 101: http_status (and Retry-After of 429 and 503: seconds or a date, a year at most, 0 where
// it has passed). 101 with a wrong or missing Upgrade, Connection or Sec-WebSocket-Accept: cause
// not_websocket; a subprotocol not asked for, or more than one: cause subprotocol; an extension not
// asked for: cause not_websocket. `detail` names the field, what came (printable ASCII, 128 bytes
// at most) and what was expected. `host` is left to the caller.
upgrade_result check_upgrade(const upgrade_response&, const upgrade_request&,
                             const std::vector<std::string>& subprotocols, std::int64_t unix_now);

// Base64(SHA-1(key + GUID)), RFC 6455 §4.2.2.
std::string accept_of(std::string_view key);

} // namespace resock::wire
