// What OpenSSL says, as the causes of failures.md and in words with names and dates.
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <span>
#include <string>

#include "policy/failure.hpp"

namespace resock::net {

// What a TLS connection remembers for the words of its failures; the SSL's app data point here.
struct tls_notes {
    std::string host;                         // as in the URL, for sentences
    bool serves = false;                      // we are the server: the host is the client's address
    bool open = false;                        // the handshake is done
    bool client_cert_asked = false;           // the server asked for a certificate of ours
    std::unique_ptr<policy::failure> refused; // why we refuse the server's certificate
};

// The cause of an error of certificate verification, X509_V_ERR_…
policy::cause certificate_cause(int verify_error);

// A reason in OpenSSL's queue that says more than "the handshake failed".
struct tls_reason {
    int reason; // SSL_R_…
    policy::cause cause;
    const char* words; // "" takes OpenSSL's
};
std::span<const tls_reason> tls_reasons();

// Why the certificate that `context` stands at is refused: expired, not yet valid, another host, or
// no trusted issuer.
policy::failure verification_failure(X509_STORE_CTX* context, const std::string& host);

// Why an operation of SSL failed. `ssl_error` is from SSL_get_error (SSL_ERROR_SSL or
// SSL_ERROR_SYSCALL), `sys_errno` what the socket said (0: the peer closed). Reads OpenSSL's error
// queue of this thread.
policy::failure tls_failure(const tls_notes&, int ssl_error, int sys_errno);

// The first error in OpenSSL's queue of this thread, in words.
std::string openssl_words();

} // namespace resock::net
