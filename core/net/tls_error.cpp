#include "net/tls_error.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <span>

#include "net/certificate_names.hpp"
#include "net/tcp_error.hpp"

namespace resock::net {
namespace {

using policy::cause;

std::string date_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (!time || !ASN1_TIME_to_tm(time, &parts)) return "an unreadable date";
    std::array<char, 16> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return text.data();
}

// "certificate of example.org", or of one above it in the chain.
std::string subject_of(X509_STORE_CTX* context, const std::string& host) {
    X509* certificate = X509_STORE_CTX_get_current_cert(context);
    if (X509_STORE_CTX_get_error_depth(context) == 0 || !certificate)
        return "certificate of " + host;
    return "certificate of the issuer " + common_name(X509_get_subject_name(certificate)) +
           " in the chain of " + host;
}

std::string issuer_words(X509_STORE_CTX* context, int error, const std::string& host) {
    X509* certificate = X509_STORE_CTX_get_current_cert(context);
    const std::string subject = subject_of(context, host);
    switch (error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return subject + " is self-signed and not trusted";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "the chain of " + host + " ends in the root " +
               (certificate ? common_name(X509_get_subject_name(certificate)) : "") +
               ", which is not trusted";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return subject + " was issued by " +
               (certificate ? common_name(X509_get_issuer_name(certificate)) : "an authority") +
               ", which is not trusted";
    default:
        return subject + ": " + X509_verify_cert_error_string(error);
    }
}

constexpr const char* no_client_cert =
    "the server refused the connection because of a client certificate";

constexpr tls_reason reasons[] = {
    {SSL_R_WRONG_VERSION_NUMBER, cause::tls_version,
     "the peer does not speak TLS on this port (is it ws:// ?)"},
    {SSL_R_HTTP_REQUEST, cause::tls_version,
     "the peer does not speak TLS on this port (is it ws:// ?)"},
    {SSL_R_UNSUPPORTED_PROTOCOL, cause::tls_version, ""},
    {SSL_R_UNKNOWN_PROTOCOL, cause::tls_version, ""},
    {SSL_R_WRONG_SSL_VERSION, cause::tls_version, ""},
    {SSL_R_VERSION_TOO_LOW, cause::tls_version, ""},
    {SSL_R_NO_PROTOCOLS_AVAILABLE, cause::tls_version, ""},
    {SSL_R_NO_CIPHERS_AVAILABLE, cause::tls_version, ""},
    {SSL_R_DH_KEY_TOO_SMALL, cause::tls_version, ""},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, cause::tls_version,
     "the server speaks no TLS version that is allowed here"},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, cause::tls_version,
     "the server found no common TLS version or cipher"},
    {SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, cause::tls_version,
     "the server found no common TLS version or cipher"},
    {SSL_R_TLSV1_ALERT_INAPPROPRIATE_FALLBACK, cause::tls_version, ""},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME, cause::tls_host, "the server has no certificate for this name"},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, cause::tls_client_cert,
     "the server requires a client certificate"},
    {SSL_R_SSLV3_ALERT_NO_CERTIFICATE, cause::tls_client_cert, no_client_cert},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, cause::tls_client_cert, no_client_cert},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, cause::tls_client_cert, no_client_cert},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, cause::tls_client_cert, no_client_cert},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, cause::tls_client_cert, no_client_cert},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, cause::tls_client_cert, no_client_cert},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, cause::tls_client_cert, no_client_cert},
    {SSL_R_TLSV1_ALERT_ACCESS_DENIED, cause::tls_client_cert, no_client_cert},
};

constexpr const char* not_trusted = "the client does not trust our certificate";

// The same to a server: what its client said or did.
constexpr tls_reason reasons_to_server[] = {
    {SSL_R_HTTP_REQUEST, cause::tls_version,
     "the client speaks plain HTTP on this TLS port (is it ws:// instead of wss:// ?)"},
    {SSL_R_WRONG_VERSION_NUMBER, cause::tls_version, "the client does not speak TLS"},
    {SSL_R_UNSUPPORTED_PROTOCOL, cause::tls_version,
     "the client speaks no TLS version that is allowed here"},
    {SSL_R_NO_SHARED_CIPHER, cause::tls_version, "no TLS cipher in common with the client"},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, cause::tls_issuer, not_trusted},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, cause::tls_issuer, not_trusted},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, cause::tls_issuer, not_trusted},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, cause::tls_expired,
     "the client says that our certificate has expired"},
};

policy::failure cut(const tls_notes& notes, int sys_errno) {
    if (notes.open && sys_errno) return tcp_failure(sys_errno, "TLS connection");
    policy::failure made;
    made.cause = cause::tls_cut;
    made.sys_errno = sys_errno;
    made.detail = notes.open ? "the peer closed the connection without a TLS close_notify"
                             : "the connection was cut during the TLS handshake";
    if (sys_errno) made.detail = tcp_failure(sys_errno, made.detail).detail;
    return made;
}

policy::failure by_reason(const tls_notes& notes, unsigned long error) {
    policy::failure made;
    made.cause = cause::tls_cut;
    made.detail = (notes.open ? "TLS: " : "TLS handshake: ") + openssl_words();
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return made;
    const int reason = ERR_GET_REASON(error);
    if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return cut(notes, 0);
    // TLS 1.2 has no alert of its own for a missing client certificate.
    if (!notes.serves && reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE && notes.client_cert_asked) {
        made.cause = cause::tls_client_cert;
        made.detail = "the server asked for a client certificate and refused the handshake";
        return made;
    }
    for (const tls_reason& row :
         notes.serves ? std::span<const tls_reason>(reasons_to_server) : std::span(reasons)) {
        if (row.reason != reason) continue;
        made.cause = row.cause;
        if (*row.words) made.detail = row.words + (" (" + openssl_words() + ")");
    }
    return made;
}

} // namespace

std::string openssl_words() {
    const unsigned long error = ERR_peek_error();
    const char* reason = error ? ERR_reason_error_string(error) : nullptr;
    if (reason) return reason;
    return error ? "OpenSSL error " + std::to_string(error) : "unknown error";
}

std::span<const tls_reason> tls_reasons() {
    return reasons;
}

policy::cause certificate_cause(int verify_error) {
    switch (verify_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return cause::tls_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return cause::tls_not_yet_valid;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return cause::tls_host;
    default:
        return cause::tls_issuer;
    }
}

policy::failure verification_failure(X509_STORE_CTX* context, const std::string& host) {
    const int error = X509_STORE_CTX_get_error(context);
    X509* certificate = X509_STORE_CTX_get_current_cert(context);
    // The record says whose it is; of an issuer's certificate it must be said here.
    const bool own = X509_STORE_CTX_get_error_depth(context) == 0;
    policy::failure made;
    made.host = host;
    made.cause = certificate_cause(error);
    switch (made.cause) {
    case cause::tls_expired:
        made.detail = date_of(certificate ? X509_get0_notAfter(certificate) : nullptr);
        if (!own) made.detail = subject_of(context, host) + " expired on " + made.detail;
        break;
    case cause::tls_not_yet_valid:
        made.detail = date_of(certificate ? X509_get0_notBefore(certificate) : nullptr);
        if (!own) made.detail = subject_of(context, host) + " is not valid before " + made.detail;
        break;
    case cause::tls_host:
        made.detail = "the certificate is not for " + host + " but for " +
                      (certificate ? names_in(certificate) : "an unknown name");
        break;
    default:
        made.detail = issuer_words(context, error, host);
    }
    return made;
}

policy::failure tls_failure(const tls_notes& notes, int ssl_error, int sys_errno) {
    policy::failure made;
    if (notes.refused)
        made = *notes.refused;
    else if (ssl_error == SSL_ERROR_SSL)
        made = by_reason(notes, ERR_peek_error());
    else
        made = cut(notes, sys_errno);
    made.host = notes.host;
    return made;
}

} // namespace resock::net
