#include "net/certificate_names.hpp"

#include "net/support/tls.hpp"

using namespace resock;
using policy::cause;
using test::trusted;

TEST_CASE("a stranger's names are made printable and cut") {
    const trusted trust;
    test::certificate_wish wish;
    wish.alternative_names = "DNS:" + std::string(200, 'n');
    for (int i = 0; i < 20; ++i)
        wish.alternative_names += ",DNS:n" + std::to_string(i) + "\x01.x";
    const auto own = test::make_identity(wish, &trust.authority);
    const auto failure = test::refused(trust, own, "localhost");
    CHECK(failure.cause == cause::tls_host);
    CHECK(test::contains(failure.detail, "n0?.x"));
    CHECK(test::contains(failure.detail, "and 13 more"));
    CHECK(failure.detail.size() < 500);
}

TEST_CASE("names are shown as a person would write them") {
    struct row {
        const char* common_name;
        const char* alternative_names;
        const char* shown;
    };
    const row rows[] = {
        {"x", "DNS:a.example,IP:127.0.0.1,IP:::1", "a.example, 127.0.0.1, ::1"},
        {"only the name", "", "\"only the name\""},
        {"x", "email:a@b.example,DNS:*.example", "*.example"},
        {"x", "email:a@b.example", "\"x\""},
    };
    for (const row& row : rows) {
        CAPTURE(row.alternative_names);
        test::certificate_wish wish;
        wish.common_name = row.common_name;
        wish.alternative_names = row.alternative_names;
        CHECK(net::names_in(test::make_identity(wish).certificate.get()) == row.shown);
    }
}

TEST_CASE("a name without a common name is shown by its last part") {
    const std::unique_ptr<X509_NAME, void (*)(X509_NAME*)> name(X509_NAME_new(), X509_NAME_free);
    CHECK(net::common_name(name.get()) == "without a name");
    const auto* unit = reinterpret_cast<const unsigned char*>("some unit");
    X509_NAME_add_entry_by_txt(name.get(), "OU", MBSTRING_UTF8, unit, -1, -1, 0);
    CHECK(net::common_name(name.get()) == "\"some unit\"");
}
