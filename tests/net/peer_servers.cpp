// Servers of other makers, unchanged: Python's `websockets` and Node's `ws`.
#include <memory>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include "net/peer_support/peer_process.hpp"
#include "net/peer_support/session.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using test::peer_process;
using test::seen_message;

namespace {

const char* const makers[] = {"websockets_server.py", "ws_server.js"};

// Each length at which the header of a frame changes (RFC 6455 §5.2), and a long one.
const std::size_t lengths[] = {0, 1, 125, 126, 65535, 65536, 1048576};

// `length` bytes of UTF-8, two to four of them to a character as far as that works out.
std::string text_of(std::size_t length) {
    static const std::string piece = "a\u00fc\u4e16\U0001f30d";
    std::string made;
    while (made.size() + piece.size() <= length)
        made += piece;
    made.resize(length, 'z');
    return made;
}

std::string binary_of(std::size_t length) {
    std::string made(length, '\0');
    for (std::size_t i = 0; i < length; ++i)
        made[i] = static_cast<char>(i * 131 + (i >> 8) * 7);
    return made;
}

std::string key_pem(const test::identity& of) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    REQUIRE(PEM_write_bio_PrivateKey(out.get(), of.key.get(), nullptr, nullptr, 0, nullptr,
                                     nullptr) == 1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

void check_unbroken(const test::session& link) {
    INFO(link.story());
    CHECK(link.opens.size() == 1);
    CHECK(link.downs.empty());
    CHECK(link.failures.empty());
    CHECK(link.warnings.empty());
}

} // namespace

TEST_CASE("peers: text and binary of each length come back the same and in order") {
    const std::string maker = GENERATE(from_range(std::begin(makers), std::end(makers)));
    const unsigned io_threads = GENERATE(0u, 1u);
    CAPTURE(maker, io_threads);
    peer_process server(maker, {"--echo", "--closes"});
    test::session link(server.url(), {}, io_threads);
    std::vector<seen_message> sent;
    for (const std::size_t length : lengths) {
        sent.push_back({true, text_of(length)});
        sent.push_back({false, binary_of(length)});
    }
    for (const auto& each : sent)
        link.send(each.bytes, each.text);
    link.until("every echo", [&] { return link.received >= sent.size(); });
    link.until_confirmed();
    CHECK((link.messages == sent)); // in parentheses: a failure would print megabytes
    check_unbroken(link);
    link.close(4001, "enough");
    CHECK(link.last.close_code == 4001);
    CHECK(server.read_line() == "closed 4001 enough");
}

TEST_CASE("peers: a handler that is slow and a queue of one push back, and nothing is lost") {
    peer_process server("websockets_server.py",
                        {"--echo", "--max-queue", "1", "--delay-ms", "1", "--closes"});
    test::session link(server.url(), {});
    const std::uint64_t count = test::scaled(1000);
    const std::string filling(4000, '.'); // more in all than the sockets between us take
    for (std::uint64_t n = 1; n <= count; ++n)
        link.text(std::to_string(n) + filling);
    link.until("every echo", [&] { return link.received >= count; });
    link.until_confirmed();
    for (std::uint64_t n = 1; n <= count; ++n)
        REQUIRE((link.messages.at(n - 1) == seen_message{true, std::to_string(n) + filling}));
    check_unbroken(link);
    link.close();
    CHECK(server.read_line() == "closed 1000 ");
}

TEST_CASE("peers: TLS, checked against the authority, and a subprotocol") {
    const test::temporary_directory files;
    const test::identity authority = test::make_authority();
    const test::identity own = test::make_identity({}, &authority);
    const std::string ca_file = files.write("ca.pem", authority.pem());
    peer_process server("websockets_server.py",
                        {"--echo", "--tls-cert", files.write("cert.pem", own.pem()), "--tls-key",
                         files.write("key.pem", key_pem(own)), "--subprotocol", "chat.v2"});
    test::session link(server.url("wss"),
                       {{"tls.ca_file", ca_file}, {"http.subprotocols", "chat.v3, chat.v2"}});
    link.text("through TLS");
    link.binary(binary_of(300000));
    link.until("both echoes", [&] { return link.received == 2; });
    link.until_confirmed();
    CHECK((link.messages ==
           std::vector<seen_message>{{true, "through TLS"}, {false, binary_of(300000)}}));
    REQUIRE(link.opens.size() == 1);
    CHECK(link.opens[0].subprotocol == "chat.v2");
    CHECK(link.opens[0].tls.starts_with("TLSv1."));
    check_unbroken(link);
    link.close();
}

TEST_CASE("peers: a refused opening says so, and what was kept ends as not sent") {
    peer_process server("websockets_server.py", {"--reject", "410"});
    test::session link(server.url(), {});
    link.text("never sent");
    link.until("CLOSED", [&] { return link.closed; });
    CHECK(link.last.http_status == 410);
    CHECK(link.last.layer == policy::layer::http);
    CHECK(link.last.verdict == policy::verdict::stop);
    REQUIRE(link.failures.size() == 1);
    CHECK(link.failures[0].reason == link::fail_reason::not_sent);
    CHECK(link.opens.empty());
}

TEST_CASE("peers: a server that is overloaded is asked again no sooner than it wants") {
    peer_process server("websockets_server.py", {"--reject", "503", "--header", "Retry-After: 7"});
    test::session link(server.url(), {{"reconnect.min", "0"}});
    link.until("DOWN", [&] { return !link.downs.empty(); });
    CHECK(link.downs[0].record.http_status == 503);
    CHECK(link.downs[0].record.verdict == policy::verdict::backoff);
    REQUIRE(link.downs[0].record.delay);
    CHECK(*link.downs[0].record.delay >= std::chrono::seconds(7));
    CHECK(!link.closed);
}
