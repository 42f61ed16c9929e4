// The request that tests of the opening's server side begin with.
#pragma once

#include "support/catch.hpp"
#include "wire/accept.hpp"

namespace resock::wire {

inline constexpr const char* example_key = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 §1.3

// The opening of RFC 6455 §1.3, with `more` behind it.
inline client_request opening(const fields& more = {}) {
    client_request made;
    made.method = "GET";
    made.target = "/chat";
    made.fields = {{"Host", "server.example.com"},
                   {"Upgrade", "websocket"},
                   {"Connection", "Upgrade"},
                   {"Sec-WebSocket-Key", example_key},
                   {"Sec-WebSocket-Version", "13"}};
    made.fields.insert(made.fields.end(), more.begin(), more.end());
    return made;
}

inline client_request to(std::string target) {
    client_request made = opening();
    made.target = std::move(target);
    return made;
}

inline std::string value(const fields& from, std::string_view name) {
    const std::string* found = find_field(from, name);
    return found ? *found : "(missing)";
}

} // namespace resock::wire
