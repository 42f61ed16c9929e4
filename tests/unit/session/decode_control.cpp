#include "session/decode_control.hpp"

#include <string>
#include <vector>

#include "samples.hpp"

using namespace resock;
using namespace resock::session;
using resock::test::decoded_as;
using resock::test::hex;
using resock::test::outcome;

namespace {

struct row {
    const char* bytes;
    const char* reason;
};

void check_reasons(const std::string& before, const std::vector<row>& rows) {
    for (const row& each : rows) {
        CAPTURE(each.bytes);
        CHECK(outcome(before + hex(each.bytes)) == each.reason);
    }
}

// A HELLO up to its numbers, and up to its tlvs.
const std::string hello_ids = test::hello_vector().bytes.substr(0, 34);
const std::string hello_fixed = test::hello_vector().bytes.substr(0, 41);
const std::string welcome_fixed = test::welcome_vector().bytes;

} // namespace

TEST_CASE("HELLO, WELCOME and REJECT are decoded as in §9, and with each of their fields") {
    for (const auto& each : {test::hello_vector(), test::full_hello()})
        CHECK(decoded_as<hello_frame>(each.bytes) == each.frame);
    for (const auto& each : {test::welcome_vector(), test::full_welcome()})
        CHECK(decoded_as<welcome_frame>(each.bytes) == each.frame);
    std::string bytes = hex("72 05 02 00 65 6e 64 65 64");
    const reject_frame ended{false, reject_reason::ended, 2, 0, "ended"};
    CHECK(decoded_as<reject_frame>(bytes) == ended);
    bytes = hex("73 09 ac 02 88 27 62 75 73 79");
    const reject_frame busy{true, reject_reason::former_owner_busy, 300, 5000, "busy"};
    CHECK(decoded_as<reject_frame>(bytes) == busy);
}

TEST_CASE("GOAWAY and AUTH are decoded") {
    std::string bytes = hex("81 88 27 00 64 77 73 3a 2f 2f 61");
    const goaway_frame away{true, 5000, 0, 100, "ws://a"};
    CHECK(decoded_as<goaway_frame>(bytes) == away);
    CHECK(decoded_as<goaway_frame>(hex("80 00 00 00")) == goaway_frame());
    CHECK(decoded_as<auth_frame>(hex("91 88 27")) == auth_frame{true, 5000, ""});
    bytes = hex("90 74 6f 6b");
    CHECK(decoded_as<auth_frame>(bytes) == auth_frame{false, 0, "tok"});
    CHECK(decoded_as<auth_frame>(hex("90")) == auth_frame());
}

TEST_CASE("HELLO of another version is decoded no further") {
    for (const char* bytes : {"50 00", "50 02", "50 02 ff", "50 ff 80 80"}) {
        const auto hello = decoded_as<hello_frame>(hex(bytes));
        hello_frame expected;
        expected.version = static_cast<std::uint8_t>(hex(bytes)[1]);
        CHECK(hello == expected);
    }
    CHECK(outcome(hex("50")) == "R2 HELLO version: truncated");
}

TEST_CASE("HELLO: each field out of range") {
    check_reasons(
        hello_ids,
        {
            {"81 00 01 00 00 00", "R3 HELLO born: varint longer than it need be"},
            {"80 80 80 80 80 80 80 10 01 00 00 00", "R3 HELLO born: varint of 2^53 or more"},
            {"00 80 00 00 00 00", "R3 HELLO epoch: varint longer than it need be"},
            {"00 01 80 00 00 00", "R3 HELLO recv: varint longer than it need be"},
            {"00 01 00 80 00 00", "R3 HELLO acked: varint longer than it need be"},
            {"00 01 00 00 80 80 80 80 10", "R10 HELLO window: 4294967296 is not in 0..4294967295"},
        });
    check_reasons(
        hello_fixed,
        {
            {"03 01 80", "R2 HELLO tlv 3 ttl_s: truncated"},
            {"03 00", "R2 HELLO tlv 3 ttl_s: truncated"},
            {"03 02 05 05", "R4 HELLO tlv 3 ttl_s: bytes behind the number"},
            {"05 02 ff 7f", "R10 HELLO tlv 5 max_frame: 16383 is not in 16384..16777216"},
            {"05 04 81 80 80 08", "R10 HELLO tlv 5 max_frame: 16777217 is not in 16384..16777216"},
            {"07 03 01 02 03", "R17 HELLO tlv 7 check: not of 4 bytes"},
            {"07 05 01 02 03 04 05", "R17 HELLO tlv 7 check: not of 4 bytes"},
            {"07 00", "R17 HELLO tlv 7 check: not of 4 bytes"},
            {"09 02 e7 07", "R10 HELLO tlv 9 heartbeat_ms: 999 is not in 1000..600000"},
            {"09 03 c1 cf 24", "R10 HELLO tlv 9 heartbeat_ms: 600001 is not in 1000..600000"},
            {"0b 05 80 80 80 80 10",
             "R10 HELLO tlv 11 max_message: 4294967296 is not in 0..4294967295"},
            {"0d 01 04", "R2 HELLO tlv 13 ack_level: 4 is not in 0..3"},
            {"01 01 61 01 01 61", "R4 HELLO tlv 1: stands twice"},
            {"02 00 02 00", "R4 HELLO tlv 2: stands twice"},
            {"41 00 41 00", "R4 HELLO tlv 65: stands twice"},
            {"04 00 04 00", "R4 HELLO tlv 4: stands twice"},
            {"80 01 00 83 01 00 80 01 00", "R4 HELLO tlv 128: stands twice"},
            {"81 00", "R3 HELLO tlv type: varint longer than it need be"},
            {"01 81 00", "R3 HELLO tlv length: varint longer than it need be"},
            {"04 00 05 01 00", "R10 HELLO tlv 5 max_frame: 0 is not in 16384..16777216"},
        });
}

TEST_CASE("HELLO: fields at their bounds are taken; an absent tlv has no value") {
    const auto least = decoded_as<hello_frame>(hello_ids + hex("00 00 00 00 00"));
    CHECK(least.born == 0);
    CHECK(least.window == 0);
    CHECK_FALSE(least.max_frame.has_value());
    CHECK_FALSE(least.check.has_value());
    CHECK((decoded_as<hello_frame>(hello_fixed + hex("05 04 80 80 80 08")).max_frame == 1u << 24));
    CHECK((decoded_as<hello_frame>(hello_fixed + hex("09 03 c0 cf 24")).heartbeat_ms == 600000u));
    CHECK((decoded_as<hello_frame>(hello_fixed + hex("0b 05 ff ff ff ff 0f")).max_message ==
           0xFFFFFFFF));
}

TEST_CASE("R4: HELLO tells of an unknown even tlv, and passes over odd ones") {
    CHECK_FALSE(decoded_as<hello_frame>(hello_fixed + hex("0f 00 41 01 61 83 01 00")).unknown_even);
    for (const char* tlvs : {"00 00", "04 00", "42 01 61", "82 01 00", "04 00 0f 00"}) {
        auto hello = decoded_as<hello_frame>(hello_fixed + hex(tlvs));
        CHECK(hello.unknown_even);
        hello.unknown_even = false;
        CHECK(hello == decoded_as<hello_frame>(hello_fixed));
    }
}

TEST_CASE("WELCOME: each field out of range") {
    const std::string first = hex("60");
    check_reasons(
        first,
        {
            {"00", "R14 WELCOME born: 0 is not in 1..9007199254740991"},
            {"81 00", "R3 WELCOME born: varint longer than it need be"},
            {"01 80 00", "R3 WELCOME recv: varint longer than it need be"},
            {"01 00 80 80 80 80 10", "R10 WELCOME window: 4294967296 is not in 0..4294967295"},
            {"01 00 00 ff 7f", "R10 WELCOME max_frame: 16383 is not in 16384..16777216"},
            {"01 00 00 81 80 80 08", "R10 WELCOME max_frame: 16777217 is not in 16384..16777216"},
            {"01 00 00 80 80 01 80 80 80 80 10",
             "R10 WELCOME max_message: 4294967296 is not in 0..4294967295"},
            {"01 00 00 80 80 01 00 e7 07", "R10 WELCOME heartbeat_ms: 999 is not in 1000..600000"},
            {"01 00 00 80 80 01 00 c1 cf 24",
             "R10 WELCOME heartbeat_ms: 600001 is not in 1000..600000"},
            {"01 00 00 80 80 01 00 e8 07 80 00", "R3 WELCOME ttl_s: varint longer than it need be"},
            {"01 00 00 80 80 01 00 e8 07 00 04", "R2 WELCOME ack_level: 4 is not in 0..3"},
            {"01 00 00 80 80 01 00 e8 07 00 80", "R2 WELCOME ack_level: 128 is not in 0..3"},
        });
    check_reasons(welcome_fixed,
                  {
                      {"02 00", "R4 WELCOME tlv 2: an even type that is not known"},
                      {"03 02 05 05", "R4 WELCOME tlv 3 tombstone ttl_s: bytes behind the number"},
                      {"07 01 05", "R17 WELCOME tlv 7 check: not of 4 bytes"},
                      {"01 00 01 00", "R4 WELCOME tlv 1: stands twice"},
                      {"01 02 61", "R2 WELCOME tlv value: truncated"},
                  });
    CHECK(decoded_as<welcome_frame>(welcome_fixed + hex("05 00 43 01 61")) ==
          test::welcome_vector().frame);
}

TEST_CASE("REJECT: fields out of range; a wait only with RETRY, and at most 10 minutes") {
    check_reasons("", {
                          {"70 85 00 00", "R3 REJECT reason: varint longer than it need be"},
                          {"72 05 80 00 00", "R3 REJECT recv: varint longer than it need be"},
                          {"71 08 80 00", "R3 REJECT retry_ms: varint longer than it need be"},
                      });
    CHECK(decoded_as<reject_frame>(hex("71 08 c1 cf 24")).retry_ms == 600000);
    CHECK(decoded_as<reject_frame>(hex("71 08 ff ff ff ff ff ff ff 0f")).retry_ms == 600000);
    CHECK(decoded_as<reject_frame>(hex("70 08 88 27")).retry_ms == 0);
    CHECK(decoded_as<reject_frame>(hex("70 0c 00")).reason == static_cast<reject_reason>(12));
    CHECK_FALSE(decoded_as<reject_frame>(hex("7c 05 00")).recv.has_value()); // R5
    const std::string fixed = hex("70 05 00");
    CHECK(decoded_as<reject_frame>(fixed + std::string(1024, 'x')).text.size() == 1024);
    CHECK(outcome(fixed + std::string(1025, 'x')) == "R10 REJECT text: 1025 bytes, more than 1024");
}

TEST_CASE("GOAWAY and AUTH: fields out of range, and waits of at most 10 minutes") {
    check_reasons("",
                  {
                      {"80 80 00 00 00", "R3 GOAWAY grace_ms: varint longer than it need be"},
                      {"80 00 80 00 00", "R3 GOAWAY retry_min_ms: varint longer than it need be"},
                      {"80 00 00 80 00", "R3 GOAWAY retry_max_ms: varint longer than it need be"},
                      {"80 00 02 01", "R10 GOAWAY retry_min_ms: more than retry_max_ms"},
                      {"91 80 00", "R3 AUTH deadline_ms: varint longer than it need be"},
                      {"91 05 00", "R2 AUTH: 1 bytes after the last field"},
                  });
    const goaway_frame longest{false, 600000, 600000, 600000, ""};
    CHECK(decoded_as<goaway_frame>(hex("80 c1 cf 24 c3 cf 24 c2 cf 24")) == longest);
    CHECK(decoded_as<auth_frame>(hex("91 c1 cf 24")).deadline_ms == 600000);
}

TEST_CASE("R10: a frame about the session has at most 65536 bytes, another may have more") {
    for (const char* first : {"50 02", "61 00", "70 05 00", "80 00 00 00", "90"}) {
        const std::string start = hex(first);
        const std::string most = start + std::string(65536 - start.size(), 'x');
        CHECK(outcome(most).find("65536") == std::string::npos);
        const std::string name = frame_name(static_cast<frame_type>((start[0] & 0xF0) >> 4));
        CHECK(outcome(most + 'x') == "R10 " + name + ": 65537 bytes, more than 65536");
    }
    CHECK(outcome(hex("11 01") + std::string(70000, 'x')) == "DATA");
    CHECK(outcome(hex("40") + std::string(70000, 'x')) == "NOTE");
    CHECK(outcome(std::string(70000, '\xB0')) == "R2 unknown frame type 11");
    CHECK(decoded_as<auth_frame>(hex("90") + std::string(65535, 'x')).token.size() == 65535);
}

TEST_CASE("R5: unlisted flags of frames about the session are ignored") {
    for (const test::cut_sample& each : test::cut_samples()) {
        std::string bytes = each.bytes;
        const auto type = static_cast<frame_type>(static_cast<std::uint8_t>(bytes[0]) >> 4);
        if (type < frame_type::hello || type > frame_type::auth) continue;
        CAPTURE(each.name);
        const int listed = type == frame_type::hello ? 0 : type == frame_type::reject ? 3 : 1;
        const decoded plain = decode(each.bytes);
        bytes[0] = static_cast<char>(bytes[0] | (0xF & ~listed));
        const decoded flagged = decode(bytes);
        std::visit(
            [&](const auto& frame) {
                using Frame = std::decay_t<decltype(frame)>;
                if constexpr (std::is_same_v<Frame, frame_error>)
                    FAIL(frame.reason());
                else
                    CHECK(std::get<Frame>(flagged) == frame);
            },
            plain);
    }
}
