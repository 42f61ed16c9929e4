// What a client of resock.v1 said before its HELLO.
#pragma once

#include <string>

#include "wire/accept.hpp"

namespace resock::hub {

struct session_request {
    wire::client_request request;
    std::string address; // of the peer
    std::string tls;
};

} // namespace resock::hub
