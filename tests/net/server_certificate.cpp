#include "net/server_certificate.hpp"

#include "base/error.hpp"
#include "net/support/server_files.hpp"

using namespace resock;
using namespace std::chrono_literals;
using namespace resock::test;
using net::server_certificate;

namespace {

constexpr time_point start = time_point(1000s);

// What is said against these options; "" where they can be used. OpenSSL's queue stays empty.
std::string refusal(const net::server_tls_options& options) {
    try {
        server_certificate made(options);
        CHECK(ERR_peek_error() == 0);
    } catch (const error& refused) {
        CHECK(refused.code() == status::option);
        CHECK(ERR_peek_error() == 0);
        return refused.what();
    }
    return "";
}

} // namespace

TEST_CASE("a certificate and its key are shown to clients, issuers behind in the file's order") {
    const identity root = test::make_authority("root");
    test::certificate_wish wish;
    wish.common_name = "middle";
    wish.authority = true;
    const identity middle = test::make_identity(wish, &root);
    const identity own = named("own", &middle);
    const pair_of_files files(own);
    files.replace("cert.pem", "a comment\n" + own.pem() + middle.pem() + root.pem());
    server_certificate made(files.options);
    std::string problem;
    const met seen = meet(made.current(start, problem));
    CHECK(seen.done);
    CHECK(seen.chain == std::vector<std::string>{"own", "middle", "root"});
    CHECK(seen.version == "TLSv1.3");
    CHECK(problem.empty());
}

TEST_CASE("the key may stand in the certificate's file, before or behind") {
    const identity own = named("own");
    const bool first = GENERATE(false, true);
    test::temporary_directory directory;
    net::server_tls_options options;
    options.cert_file =
        directory.write("all.pem", first ? key_pem(own) + own.pem() : own.pem() + key_pem(own));
    server_certificate made(options);
    std::string problem;
    CHECK(meet(made.current(start, problem)).chain == std::vector<std::string>{"own"});
}

TEST_CASE("an expired certificate is shown: whether to take it is the client's to decide") {
    test::certificate_wish wish;
    wish.begins_in_days = -30;
    wish.ends_in_days = -1;
    const pair_of_files files(test::make_identity(wish));
    CHECK(refusal(files.options) == "");
}

TEST_CASE("files that are no use are named with the option and what is wrong") {
    const identity own = named("own");
    const identity other = named("other");
    const pair_of_files files(own);
    const auto file = [&](const char* name, const std::string& text) {
        return files.directory.write(name, text);
    };
    const std::string broken =
        own.pem() + own.pem().substr(0, 60) + "\n!!\n-----END CERTIFICATE-----\n";
    struct row {
        std::string cert, key, option, part;
    };
    const row rows[] = {
        {files.directory.path() + "/no.pem", "", "tls.cert_file",
         "no.pem cannot be read: No such file or directory"},
        {files.directory.path(), "", "tls.cert_file", "is not a file"},
        {file("empty.pem", ""), files.options.key_file, "tls.cert_file",
         "empty.pem holds no certificate in PEM form"},
        {files.options.key_file, files.options.key_file, "tls.cert_file",
         "holds no certificate in PEM form"},
        {file("broken.pem", broken), files.options.key_file, "tls.cert_file",
         "broken.pem holds a certificate that cannot be read: "},
        {files.options.cert_file, files.directory.path() + "/no.pem", "tls.key_file",
         "no.pem cannot be read: No such file or directory"},
        {files.options.cert_file, file("nokey.pem", "hello\n"), "tls.key_file",
         "nokey.pem holds no private key that can be read without a passphrase ("},
        {files.options.cert_file, file("locked.pem", key_pem(own, "secret")), "tls.key_file",
         "locked.pem holds no private key that can be read without a passphrase ("},
        {files.options.cert_file, "", "tls.cert_file",
         "set tls.key_file where the key is in a file of its own"},
        {files.options.cert_file, file("wrong.pem", key_pem(other)), "tls.key_file",
         "wrong.pem holds a key that does not belong to the certificate in " +
             files.options.cert_file},
    };
    for (const row& each : rows) {
        CAPTURE(each.cert, each.key);
        net::server_tls_options options;
        options.cert_file = each.cert;
        options.key_file = each.key;
        const std::string said = refusal(options);
        INFO(said);
        CHECK(said.rfind("option '" + each.option + "': ", 0) == 0);
        CHECK(said.find(each.part) != std::string::npos);
        CHECK(said.find('\n') == std::string::npos);
    }
}

TEST_CASE("a client that offers HTTP/2 too is answered with HTTP/1.1") {
    const pair_of_files files(named("own"));
    server_certificate made(files.options);
    std::string problem;
    const auto context = made.current(start, problem);
    CHECK(meet(context, "\x02h2\x08http/1.1").protocol == "http/1.1");
    CHECK(meet(context, "\x08http/1.1\x02h2").protocol == "http/1.1");
    CHECK(meet(context, "\x02h2").protocol == "");
    CHECK(meet(context, "\x02h2").done);
    CHECK(meet(context).protocol == "");
}

TEST_CASE("tls.min_version bounds what clients may speak") {
    pair_of_files files(named("own"));
    std::string problem;
    CHECK(meet(server_certificate(files.options).current(start, problem), "", TLS1_2_VERSION)
              .version == "TLSv1.2");
    CHECK_FALSE(
        meet(server_certificate(files.options).current(start, problem), "", TLS1_1_VERSION).done);
    files.options.min_version = "1.3";
    CHECK_FALSE(
        meet(server_certificate(files.options).current(start, problem), "", TLS1_2_VERSION).done);
    CHECK(meet(server_certificate(files.options).current(start, problem)).version == "TLSv1.3");
}
