// wss, and certificates that are replaced while the listener is used.
#include <openssl/pem.h>

#include "hub/listener.hpp"
#include "net/link_support/listening.hpp"
#include "net/support/certificates.hpp"

using namespace resock;
using hub::event_kind;
using test::has;
using test::listening;
using test::settings;
using test::status_of;

namespace {

std::string key_pem(const test::identity& of) {
    BIO* to = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(to, of.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(to, &text);
    std::string made(text, static_cast<std::size_t>(size));
    BIO_free(to);
    return made;
}

// An authority with one certificate, as files.
struct issued {
    test::identity authority = test::make_authority();
    test::identity own = test::make_identity({}, &authority);
};

class secure_listening {
  public:
    explicit secure_listening(unsigned threads)
        : at_(threads, options()) {}

    listening& at() { return at_; }
    void install(const issued& made) {
        files_.write("own.pem", made.own.pem() + key_pem(made.own));
    }
    // A client that trusts this authority only.
    hub::hub_link& connect(const issued& trusted, const std::string& name) {
        return at_.connect({{"tls.ca_file", files_.write(name, trusted.authority.pem())},
                            {"reconnect.attempts", "0"}});
    }
    const issued first;

  private:
    hub::options options() {
        install(first);
        hub::options given = test::listener_options({}, "wss://127.0.0.1:0");
        given.set("tls.cert_file", files_.path() + "/own.pem");
        return given;
    }

    test::temporary_directory files_;
    listening at_;
};

} // namespace

TEST_CASE("wss: a link over TLS, and what is no TLS is no link") {
    secure_listening secure(GENERATE(0u, 1u, 2u));
    listening& at = secure.at();
    CHECK(at.address().find("wss://127.0.0.1:") == 0);
    hub::hub_link& client = secure.connect(secure.first, "first.pem");
    const auto link = at.accepted();
    CHECK(has(at.first(event_kind::open, *link).open()->tls, "TLSv1.3"));
    test::send_text(client, "over TLS");
    CHECK(at.first(event_kind::message, *link).bytes() == "over TLS");
    const auto plain = std::make_unique<test::raw_client>("ws" + at.address().substr(3));
    plain->open();
    at.await_end(*plain);
    CHECK(plain->status() == 0);
    at.app.until([&] { return !at.history().empty(); });
    CHECK(at.history()[0].at("status").is_null());
}

TEST_CASE("a certificate is replaced for new connections, those that are there go on") {
    secure_listening secure(GENERATE(0u, 1u, 2u));
    listening& at = secure.at();
    hub::hub_link& before = secure.connect(secure.first, "first.pem");
    const auto link = at.accepted();
    at.first(event_kind::open, before);
    const issued second;
    secure.install(second);
    at.door().reload();
    hub::hub_link& after = secure.connect(second, "second.pem");
    at.first(event_kind::open, after);
    hub::hub_link& late = secure.connect(secure.first, "first.pem");
    CHECK(at.first(event_kind::closed, late).record()->layer == policy::layer::tls);
    test::send_text(before, "still here");
    CHECK(at.first(event_kind::message, *link).bytes() == "still here");
}

TEST_CASE("files that cannot be used are named, and the former certificate stays") {
    secure_listening secure(GENERATE(0u, 1u));
    listening& at = secure.at();
    issued broken;
    broken.own.key = broken.authority.key; // of another certificate
    secure.install(broken);
    std::string text;
    CHECK(status_of([&] { at.door().reload(); }, &text) == status::option);
    CHECK(has(text, "own.pem"));
    hub::hub_link& client = secure.connect(secure.first, "first.pem");
    at.first(event_kind::open, client);
}

TEST_CASE("without wss there is no certificate to read again") {
    listening at(1);
    std::string text;
    CHECK(status_of([&] { at.door().reload(); }, &text) == status::state);
    CHECK(has(text, "wss://"));
}
