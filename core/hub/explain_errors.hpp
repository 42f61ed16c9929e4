// Errors of sockets, name lookups and TLS as explanations: the system's words for each, and what
// the tables of policy say of the cause that core/net makes of it.
#pragma once

#include <vector>

#include "policy/explanation.hpp"

namespace resock::hub {

std::vector<policy::explanation> explain_socket_errors();
std::vector<policy::explanation> explain_lookup_errors();
// Of certificate verification, with OpenSSL's number ("verify code 10"), and of the handshake.
std::vector<policy::explanation> explain_tls_errors();

} // namespace resock::hub
