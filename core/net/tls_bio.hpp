// OpenSSL's way to the socket.
#pragma once

#include <openssl/bio.h>

namespace resock::net {

struct tls_socket;

// A BIO over a non-blocking socket that never raises SIGPIPE (OpenSSL's own uses write). `socket`
// outlives it. Throws std::bad_alloc.
BIO* make_socket_bio(tls_socket& socket);

} // namespace resock::net
