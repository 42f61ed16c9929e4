#include "hub/explain_errors.hpp"

#include <algorithm>
#include <openssl/x509_vfy.h>
#include <set>

#include "support/catch.hpp"

using namespace resock::hub;
using resock::policy::cause;
using resock::policy::explanation;

namespace {

const explanation& named(const std::vector<explanation>& all, const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const explanation& each) { return each.name == name; });
    REQUIRE(found != all.end());
    return *found;
}

} // namespace

TEST_CASE("errors of sockets have the system's words and the cause that the record has") {
    const auto all = explain_socket_errors();
    const explanation& refused = named(all, "ECONNREFUSED");
    CHECK(refused.words == "Connection refused");
    CHECK(refused.cause == cause::tcp_refused);
    CHECK(refused.meaning == resock::policy::explain_cause(cause::tcp_refused).meaning);
    CHECK(named(all, "EMFILE").remedy.find("limit of open files") != std::string::npos);
    CHECK(named(all, "EADDRINUSE").remedy.find("port") != std::string::npos);
}

TEST_CASE("errors of name lookups") {
    const auto all = explain_lookup_errors();
    CHECK(named(all, "EAI_NONAME").cause == cause::dns_unknown);
    CHECK(named(all, "EAI_AGAIN").cause == cause::dns_temporary);
    for (const explanation& each : all)
        CHECK_FALSE(each.words.empty());
}

TEST_CASE("errors of TLS: verification by OpenSSL's number, the handshake by its words") {
    const auto all = explain_tls_errors();
    CHECK(named(all, "verify-10").words == "certificate has expired");
    CHECK(named(all, "verify-10").cause == cause::tls_expired);
    CHECK(named(all, "verify-62").cause == cause::tls_host);
    CHECK(named(all, "verify-20").cause == cause::tls_issuer);
    CHECK(named(all, "verify-20").remedy.find("tls.ca_file") != std::string::npos);
    CHECK(named(all, "verify-24").remedy.find("tls.ca_file") == std::string::npos);
    CHECK(named(all, "wrong version number").cause == cause::tls_version);
    CHECK(named(all, "tlsv1 alert unknown ca").cause == cause::tls_client_cert);
    std::set<std::string> names;
    for (const explanation& each : all)
        CHECK(names.insert(each.name).second);
}

TEST_CASE("the numbers of certificate verification end before the loop does") {
    CHECK(std::string(X509_verify_cert_error_string(127)).find("unknown") == 0);
}
