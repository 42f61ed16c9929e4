// The opening handshake, server side (RFC 6455 §4.2): is this request one, may it pass, and what
// is answered. Text to and from HTTP is core/net's work.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/upgrade.hpp"

namespace resock::wire {

// A request's header as it was read.
struct client_request {
    std::string method;
    std::string target;    // as sent: "/chat?room=1", or in absolute form
    int minor_version = 1; // of HTTP/1.x
    resock::wire::fields fields;
};

// Why a request is refused: the answer's status and extra fields, and a sentence for its body and
// the record.
struct refusal {
    int status = 400;
    std::string why;
    resock::wire::fields fields;
};

// What a listener lets in by itself.
struct accept_rules {
    std::vector<std::string> origins; // exact; empty: any. A request without Origin passes
    std::vector<std::string> paths;   // "/feed", or "/feed/*" for all below it; empty: any
    std::vector<std::string>
        subprotocols;  // supported, best first; empty: none is selected and any offer passes
    std::string token; // of "Authorization: Bearer …"; empty: none is needed
};

// "/chat" for the targets "/chat?room=1" and "http://example.org/chat"; "" where there is none.
std::string_view path_of(std::string_view target);

// RFC 6455 §4.2.1: a WebSocket opening of version 13? The refusal's status: 400 for a field that
// is missing, doubled or wrong and for a body, 405 for a method other than GET, 426 for plain HTTP
// and another version, 505 for HTTP/1.0.
std::optional<refusal> check_opening(const client_request&);

// May it pass? 401 token, 403 origin, 404 path, 400 where subprotocols are offered and none is in
// common.
std::optional<refusal> check_rules(const client_request&, const accept_rules&);

// The first of `supported` that the client offers; "" where there is none.
std::string select_subprotocol(const client_request&, const std::vector<std::string>& supported);

// The 101 to a request that passed check_opening(). `extra` are the application's own fields.
upgrade_response switching_protocols(const client_request&, const std::string& subprotocol,
                                     const fields& extra);

} // namespace resock::wire
