// Records and events as JSON text (RFC 8259), for people and tools. One line, valid UTF-8: what is
// not is replaced by U+FFFD. Times are whole numbers with their unit at the end of the name.
#pragma once

#include <span>
#include <string>

#include "hub/event.hpp"
#include "policy/record.hpp"

namespace resock::hub {

// {"layer":"websocket","caused_by":"peer","cause":null,"close_code":1001,"close_reason":"",
//  "closed_by_us":false,"http_status":null,"errno":null,"detail":"","host":"…","up_ms":1200,
//  "rtt_us":850,"silent_ms":3,"verdict":"now","delay_ms":211,"attempt":1,"connection":1,
//  "limits_reached":false,"message_id":null,"why":"…"}
// null: does not apply or is not known; delay_ms null: there is no next attempt.
std::string record_json(const policy::disconnect_record&);

// The records in an array, in the order given.
std::string history_json(std::span<const policy::disconnect_record>);

// {"event":"DOWN","link":1,"user":0, … the kind's fields}. DOWN and CLOSED have "record" (above).
// REQUEST has "fields" as pairs of name and value; credentials among them are masked.
// MESSAGE has "bytes" (its size) and "text", or "base64" (RFC 4648 §4) where it is binary.
std::string event_json(const event&);

} // namespace resock::hub
