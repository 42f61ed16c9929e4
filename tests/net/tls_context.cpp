#include "net/tls_context.hpp"

#include <openssl/err.h>

#include "net/support/tls.hpp"

using namespace resock;
using policy::cause;
using test::loop;
using test::secure_request;
using test::trusted;

TEST_CASE("a tls.ca_file that is no use is named before anything is connected") {
    const trusted trust;
    struct row {
        std::string file;
        const char* part;
    };
    const auto broken = trust.authority.pem();
    const row rows[] = {
        {trust.directory.path() + "/missing.pem", "cannot be read: No such file"},
        {trust.directory.path(), "is not a file"},
        {trust.directory.write("empty.pem", ""), "holds no certificate"},
        {trust.directory.write("text.pem", "hello\n"), "holds no certificate"},
        {trust.directory.write("broken.pem", broken + broken.substr(0, 60) + "\n!!\n" +
                                                 "-----END CERTIFICATE-----\n"),
         "cannot be read"},
    };
    loop on;
    for (const row& row : rows) {
        CAPTURE(row.file);
        const auto failure =
            test::failed(test::connect(on, secure_request("127.0.0.1", 1, row.file)));
        CHECK(failure.cause == cause::tls_issuer);
        INFO(failure.detail);
        CHECK(test::contains(failure.detail, "tls.ca_file " + row.file + " "));
        CHECK(test::contains(failure.detail, row.part));
        CHECK(ERR_peek_error() == 0);
    }
}

TEST_CASE("a system without roots is told with every place and the remedy") {
    const auto made = net::tls_context_for({}, [] {
        net::root_places none;
        none.looked_at = {"/first", "/second"};
        return none;
    });
    const auto* failure = std::get_if<policy::failure>(&made);
    REQUIRE(failure);
    CHECK(failure->cause == cause::tls_issuer);
    CHECK(test::contains(failure->detail, "/first, /second"));
    CHECK(test::contains(failure->detail, "tls.ca_file"));
}

TEST_CASE("contexts are shared by options, and read anew when the file changes") {
    const trusted trust;
    net::tls_options options;
    options.ca_file = trust.ca_file;
    const auto get = [&] { return std::get<net::tls_context>(net::tls_context_for(options)); };
    const auto first = get();
    CHECK(get() == first);
    options.min_version = "1.3";
    CHECK(get() != first);
    CHECK(SSL_CTX_get_min_proto_version(get().get()) == TLS1_3_VERSION);
    options.min_version = "1.2";
    trust.directory.write("ca.pem", trust.authority.pem() + test::make_authority("second").pem());
    CHECK(get() != first);
    options.min_version = "1.1";
    CHECK(std::holds_alternative<policy::failure>(net::tls_context_for(options)));
}
