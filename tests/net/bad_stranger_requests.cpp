// Strangers whose opening is not one: other protocols, wrong versions, fields that are missing,
// doubled or empty.
#include "wire/accept.hpp"

#include "net/link_support/siege.hpp"

using namespace resock;
using test::has;
using test::opening_bytes;
using test::raw_client;
using test::siege;

namespace {

struct row {
    const char* what;
    std::string bytes;
    int status;       // 0: closed without an answer
    const char* told; // stands in the history and in the answer's body
};

// An opening in which `from` has become `to`.
std::string with(const std::string& from, const std::string& to) {
    std::string made = opening_bytes();
    const std::size_t at = made.find(from);
    REQUIRE(at != std::string::npos);
    return made.replace(at, from.size(), to);
}

std::string without(const std::string& name) {
    std::string made = opening_bytes();
    const std::size_t at = made.find(name + ": ");
    REQUIRE(at != std::string::npos);
    return made.erase(at, made.find("\r\n", at) + 2 - at);
}

// A TLS 1.2 record with the beginning of a ClientHello.
const std::string client_hello("\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03random", 17);

std::vector<row> other_protocols() {
    return {
        {"a browser's GET", "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", 426,
         "plain HTTP; this is a WebSocket server"},
        {"POST with a body",
         "POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello and more", 405,
         "opened with GET"},
        {"POST of an opening", with("GET", "POST"), 405, "method \"POST\""},
        {"HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method \"HEAD\""},
        {"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method \"OPTIONS\""},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method \"CONNECT\""},
        {"a body", opening_bytes("Content-Length: 4\r\n") + "body", 400, "has a body"},
        {"a body in chunks", opening_bytes("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400,
         "has a body"},
        {"a target that is no path", with("/chat", "chat"), 400, "is no path"},
        {"words", "hello, is anybody there?\r\n\r\n", 400, "not valid HTTP"},
        {"SSH", "SSH-2.0-OpenSSH_9.2\r\n", 400, "begins with \"SSH-2.0"},
        {"zero bytes", std::string(100, '\0'), 400, "not valid HTTP"},
        {"empty lines", std::string(100, '\n'), 400, "not valid HTTP"},
        {"high bytes", std::string(100, '\xf7'), 400, "not valid HTTP"},
        {"a WebSocket frame", test::frame_bytes(1, "hello"), 400, "not valid HTTP"},
        {"a PROXY header", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + opening_bytes(), 505,
         "only HTTP/1.1"},
        {"a field without a colon", with("Host: ", "Host "), 400, "not valid HTTP"},
        {"a folded field", with("\r\nUpgrade", "\r\n \r\nUpgrade"), 101, ""},
        {"a zero byte in a field", with("websocket", std::string("web\0socket", 10)), 400,
         "not valid HTTP"},
        {"a space before the colon", with("Host:", "Host :"), 400, "not valid HTTP"},
        {"TLS", client_hello, 0, "speaks TLS on this plain port"},
    };
}

std::vector<row> wrong_versions() {
    const std::string version = "Sec-WebSocket-Version: 13";
    return {
        {"HTTP/1.0", with("HTTP/1.1", "HTTP/1.0"), 505, "HTTP/1.1 is needed"},
        {"HTTP/2.0", with("HTTP/1.1", "HTTP/2.0"), 505, "only HTTP/1.1"},
        {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "only HTTP/1.1"},
        {"HTTP/0.9", "GET /chat\r\n", 400, "not valid HTTP"},
        {"HTTP/11", with("HTTP/1.1", "HTTP/11"), 505, "only HTTP/1.1"},
        {"version 8", with(version, "Sec-WebSocket-Version: 8"), 426, "\"8\", supported is 13"},
        {"version 12", with(version, "Sec-WebSocket-Version: 12"), 426, "\"12\""},
        {"version 14", with(version, "Sec-WebSocket-Version: 14"), 426, "\"14\""},
        {"two in one", with(version, "Sec-WebSocket-Version: 13, 8"), 426, "\"13, 8\""},
        {"with a zero", with(version, "Sec-WebSocket-Version: 013"), 426, "\"013\""},
    };
}

std::vector<row> wrong_fields() {
    const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
    return {
        {"no Host", without("Host"), 400, "Host is missing"},
        {"an empty Host", with("Host: 127.0.0.1", "Host:"), 400, "Host is empty"},
        {"two Host", opening_bytes("host: b\r\n"), 400, "Host stands 2 times"},
        {"no Upgrade", without("Upgrade"), 426, "plain HTTP"},
        {"empty Upgrade", with("Upgrade: websocket", "Upgrade:"), 426, "plain HTTP"},
        {"another Upgrade", with("websocket", "h2c"), 426, "plain HTTP"},
        {"no Connection", without("Connection"), 400, "Connection does not name Upgrade"},
        {"empty Connection", with("Connection: Upgrade", "Connection:"), 400, "does not name"},
        {"another Connection", with("Connection: Upgrade", "Connection: keep-alive"), 400,
         "does not name"},
        {"no key", without("Sec-WebSocket-Key"), 400, "Sec-WebSocket-Key is missing"},
        {"two keys", opening_bytes("Sec-WebSocket-Key: " + key + "\r\n"), 400,
         "Sec-WebSocket-Key stands 2 times"},
        {"an empty key", with(key, ""), 400, "Sec-WebSocket-Key is \"\""},
        {"a short key", with(key, "dGhl"), 400, "expected 16 bytes in base64"},
        {"a key that is not base64", with(key, "dGhlIHNhbXBsZSBub25j*Q=="), 400,
         "expected 16 bytes in base64"},
        {"no version", without("Sec-WebSocket-Version"), 400, "Version is missing"},
        {"two versions", opening_bytes("Sec-WebSocket-Version: 13\r\n"), 400,
         "Version stands 2 times"},
        {"an empty version", with("Version: 13", "Version:"), 426, "supported is 13"},
        {"two Origin", opening_bytes("Origin: http://a\r\nOrigin: http://a\r\n"), 400, "Origin"},
        {"a subprotocol that is no token", opening_bytes("Sec-WebSocket-Protocol: a b\r\n"), 400,
         "no token"},
        // RFC 9110 §5.3: lists may stand in several fields, and names have no case.
        {"two Upgrade, one of them ours", opening_bytes("Upgrade: h2c\r\n"), 101, ""},
        {"two Connection", with("Connection: Upgrade", "connection: close\r\nCONNECTION: uPGRADE"),
         101, ""},
    };
}

void check_refused(siege& at, raw_client& who, const row& each) {
    at.until("its end", [&] { return who.ended(); });
    CHECK(who.status() == each.status);
    const auto noted = at.await_refusal(who);
    CHECK(noted.status == each.status);
    CHECK(has(noted.why, each.told));
    const bool head = each.bytes.starts_with("HEAD");
    if (each.status == 0) CHECK(who.received().empty());
    if (each.status != 0) CHECK(who.rest() == (head ? "" : noted.why + "\n"));
    if (each.status == 426) {
        CHECK(has(who.received(), "\r\nUpgrade: websocket\r\n"));
        CHECK(has(who.received(), "\r\nSec-WebSocket-Version: 13\r\n"));
    }
    if (each.status == 405) CHECK(has(who.received(), "\r\nAllow: GET\r\n"));
    CHECK(at.guest_of(who) == nullptr);
}

// Those that are let in are links like any other.
void check_let_in(siege& at, raw_client& who) {
    at.until("the 101", [&] { return who.status() == 101; });
    at.send(who, test::frame_bytes(1, "hello"));
    const test::guest& at_door = at.await_guest(who);
    at.until("its message", [&] { return at_door.message_count == 1; });
    CHECK(at_door.messages[0] == "hello");
    at.send(who, test::frame_bytes(8, "\x03\xe8"));
    CHECK(at.await_down(who).close_code == 1000);
}

} // namespace

TEST_CASE("what is no opening is refused with its status, noted, and closed") {
    siege at(GENERATE(0u, 2u));
    std::vector<row> rows;
    for (const auto& table : {other_protocols(), wrong_versions(), wrong_fields()})
        rows.insert(rows.end(), table.begin(), table.end());
    std::vector<raw_client*> sockets;
    for (const row& each : rows) // all at once: none is in another's way
        sockets.push_back(&at.stranger_sending(each.bytes));
    std::int64_t refused = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        INFO(rows[i].what);
        if (rows[i].status == 101) {
            check_let_in(at, *sockets[i]);
        } else {
            check_refused(at, *sockets[i], rows[i]);
            ++refused;
        }
    }
    std::int64_t counted = 0;
    const auto stats = at.at.stats();
    for (const auto& [status, count] : stats.at("refused").as_object())
        counted += count.to_number<std::int64_t>();
    CHECK(counted == refused);
    at.check_as_before();
}
