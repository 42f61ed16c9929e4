#include "hub/explain_errors.hpp"

#include <iterator>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <string_view>
#include <system_error>

#include "net/resolver.hpp"
#include "net/tcp_error.hpp"
#include "net/tls_error.hpp"

namespace resock::hub {

namespace {

using policy::explanation;
using policy::subject;

// Above the numbers of every OpenSSL 3 so far; what it does not know is left out.
constexpr int verify_codes_end = 128;
constexpr std::string_view unknown_verify_code = "unknown certificate verification error";

explanation of_cause(subject what, std::string name, int number, std::string words,
                     policy::cause cause) {
    explanation made = policy::explain_cause(cause);
    made.subject = what;
    made.name = std::move(name);
    made.number = number;
    made.words = std::move(words);
    return made;
}

// What is missing is an issuer that we trust.
bool is_about_trust(int verify_code) {
    switch (verify_code) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        return true;
    default:
        return false;
    }
}

void add_verify_codes(std::vector<explanation>& to) {
    // 0 and 1 are "ok" and "unspecified".
    for (int code = X509_V_ERR_UNSPECIFIED + 1; code < verify_codes_end; ++code) {
        const std::string_view words = X509_verify_cert_error_string(code);
        if (words.substr(0, unknown_verify_code.size()) == unknown_verify_code) continue;
        explanation made = of_cause(subject::tls_error, "verify-" + std::to_string(code), code,
                                    std::string(words), net::certificate_cause(code));
        if (made.cause == policy::cause::tls_issuer && !is_about_trust(code)) {
            made.meaning = "the certificate or its chain is not accepted: " + made.words;
            made.remedy = "look at the chain with openssl s_client -showcerts, and have what is "
                          "wrong issued anew";
        }
        to.push_back(std::move(made));
    }
}

} // namespace

std::vector<explanation> explain_socket_errors() {
    std::vector<explanation> made;
    for (const net::socket_error& each : net::socket_errors()) {
        made.push_back(of_cause(subject::socket_error, each.name, each.sys_errno,
                                std::generic_category().message(each.sys_errno), each.cause));
        if (*each.meaning) made.back().meaning = each.meaning;
        if (*each.remedy) made.back().remedy = each.remedy;
    }
    return made;
}

std::vector<explanation> explain_lookup_errors() {
    struct named {
        int error;
        const char* name;
    };
    static constexpr named errors[] = {
        {EAI_NONAME, "EAI_NONAME"},
        {EAI_AGAIN, "EAI_AGAIN"},
        {EAI_FAIL, "EAI_FAIL"},
        {EAI_MEMORY, "EAI_MEMORY"},
        {EAI_SYSTEM, "EAI_SYSTEM"},
#if defined(EAI_NODATA)
        {EAI_NODATA, "EAI_NODATA"},
#endif
    };
    std::vector<explanation> made;
    for (const named& each : errors)
        made.push_back(of_cause(subject::lookup_error, each.name, each.error,
                                ::gai_strerror(each.error), net::lookup_cause(each.error)));
    return made;
}

std::vector<explanation> explain_tls_errors() {
    std::vector<explanation> made;
    add_verify_codes(made);
    OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr); // before the first connection, too
    for (const net::tls_reason& each : net::tls_reasons()) {
        const char* words =
            ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, static_cast<unsigned>(each.reason)));
        if (!words) continue;
        made.push_back(of_cause(subject::tls_error, words, 0, "", each.cause));
        if (*each.words) made.back().meaning = each.words;
    }
    return made;
}

} // namespace resock::hub
