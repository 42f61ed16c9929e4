#include "net/roots.hpp"

#include <map>

#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using test::temporary_directory;

namespace {

net::environment variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const char* name) {
        const auto at = values.find(name);
        return at == values.end() ? std::string() : at->second;
    };
}

} // namespace

TEST_CASE("each distribution's bundle is found where it keeps it") {
    const std::string place = GENERATE(as<std::string>(), "/etc/ssl/certs/ca-certificates.crt",
                                       "/etc/pki/tls/certs/ca-bundle.crt",
                                       "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                       "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem");
    CAPTURE(place);
    const temporary_directory system;
    const std::string file = system.write(place.substr(1), "bundle");
    const auto found = net::find_roots(system.path(), variables({}));
    CHECK(found.file == system.path() + place);
    CHECK(found.directories.empty());
    CHECK(found.looked_at.back() == found.file);
}

TEST_CASE("the first bundle wins, an empty one does not count") {
    const temporary_directory system;
    system.write("etc/ssl/certs/ca-certificates.crt", "");
    system.write("etc/ssl/cert.pem", "bundle");
    system.write("etc/ssl/ca-bundle.pem", "bundle");
    CHECK(net::find_roots(system.path(), variables({})).file ==
          system.path() + "/etc/ssl/cert.pem");
}

TEST_CASE("directories are taken where there is no bundle, with hashed names only") {
    const std::string place = GENERATE(as<std::string>(), "/etc/ssl/certs", "/etc/pki/tls/certs");
    const temporary_directory system;
    system.write(place.substr(1) + "/README", "no certificate");
    system.write(place.substr(1) + "/zzzzzzzz.0", "no hash");
    CHECK(!net::find_roots(system.path(), variables({})).found());
    system.write(place.substr(1) + "/5ad8a5d6.0", "certificate");
    const auto found = net::find_roots(system.path(), variables({}));
    CHECK(found.file.empty());
    CHECK(found.directories == std::vector<std::string>{system.path() + place});
}

TEST_CASE("the environment comes first, is not prefixed, and may miss") {
    const temporary_directory system;
    const temporary_directory own;
    system.write("etc/ssl/cert.pem", "bundle");
    const std::string file = own.write("mine.pem", "bundle");
    own.write("hashed/5ad8a5d6.0", "certificate");
    const std::string missing = own.path() + "/missing";

    auto found = net::find_roots(system.path(), variables({{"SSL_CERT_FILE", file}}));
    CHECK(found.file == file);
    CHECK(found.looked_at == std::vector<std::string>{file});

    found = net::find_roots(system.path(),
                            variables({{"SSL_CERT_DIR", missing + ":" + own.path() + "/hashed"}}));
    CHECK(found.file.empty());
    CHECK(found.directories == std::vector<std::string>{own.path() + "/hashed"});
    CHECK(found.looked_at.size() == 2);

    found = net::find_roots(system.path(), variables({{"SSL_CERT_FILE", missing}}));
    CHECK(found.file == system.path() + "/etc/ssl/cert.pem");
    CHECK(found.looked_at.front() == missing);
}

TEST_CASE("nothing found names every place") {
    const temporary_directory system;
    const auto found = net::find_roots(system.path(), variables({}));
    CHECK(!found.found());
    CHECK(found.looked_at.size() == 7);
    for (const std::string& place : found.looked_at)
        CHECK(place.find(system.path()) == 0);
}

TEST_CASE("the process's environment is read") {
    ::setenv("RESOCK_TEST_VARIABLE", "value", 1);
    CHECK(net::process_environment("RESOCK_TEST_VARIABLE") == "value");
    ::unsetenv("RESOCK_TEST_VARIABLE");
    CHECK(net::process_environment("RESOCK_TEST_VARIABLE").empty());
}
