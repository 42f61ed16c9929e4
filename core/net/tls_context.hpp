// The OpenSSL context of outgoing connections: versions, verification, trusted roots.
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <variant>

#include "net/connector.hpp"
#include "net/roots.hpp"

namespace resock::net {

// To be called before the library's first use of OpenSSL. A process may exit while I/O threads
// still use TLS: OpenSSL's clean-up at exit, which would pull the ground from under them, is left
// out unless the program itself has asked for it. Thread-safe.
void prepare_openssl();

using tls_context = std::shared_ptr<SSL_CTX>;

// Contexts are shared by all connections with the same options: parsing the system's roots takes
// milliseconds and megabytes. A root file that was replaced is read anew. Thread-safe.
// Failure: cause tls_issuer where no roots are found or tls.ca_file cannot be read, tls_version for
// a min_version other than "1.2" or "1.3". `places` finds the system's roots.
std::variant<tls_context, policy::failure> tls_context_for(
    const tls_options&, const std::function<root_places()>& places = [] { return find_roots(); });

} // namespace resock::net
