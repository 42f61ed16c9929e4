// Servers that break RFC 6455 once the connection is open.
#include "wire/receiver.hpp"

#include "net/link_support/memory.hpp"
#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::frame_of;
using test::has;
using test::journal;
using test::loopback_server;
using test::opcode;
using test::web_socket;

namespace {

// A frame that claims a payload of `length` bytes and has none.
std::string claiming(opcode code, std::uint64_t length) {
    std::string made{static_cast<char>(0x80 | static_cast<int>(code)), '\x7f'};
    for (int shift = 56; shift >= 0; shift -= 8)
        made += static_cast<char>(length >> shift & 255);
    return made;
}

struct row {
    const char* what;
    std::string bytes;
    std::uint16_t code; // that we close with
    const char* told;
};

std::vector<row> broken_frames() {
    const std::string bad_utf8 = "caf\xe9 au lait";
    return {
        {"garbage", "\xff\xff\xff\xff and so on, garbage", 1002, "RSV"},
        {"HTTP behind the 101", "HTTP/1.1 200 OK\r\n\r\n", 1002, "RSV"},
        {"a masked frame", frame_of(opcode::text, "hello", true, 0x12345678), 1002, "masked"},
        {"an unknown opcode", "\x83\x01x", 1002, "unknown opcode"},
        {"a reserved bit", "\xc1\x01x", 1002, "RSV1"},
        {"a length not in its shortest form", std::string("\x82\x7e\x00\x05hello", 9), 1002,
         "shortest form"},
        {"2^63 and more", claiming(opcode::binary, UINT64_C(1) << 63), 1002, "length"},
        {"2^63 - 1", claiming(opcode::binary, INT64_MAX), 1009, "9223372036854775807"},
        {"above message.max", claiming(opcode::binary, (64u << 10) + 1), 1009, "message.max"},
        {"text that is not UTF-8", frame_of(opcode::text, bad_utf8), 1007, "offset 4"},
        {"UTF-8 that ends in the middle", frame_of(opcode::text, "caf\xc3"), 1007,
         "ends inside a code point"},
        {"UTF-8 broken between fragments",
         frame_of(opcode::text, "caf\xc3", false) + frame_of(opcode::continuation, " "), 1007,
         "UTF-8"},
        {"a continuation of nothing", frame_of(opcode::continuation, "x"), 1002, "continue"},
        {"a message in a message", frame_of(opcode::text, "a", false) + frame_of(opcode::text, "b"),
         1002, "unfinished"},
        {"a fragmented ping", frame_of(opcode::ping, "x", false), 1002, "fragmented"},
        {"a long ping", frame_of(opcode::ping, std::string(126, 'x')), 1002, "125"},
        {"a Close of one byte", frame_of(opcode::close, "x"), 1002, "1 byte"},
        {"a Close with a code for local use", test::close_of(1006), 1002, "1006"},
        {"a Close with an unknown code", test::close_of(2999), 1002, "2999"},
        {"a Close whose reason is not UTF-8", test::close_of(1000, bad_utf8), 1007, "reason"},
    };
}

} // namespace

TEST_CASE("broken frames: what came before is delivered, the record names what was wrong") {
    const unsigned threads = GENERATE(0u, 1u);
    for (const row& each : broken_frames()) {
        INFO(each.what);
        journal closes;
        loopback_server server(test::accepting([&](web_socket& peer) {
            peer.raw(frame_of(opcode::text, "before") + each.bytes);
            if (const auto close = peer.read(opcode::close))
                closes.add(std::to_string(close->close_code()) + ' ' + close->close_reason());
            peer.read(); // the end
        }));
        application app(threads);
        app.open(test::ws_url(server.port()),
                 {{"message.max", "64KiB"}, {"reconnect.attempts", "0"}});
        CHECK(app.await(event_kind::message).bytes() == "before");
        const auto& record = app.await_record(event_kind::down);
        CHECK(app.last().was_open());
        CHECK(record.layer == policy::layer::websocket);
        CHECK(record.culprit == policy::culprit::peer);
        CHECK(record.cause == policy::cause::protocol);
        CHECK(record.close_code == each.code);
        CHECK(record.closed_by_us);
        CHECK(has(record.why, each.told));
        CHECK(has(record.why, "127.0.0.1"));
        app.await(event_kind::closed);
        CHECK(app.messages().size() == 1);
        // The server learns it too.
        app.until([&] { return closes.size() == 1; });
        CHECK(closes.all()[0].substr(0, 4) == std::to_string(each.code));
        CHECK(has(closes.all()[0], each.told));
    }
}

TEST_CASE("memory is given to bytes that came, not to a length that was claimed") {
    constexpr std::size_t claimed = 512u << 20;
    constexpr std::size_t bound = 2u << 20;
    loopback_server server(test::accepting([](web_socket& peer) {
        peer.raw(claiming(opcode::binary, claimed));
        peer.raw(std::string(1000, 'x'));
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    const test::memory_mark memory;
    app.open(test::ws_url(server.port()), {{"message.max", "1GiB"},
                                           {"queue.bytes", "1GiB"},
                                           {"heartbeat.interval", "50ms"},
                                           {"reconnect.attempts", "0"}});
    app.await_open();
    app.until([&] { return app.link().status().stats.bytes_received >= 1010; });
    CHECK(memory.worst() < bound);
}

TEST_CASE("fragments without end") {
    constexpr std::size_t bound = 2u << 20;
    const bool with_bytes = GENERATE(false, true);
    const std::string first = frame_of(opcode::binary, "", false);
    std::string more;
    for (int i = 0; i < 1000; ++i)
        more += frame_of(opcode::continuation, with_bytes ? "0123456789" : "", false);
    test::latch told;
    loopback_server server(test::accepting([&](web_socket& peer) {
        peer.raw(first);
        for (int i = 0; i < 100; ++i)
            peer.raw(more);
        if (!with_bytes) peer.raw(frame_of(opcode::continuation, "the end"));
        if (peer.read(opcode::close)) told.set();
    }));
    application app(GENERATE(0u, 1u));
    const test::memory_mark memory;
    app.open(test::ws_url(server.port()), {{"message.max", "64KiB"}, {"reconnect.attempts", "0"}});
    if (with_bytes) {
        const auto& record = app.await_record(event_kind::down);
        CHECK(record.close_code == 1009);
        CHECK(record.cause == policy::cause::protocol);
        CHECK(has(record.why, "message.max is 65536"));
        CHECK(app.messages().empty());
    } else { // 100,000 empty ones are slow, not wrong
        CHECK(app.await(event_kind::message).bytes() == "the end");
    }
    CHECK(memory.worst() < bound);
    app.link().close(1000, "");
    app.until([&] { return told.is_set(); });
}

TEST_CASE("control frames between fragments do not disturb them") {
    journal pongs;
    loopback_server server(test::accepting([&](web_socket& peer) {
        peer.raw(frame_of(opcode::text, "caf\xc3", false) + frame_of(opcode::ping, "1") +
                 frame_of(opcode::continuation, "", false) + frame_of(opcode::pong, "?") +
                 frame_of(opcode::continuation, "\xa9"));
        if (const auto pong = peer.read(opcode::pong)) pongs.add(pong->payload);
        peer.serve();
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()));
    const auto& whole = app.await(event_kind::message);
    CHECK(whole.bytes() == "café");
    CHECK(whole.flags == hub::event_text);
    app.until([&] { return pongs.size() == 1; });
    CHECK(pongs.all()[0] == "1");
}
