#include "session/decode.hpp"

#include <string>
#include <vector>

#include "../wire/allocations.hpp"
#include "samples.hpp"

using namespace resock;
using namespace resock::session;
using resock::test::decoded_as;
using resock::test::hex;
using resock::test::outcome;

TEST_CASE("the sequenced vectors of §9, and ACK, are decoded") {
    std::string bytes = hex("13 01 68 69");
    auto data = decoded_as<data_frame>(bytes);
    data_frame expected;
    expected.seq = 1;
    expected.text = true;
    expected.payload = "hi";
    CHECK(data == expected);
    CHECK(data.payload.data() == bytes.data() + 2);

    bytes = hex("17 ac 02 03 03 01 41 68 69");
    data = decoded_as<data_frame>(bytes);
    expected.seq = 300;
    expected.ext = true;
    expected.message_id = "A";
    CHECK(data == expected);

    const ack_frame ack{false, true, 1, 65536, 1};
    CHECK(decoded_as<ack_frame>(hex("36 01 80 80 04 01")) == ack);
    bytes = hex("20 02 00 62 79 65");
    const end_frame end{2, 0, "bye"};
    CHECK(decoded_as<end_frame>(bytes) == end);
    CHECK(decoded_as<void_frame>(hex("a0 03")) == void_frame{3});
}

TEST_CASE("a DATA frame with all it may have is decoded") {
    const std::string bytes = hex("1f 80 80 01 0a 01 06 80 80 80 80 80 08 03 00 68 69");
    data_frame expected;
    expected.seq = 16384;
    expected.text = expected.ext = expected.ackme = true;
    expected.expires_ms = 1ull << 38;
    expected.message_id = "";
    expected.payload = "hi";
    CHECK(decoded_as<data_frame>(bytes) == expected);
}

TEST_CASE("each frame cut at each byte is refused, or is a shorter one where its end is open") {
    for (const test::cut_sample& each : test::cut_samples()) {
        const std::string name = std::string(each.name).substr(0, std::string(each.name).find(' '));
        CAPTURE(each.name);
        CHECK(outcome(each.bytes) == name);
        for (std::size_t size = 1; size < each.bytes.size(); ++size) {
            CAPTURE(size);
            // A string of its own: a read behind its end is one that the sanitizers see.
            const std::string cut = each.bytes.substr(0, size);
            const std::string got = outcome(cut);
            if (each.shorter.count(size)) {
                CHECK(got == name);
            } else {
                CHECK(got.substr(0, 4 + name.size()) == "R2 " + name + " ");
                CHECK(got.substr(got.size() - 11) == ": truncated");
            }
        }
    }
}

TEST_CASE("a cut payload is the shorter payload") {
    const std::string bytes = hex("17 ac 02 03 03 01 41 68 69");
    for (std::size_t size = 7; size <= bytes.size(); ++size) {
        const auto data = decoded_as<data_frame>(std::string_view(bytes).substr(0, size));
        CHECK(data.seq == 300);
        CHECK((data.message_id == "A"));
        CHECK(data.payload == bytes.substr(7, size - 7));
    }
}

TEST_CASE("R2: no frame is empty, of an unknown type, or longer than its last field") {
    CHECK(outcome("") == "R2 empty message");
    for (const int type : {0, 11, 12, 13, 14, 15})
        CHECK(outcome(std::string(1, static_cast<char>(type << 4)) + "\x01") ==
              "R2 unknown frame type " + std::to_string(type));
    CHECK(outcome(hex("30 01 80 80 04 01")) == "R2 ACK: 1 bytes after the last field");
    CHECK(outcome(hex("37 01 80 80 04 01 00 00")) == "R2 ACK: 2 bytes after the last field");
    CHECK(outcome(hex("a0 03 03")) == "R2 VOID: 1 bytes after the last field");
}

TEST_CASE("each field out of range is refused with its rule, name, value and range") {
    struct row {
        const char* bytes;
        const char* reason;
    };
    const std::vector<row> rows = {
        {"11 00 68", "R2 DATA seq: 0 is not in 1..9007199254740991"},
        {"20 00 00", "R2 END seq: 0 is not in 1..9007199254740991"},
        {"a0 00", "R2 VOID seq: 0 is not in 1..9007199254740991"},
        {"11 80 00 68", "R3 DATA seq: varint longer than it need be"},
        {"11 81 00", "R3 DATA seq: varint longer than it need be"},
        {"11 80 80 80 80 80 80 80 10", "R3 DATA seq: varint of 2^53 or more"},
        {"11 ff ff ff ff ff ff ff ff 01", "R3 DATA seq: varint of 2^53 or more"},
        {"20 01 80 00", "R3 END code: varint longer than it need be"},
        {"20 01 80 80 80 80 10", "R2 END code: 4294967296 is not in 0..4294967295"},
        {"30 80 00 01", "R3 ACK recv: varint longer than it need be"},
        {"30 00 80 80 80 80 10", "R10 ACK window: 4294967296 is not in 0..4294967295"},
        {"34 05 00 06", "R24 ACK done: 6 is not in 0..5"},
        {"34 05 00 85 00", "R3 ACK done: varint longer than it need be"},
        {"42 61 ff", "R9 NOTE payload: TEXT is not UTF-8"},
        {"42 c3", "R9 NOTE payload: TEXT is not UTF-8"},
        {"14 01 04 03 01 41", "R2 DATA tlvs: truncated"},
        {"14 01 ff ff ff ff ff ff ff 0f", "R2 DATA tlvs: truncated"},
        {"14 01 02 01 00", "R2 DATA tlv 1 expires: truncated"},
        {"14 01 03 01 01 80", "R2 DATA tlv 1 expires: truncated"},
        {"14 01 04 01 02 80 00", "R3 DATA tlv 1 expires: varint longer than it need be"},
        {"14 01 04 01 02 05 05", "R4 DATA tlv 1 expires: bytes behind the number"},
        {"14 01 01 01 41", "R2 DATA tlv length: truncated"},
        {"14 01 02 03 01 41", "R2 DATA tlv value: truncated"},
        {"14 01 02 02 00", "R4 DATA tlv 2: an even type that is not known"},
        {"14 01 02 00 00", "R4 DATA tlv 0: an even type that is not known"},
        {"14 01 06 03 01 41 03 01 41", "R4 DATA tlv 3: stands twice"},
        {"14 01 04 05 00 05 00", "R4 DATA tlv 5: stands twice"},
    };
    for (const row& each : rows) {
        CAPTURE(each.bytes);
        CHECK(outcome(hex(each.bytes)) == each.reason);
    }
}

TEST_CASE("fields at their bounds are taken") {
    CHECK(decoded_as<data_frame>(hex("11 ff ff ff ff ff ff ff 0f")).seq == max_number);
    CHECK(decoded_as<end_frame>(hex("20 01 ff ff ff ff 0f")).code == 0xFFFFFFFF);
    const auto ack = decoded_as<ack_frame>(hex("34 05 ff ff ff ff 0f 05"));
    CHECK(ack.window == 0xFFFFFFFF);
    CHECK((ack.done == 5u));
    CHECK((decoded_as<ack_frame>(hex("34 05 00 00")).done == 0u));
    CHECK(decoded_as<ack_frame>(hex("30 00 00")) == ack_frame());
}

TEST_CASE("R10: the reason of END has at most 1024 bytes, of any kind") {
    const std::string fixed = hex("20 01 00");
    CHECK(decoded_as<end_frame>(fixed + std::string(1024, '\xFF')).reason.size() == 1024);
    CHECK(outcome(fixed + std::string(1025, 'x')) == "R10 END reason: 1025 bytes, more than 1024");
}

TEST_CASE("R4: an unknown odd tlv of DATA is passed over, and an empty block is one") {
    std::string bytes = hex("15 01 08 05 00 41 00 03 01 41 ff 68");
    CHECK(outcome(bytes) == "R2 DATA tlv type: truncated");
    bytes = hex("15 01 07 05 00 41 00 03 01 41 68");
    const auto data = decoded_as<data_frame>(bytes);
    CHECK((data.message_id == "A"));
    CHECK_FALSE(data.expires_ms.has_value());
    CHECK(data.payload == "h");
    CHECK(data.ext);
    CHECK(decoded_as<data_frame>(hex("15 01 00")).ext);
}

TEST_CASE("R5: unlisted flags are ignored") {
    const std::string end = hex("2f 02 00 62");
    const end_frame expected{2, 0, "b"};
    CHECK(decoded_as<end_frame>(end) == expected);
    CHECK(decoded_as<void_frame>(hex("af 03")) == void_frame{3});
    CHECK(decoded_as<ack_frame>(hex("38 00 00")) == ack_frame());
    const std::string note = hex("4d ff");
    CHECK(decoded_as<note_frame>(note) == note_frame{false, "\xFF"});
}

TEST_CASE("DATA, END, ACK, NOTE and VOID are decoded, well or ill, without an allocation") {
    std::vector<std::string> messages;
    for (const char* digits :
         {"13 01 68 69", "17 ac 02 03 03 01 41 68 69", "37 01 80 80 04 01", "20 02 00 62 79 65",
          "a0 03", "42 68 69", "11 00", "14 01 02 02 00", "34 05 00 06"})
        messages.push_back(hex(digits));
    messages.push_back(hex("15 01 06 81 01 00 83 01 00")); // large types that ascend
    std::size_t frames = 0;
    test::reset_allocations();
    for (const std::string& message : messages)
        frames += decode(message).index() != 0;
    const std::size_t allocated = test::allocated().count;
    CHECK(allocated == 0);
    CHECK(frames == messages.size() - 3);
}
