#include "session/encode.hpp"

#include <cstring>
#include <string>

#include "samples.hpp"

using namespace resock;
using namespace resock::session;
using resock::test::hex;

namespace {

data_frame data_of(std::uint64_t seq, std::string_view payload) {
    data_frame frame;
    frame.seq = seq;
    frame.payload = payload;
    return frame;
}

} // namespace

TEST_CASE("frames are encoded as the vectors of §9") {
    data_frame data = data_of(1, "hi");
    data.text = true;
    CHECK(encoded(data) == hex("13 01 68 69"));
    data.seq = 300;
    data.message_id = "A";
    CHECK(encoded(data) == hex("17 ac 02 03 03 01 41 68 69"));

    ack_frame ack;
    ack.pong = true;
    ack.recv = 1;
    ack.window = 65536;
    ack.done = 1;
    CHECK(encoded(ack) == hex("36 01 80 80 04 01"));
    CHECK(encoded(end_frame{2, 0, "bye"}) == hex("20 02 00 62 79 65"));
    CHECK(encoded(void_frame{3}) == hex("a0 03"));
    CHECK(encoded(test::hello_vector().frame) == test::hello_vector().bytes);
    CHECK(encoded(test::welcome_vector().frame) == test::welcome_vector().bytes);
    CHECK(encoded(reject_frame{false, reject_reason::ended, 2, 0, "ended"}) ==
          hex("72 05 02 00 65 6e 64 65 64"));
}

TEST_CASE("frames are encoded with each of their fields") {
    data_frame data = data_of(16384, "hi");
    data.text = data.ackme = true;
    data.expires_ms = 1ull << 38;
    data.message_id = "";
    CHECK(encoded(data) == hex("1f 80 80 01 0a 01 06 80 80 80 80 80 08 03 00 68 69"));
    CHECK(encoded(end_frame{1, 0xFFFFFFFF, ""}) == hex("20 01 ff ff ff ff 0f"));
    CHECK(encoded(ack_frame{true, false, 5, 0, {}}) == hex("31 05 00"));
    CHECK(encoded(note_frame{true, "hi"}) == hex("42 68 69"));
    CHECK(encoded(note_frame{false, ""}) == hex("40"));
    CHECK(encoded(test::full_hello().frame) == test::full_hello().bytes);
    CHECK(encoded(test::full_welcome().frame) == test::full_welcome().bytes);
    CHECK(encoded(reject_frame{true, reject_reason::former_owner_busy, 300, 5000, "busy"}) ==
          hex("73 09 ac 02 88 27 62 75 73 79"));
    CHECK(encoded(goaway_frame{true, 5000, 0, 100, "ws://a"}) ==
          hex("81 88 27 00 64 77 73 3a 2f 2f 61"));
    CHECK(encoded(goaway_frame{false, 0, 0, 0, ""}) == hex("80 00 00 00"));
    CHECK(encoded(auth_frame{true, 5000, ""}) == hex("91 88 27"));
    CHECK(encoded(auth_frame{false, 0, "tok"}) == hex("90 74 6f 6b"));
}

TEST_CASE("DATA: each flag is its bit; EXT stands where a tlv does") {
    data_frame data = data_of(1, "");
    data.fin = false;
    CHECK(encoded(data) == hex("10 01"));
    data.fin = true;
    CHECK(encoded(data) == hex("11 01"));
    data.fin = false, data.text = true;
    CHECK(encoded(data) == hex("12 01"));
    data.text = false, data.ackme = true;
    CHECK(encoded(data) == hex("18 01"));
    data.ackme = false, data.expires_ms = 5;
    CHECK(encoded(data) == hex("14 01 03 01 01 05"));
    data.expires_ms.reset(), data.ext = true;
    CHECK(encoded(data) == hex("10 01"));
}

TEST_CASE("a header is written apart from its payload, and nothing behind it") {
    data_frame data = data_of(300, "payload");
    data.message_id = "A";
    const std::string whole = encoded(data);
    REQUIRE(header_size(data) + data.payload.size() == whole.size());
    std::string kept(whole.size(), '#');
    char* behind = put_header(kept.data(), data);
    REQUIRE(behind == kept.data() + header_size(data));
    CHECK(kept.substr(header_size(data)) == "#######");
    std::memcpy(behind, data.payload.data(), data.payload.size());
    CHECK(kept == whole);

    const note_frame note{true, "hi"};
    REQUIRE(header_size(note) == 1);
    char first = 0;
    CHECK(put_header(&first, note) == &first + 1);
    CHECK(first == 0x42);
}

TEST_CASE("the largest ACK has max_ack_size") {
    CHECK(encoded_size(ack_frame{true, true, max_number, 0xFFFFFFFF, max_number}) == max_ack_size);
}
