// Strangers that break RFC 6455 once they are let in.
#include "wire/receiver.hpp"

#include "net/link_support/siege.hpp"

using namespace resock;
using test::frame_bytes;
using test::has;
using test::opening_bytes;
using test::raw_client;
using test::siege;

namespace {

constexpr unsigned continuation = 0, text = 1, binary = 2, closing = 8, ping = 9, pong = 10;
constexpr std::uint64_t message_max = 64 << 10;
const std::string bad_utf8 = "caf\xe9 au lait";

struct row {
    std::string what;
    std::string bytes;
    std::uint16_t code; // that the listener closes with
    const char* told;   // stands in the record and in the Close frame
};

// The first byte as it is given; masked with zeros, so that the payload is seen.
std::string masked(unsigned first, std::string_view payload) {
    std::string made{static_cast<char>(first), static_cast<char>(0x80 | payload.size())};
    return made.append(4, '\0').append(payload);
}

// The header of a masked frame whose length stands in `width` bytes behind the 2 first.
std::string claiming(unsigned opcode, std::uint64_t length, int width) {
    std::string made{static_cast<char>(0x80 | opcode), static_cast<char>(width == 2 ? 0xfe : 0xff)};
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
        made += static_cast<char>(length >> shift & 255);
    return made.append(4, '\0');
}

std::string close_bytes(unsigned code, std::string_view reason = {}) {
    return frame_bytes(
        closing,
        std::string{static_cast<char>(code >> 8), static_cast<char>(code & 255)}.append(reason));
}

std::vector<row> broken_headers() {
    std::vector<row> rows = {
        {"garbage", std::string(64, '\xff'), 1002, "RSV1"},
        {"no mask", std::string("\x81\x05hello", 7), 1002, "an unmasked text frame of 5 bytes"},
        {"no mask on a ping", std::string("\x89\x00", 2), 1002, "an unmasked ping"},
        {"no mask on a Close", std::string("\x88\x02\x03\xe8", 4), 1002, "an unmasked Close"},
        {"RSV1", masked(0xc1, "x"), 1002, "reserved bit RSV1"},
        {"RSV2", masked(0xa1, "x"), 1002, "reserved bit RSV2"},
        {"RSV3", masked(0x91, "x"), 1002, "reserved bit RSV3"},
        {"all of them", masked(0xf2, "x"), 1002, "RSV1 and RSV2 and RSV3"},
        {"RSV1 on a ping", masked(0xc9, "x"), 1002, "reserved bit RSV1"},
        {"5 in 2 bytes", claiming(text, 5, 2), 1002, "shortest form"},
        {"125 in 2 bytes", claiming(binary, 125, 2), 1002, "shortest form"},
        {"5 in 8 bytes", claiming(text, 5, 8), 1002, "shortest form"},
        {"65535 in 8 bytes", claiming(binary, 65535, 8), 1002, "shortest form"},
        {"a ping of 5 in 2 bytes", claiming(ping, 5, 2), 1002, "shortest form"},
        {"2^63", claiming(binary, UINT64_C(1) << 63, 8), 1002,
         "9223372036854775808 bytes, a length is below 2^63"},
        {"2^64 - 1", claiming(binary, UINT64_MAX, 8), 1002,
         "18446744073709551615 bytes, a length is below 2^63"},
        {"2^63 - 1", claiming(binary, INT64_MAX, 8), 1009, "message.max is 65536"},
        {"one byte too many", claiming(binary, message_max + 1, 8), 1009, "message.max is 65536"},
    };
    for (const unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u})
        rows.push_back({"opcode " + std::to_string(opcode), masked(0x80 | opcode, "x"), 1002,
                        "unknown opcode"});
    return rows;
}

std::vector<row> broken_order() {
    const std::string half(message_max / 2, 'x');
    return {
        {"a ping in parts", frame_bytes(ping, "x", false), 1002, "a fragmented ping"},
        {"a pong in parts", frame_bytes(pong, "x", false), 1002, "a fragmented pong"},
        {"a Close in parts", frame_bytes(closing, "\x03\xe8", false), 1002, "a fragmented Close"},
        {"a ping of 126", frame_bytes(ping, std::string(126, 'x')), 1002, "hold 125 at most"},
        {"a pong of 126", frame_bytes(pong, std::string(126, 'x')), 1002, "hold 125 at most"},
        {"a Close of 126", close_bytes(1000, std::string(124, 'x')), 1002, "hold 125 at most"},
        {"a ping of 65536", claiming(ping, 65536, 8), 1002, "hold 125 at most"},
        {"a continuation of nothing", frame_bytes(continuation, "x"), 1002,
         "without a message that it continues"},
        {"its first part", frame_bytes(continuation, "x", false), 1002,
         "without a message that it continues"},
        {"a message in a message", frame_bytes(text, "a", false) + frame_bytes(text, "b"), 1002,
         "inside an unfinished text message"},
        {"a binary in a text", frame_bytes(text, "a", false) + frame_bytes(binary, "b", false),
         1002, "inside an unfinished text message"},
        {"parts that are too large together",
         frame_bytes(binary, half, false) + frame_bytes(continuation, half, false) +
             frame_bytes(continuation, "x"),
         1009, "message.max is 65536"},
        {"a part that would be",
         frame_bytes(binary, half, false) + claiming(continuation, message_max / 2 + 1, 2), 1009,
         "message.max is 65536"},
    };
}

std::vector<row> broken_contents() {
    std::vector<row> rows = {
        {"a Close of 1 byte", frame_bytes(closing, "x"), 1002, "1 byte"},
        {"a Close whose reason is not UTF-8", close_bytes(1000, bad_utf8), 1007,
         "reason is not UTF-8"},
        {"a Close whose reason ends inside a code point", close_bytes(1000, "caf\xc3"), 1007,
         "reason is not UTF-8"},
        {"text that is not UTF-8", frame_bytes(text, bad_utf8), 1007, "byte 0x20 at offset 4"},
        {"a surrogate", frame_bytes(text, "\xed\xa0\x80"), 1007, "byte 0xA0 at offset 1"},
        {"an overlong form", frame_bytes(text, "\xc0\xaf"), 1007, "byte 0xC0 at offset 0"},
        {"above U+10FFFF", frame_bytes(text, "\xf4\x90\x80\x80"), 1007, "byte 0x90 at offset 1"},
        {"text that ends inside a code point", frame_bytes(text, "caf\xc3"), 1007,
         "ends inside a code point"},
        {"in parts, too", frame_bytes(text, "caf", false) + frame_bytes(continuation, "\xc3"), 1007,
         "ends inside a code point"},
        {"a code point that the next part does not finish",
         frame_bytes(text, "caf\xc3", false) + frame_bytes(continuation, " ", false), 1007,
         "byte 0x20 at offset 4"},
        // Found before the rest of the frame has come (RFC 6455 §8.1 permits it).
        {"the first bad byte", claiming(text, 60000, 2) + bad_utf8, 1007, "byte 0x20 at offset 4"},
    };
    for (const unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 2999u, 5000u, 65535u})
        rows.push_back({"Close with " + std::to_string(code), close_bytes(code), 1002,
                        "which must not be sent"});
    return rows;
}

void check_broken(siege& at, raw_client& who, const row& each) {
    at.until("its end", [&] { return who.ended(); });
    CHECK(who.status() == 101);
    CHECK(who.close_code() == each.code);
    CHECK(has(who.rest(), each.told));
    const policy::disconnect_record& record = at.await_down(who);
    CHECK(record.layer == policy::layer::websocket);
    CHECK(record.culprit == policy::culprit::peer);
    CHECK(record.cause == policy::cause::protocol);
    CHECK(record.close_code == each.code);
    CHECK(record.closed_by_us);
    CHECK(record.verdict == policy::verdict::stop);
    CHECK(has(record.why, each.told));
    CHECK(has(record.why, "127.0.0.1"));
    const test::guest& at_door = *at.guest_of(who);
    CHECK(at_door.message_count == 1); // nothing of what came with it or behind
    CHECK(at_door.messages[0] == "before");
}

} // namespace

TEST_CASE("broken frames of strangers: what came before counts, then the right code") {
    siege at(GENERATE(0u, 2u), {{"message.max", "64KiB"}});
    const int table = GENERATE(0, 1, 2);
    const std::vector<row> rows = table == 0   ? broken_headers()
                                  : table == 1 ? broken_order()
                                               : broken_contents();
    // In the segment of the request, or once the 101 was read.
    const bool pipelined = GENERATE(true, false);
    std::vector<raw_client*> sockets;
    for (const row& each : rows) {
        sockets.push_back(&at.stranger_sending(opening_bytes()));
        if (!pipelined) at.until("the 101", [&] { return sockets.back()->status() == 101; });
        at.send(*sockets.back(),
                frame_bytes(text, "before") + each.bytes + frame_bytes(text, "after"));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        INFO(rows[i].what);
        check_broken(at, *sockets[i], rows[i]);
    }
    CHECK(at.at.history().empty());
    at.check_as_before();
}

TEST_CASE("nothing behind a Close counts") {
    siege at(GENERATE(0u, 2u));
    const bool is_valid = GENERATE(true, false);
    const std::string behind =
        is_valid ? frame_bytes(text, "late") + close_bytes(4000) : std::string(100, '\xff');
    raw_client& who = at.stranger_sending(opening_bytes());
    at.send(who, frame_bytes(text, "before") + close_bytes(1001, "bye") + behind);
    const auto& record = at.await_down(who);
    CHECK(record.close_code == 1001);
    CHECK(record.close_reason == "bye");
    CHECK(!record.closed_by_us);
    CHECK(has(record.why, "reason \"bye\""));
    CHECK(at.guest_of(who)->messages == std::vector<std::string>{"before"});
    at.until("its end", [&] { return who.ended(); });
    CHECK(who.close_code() == 1001);
    at.check_as_before();
}
