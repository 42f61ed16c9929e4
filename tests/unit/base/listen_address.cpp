#include "base/listen_address.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

using namespace resock;
using address_kind = enum listen_address::kind;

namespace {

// What parse_listen_address says against `text`; "" where it takes it.
std::string refusal(const std::string& text) {
    try {
        parse_listen_address(text);
    } catch (const error& refused) {
        CHECK(refused.code() == status::invalid);
        return refused.what();
    }
    return "";
}

} // namespace

TEST_CASE("parse_listen_address takes addresses and ports apart") {
    struct row {
        const char* text;
        address_kind kind;
        const char* host;
        int port;
        const char* shown;
    };
    const row rows[] = {
        {"ws://127.0.0.1:8080", address_kind::ws, "127.0.0.1", 8080, "ws://127.0.0.1:8080"},
        {"ws://127.0.0.1:8080/", address_kind::ws, "127.0.0.1", 8080, "ws://127.0.0.1:8080"},
        {"WS://127.0.0.1:8080", address_kind::ws, "127.0.0.1", 8080, "ws://127.0.0.1:8080"},
        {"ws://127.0.0.1:0", address_kind::ws, "127.0.0.1", 0, "ws://127.0.0.1:0"},
        {"ws://127.0.0.1:0/", address_kind::ws, "127.0.0.1", 0, "ws://127.0.0.1:0"},
        {"ws://0.0.0.0", address_kind::ws, "0.0.0.0", 80, "ws://0.0.0.0:80"},
        {"wss://0.0.0.0", address_kind::wss, "0.0.0.0", 443, "wss://0.0.0.0:443"},
        {"ws://localhost:9000", address_kind::ws, "127.0.0.1", 9000, "ws://127.0.0.1:9000"},
        {"wss://localhost:0", address_kind::wss, "127.0.0.1", 0, "wss://127.0.0.1:0"},
        {"ws://[::]:80", address_kind::ws, "::", 80, "ws://[::]:80"},
        {"wss://[::1]:0", address_kind::wss, "::1", 0, "wss://[::1]:0"},
        {"ws://[2001:DB8::7]:65535", address_kind::ws, "2001:db8::7", 65535,
         "ws://[2001:db8::7]:65535"},
    };
    for (const row& each : rows) {
        INFO(each.text);
        const listen_address made = parse_listen_address(each.text);
        CHECK(made.kind == each.kind);
        CHECK(made.secure() == (each.kind == address_kind::wss));
        CHECK(made.host == each.host);
        CHECK(made.port == each.port);
        CHECK(made.path.empty());
        CHECK(made.shown() == each.shown);
    }
}

TEST_CASE("what is shown can be listened at again") {
    for (const char* text :
         {"ws://127.0.0.1:8080", "wss://[::1]:443", "ws://[::]:0", "unix:/run/feed.sock"})
        CHECK(parse_listen_address(text).shown() == text);
}

TEST_CASE("a unix socket's path has 1 to 107 bytes") {
    const auto made = parse_listen_address("unix:/run/a socket.sock");
    CHECK(made.kind == address_kind::unix_socket);
    CHECK_FALSE(made.secure());
    CHECK(made.path == "/run/a socket.sock");
    CHECK(made.host.empty());
    CHECK(parse_listen_address("unix:relative").path == "relative");
    CHECK(parse_listen_address("unix:" + std::string(107, 'p')).path.size() == 107);
    CHECK(refusal("unix:" + std::string(108, 'p')) ==
          "listening address \"unix:" + std::string(108, 'p') +
              "\": the path has 108 bytes; a unix socket's may have 107");
    CHECK(refusal("unix:") == "listening address \"unix:\": no path; write it behind unix:, as in "
                              "unix:/run/feed.sock");
    CHECK(refusal(std::string("unix:/a\0b", 9)) ==
          "listening address \"unix:/a%00b\": a zero byte; no path has one");
}

TEST_CASE("an address that cannot be listened at is refused with the remedy") {
    struct row {
        const char* text;
        const char* part;
    };
    const row rows[] = {
        {"", "write ws://ADDRESS:PORT, wss://ADDRESS:PORT or unix:PATH"},
        {"8080", "write ws://ADDRESS:PORT"},
        {"127.0.0.1:8080", "write ws://ADDRESS:PORT"},
        {"echo:", "write ws://ADDRESS:PORT"},
        {"http://127.0.0.1:8080", "http"},
        {"ws://example.org:80", "\"example.org\" is a name; write an address of this machine"},
        {"ws://example.org:0", "\"example.org\" is a name"},
        {"ws://host:80", "0.0.0.0 (all of IPv4) or [::] (all of IPv6)"},
        {"ws://me:secret@127.0.0.1", "listen.token asks clients for a token"},
        {"ws://127.0.0.1:80/feed", "listen.paths has those that are served"},
        {"ws://127.0.0.1:80?x", "listen.paths has those that are served"},
        {"ws://127.0.0.1:65536", "65535"},
        {"ws://127.0.0.1:00", "port"},
        {"ws://127.0.0.1:-1", "port"},
        {"ws://:0", ""},
        {"ws://:80", ""},
        {"ws://", ""},
        {"ws:///", ""},
        {"ws://[::1", ""},
        {"ws://[::1]x:0", ""},
    };
    for (const row& each : rows) {
        INFO(each.text);
        const std::string said = refusal(each.text);
        INFO(said);
        REQUIRE_FALSE(said.empty());
        CHECK(said.find(each.part) != std::string::npos);
        CHECK(said.find('\n') == std::string::npos);
    }
    CHECK(refusal("ws://" + std::string(10000, 'x') + ":0").size() < 1000);
}
