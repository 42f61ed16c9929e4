// What a server says of handshakes that its clients do not end.

#include "net/support/opening_desk.hpp"
#include "net/support/tls_client.hpp"
#include "net/tls_error.hpp"

using namespace resock;
using test::desk;

namespace {

// Why the opening failed whose client is as `prepare` says.
std::string why(const net::tls_context& own, std::function<void(SSL_CTX*)> prepare) {
    desk at({}, own);
    const test::tls_client client(
        at.fd(), [](test::tls_peer&) {}, std::move(prepare));
    at.run_until_over();
    CHECK(at.to->status == 0);
    CHECK(at.to->times_requested == 0);
    return at.to->why;
}

bool begins(const std::string& text, const std::string& with) {
    INFO(text);
    return text.rfind(with, 0) == 0;
}

} // namespace

TEST_CASE("bytes that are no TLS are named by what they look like") {
    struct row {
        std::string sent;
        const char* said;
    };
    for (const row& each : {row{test::opening_request, "the client speaks plain HTTP on this TLS "
                                                       "port (is it ws:// instead of wss:// ?)"},
                            row{"SSH-2.0-client\r\n", "the client does not speak TLS"}}) {
        desk at({}, test::own_certificate());
        at.send(each.sent);
        at.run_until_over();
        INFO(at.to->why);
        CHECK(at.to->why.rfind(each.said, 0) == 0);
        CHECK(at.to->why.find("the server") == std::string::npos);
    }
}

TEST_CASE("a client without a version or cipher in common") {
    CHECK(
        begins(why(test::own_certificate("1.3"),
                   [](SSL_CTX* client) { SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION); }),
               "the client speaks no TLS version that is allowed here ("));
    CHECK(begins(why(test::own_certificate(),
                     [](SSL_CTX* client) { // our certificate's key is of another kind
                         SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
                         SSL_CTX_set_cipher_list(client, "ECDHE-RSA-AES128-GCM-SHA256");
                     }),
                 "no TLS cipher in common with the client ("));
}

TEST_CASE("a client that does not trust our certificate says so") {
    CHECK(begins(why(test::own_certificate(),
                     [](SSL_CTX* client) {
                         SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
                         SSL_CTX_set_verify(client, SSL_VERIFY_PEER, nullptr);
                     }),
                 "the client does not trust our certificate ("));
}
