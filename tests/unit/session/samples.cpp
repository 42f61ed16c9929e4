#include "samples.hpp"

namespace resock::test {

using namespace session;

namespace {

// Each length from `first` on, below that of `bytes`.
cut_sample open_ended(const char* name, const std::string& digits, std::size_t first) {
    cut_sample made{name, hex(digits), {}};
    for (std::size_t size = first; size < made.bytes.size(); ++size)
        made.shorter.insert(size);
    return made;
}

cut_sample closed(const char* name, const std::string& digits) {
    return {name, hex(digits), {}};
}

const char* const sid = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f ";
const char* const secret = "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af ";

} // namespace

std::string hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t at = 0; at < digits.size(); ++at) {
        if (digits[at] == ' ') continue;
        bytes += static_cast<char>(std::stoi(std::string(digits.substr(at, 2)), nullptr, 16));
        ++at;
    }
    return bytes;
}

std::string outcome(std::string_view bytes) {
    const decoded out = decode(bytes);
    if (const auto* error = std::get_if<frame_error>(&out)) return std::string(error->reason());
    return frame_name(static_cast<frame_type>(out.index()));
}

std::array<std::uint8_t, 16> counting(std::uint8_t first) {
    std::array<std::uint8_t, 16> bytes;
    for (std::uint8_t& each : bytes)
        each = first++;
    return bytes;
}

sample<hello_frame> hello_vector() {
    hello_frame frame;
    frame.sid = counting(0);
    frame.secret = counting(0xA0);
    frame.born = 1;
    frame.epoch = 2;
    frame.recv = 1;
    frame.acked = 0;
    frame.window = 65536;
    frame.check = 0xfb607509;
    return {hex(std::string("50 01 ") + sid + secret + "01 02 01 00 80 80 04 07 04 fb 60 75 09"),
            frame};
}

sample<welcome_frame> welcome_vector() {
    welcome_frame frame;
    frame.resumed = true;
    frame.born = 1;
    frame.recv = 0;
    frame.window = 65536;
    frame.max_frame = 16384;
    frame.max_message = 16 << 20;
    frame.heartbeat_ms = 20000;
    frame.ttl_s = 120;
    frame.ack_level = 0;
    return {hex("61 01 00 80 80 04 80 80 01 80 80 80 08 a0 9c 01 78 00"), frame};
}

sample<hello_frame> full_hello() {
    hello_frame frame;
    frame.sid = counting(0);
    frame.secret = counting(0xA0);
    frame.born = max_number;
    frame.epoch = 128;
    frame.recv = 300;
    frame.acked = 2;
    frame.window = 65536;
    frame.protocol = "chat";
    frame.token = "tok";
    frame.ttl_s = 120;
    frame.max_frame = 16384;
    frame.check = 0x01020304;
    frame.heartbeat_ms = 1000;
    frame.max_message = 0;
    frame.ack_level = 3;
    return {hex(std::string("50 01 ") + sid + secret +
                "ff ff ff ff ff ff ff 0f 80 01 ac 02 02 80 80 04 "
                "01 04 63 68 61 74 02 03 74 6f 6b 03 01 78 05 03 80 80 01 07 04 01 02 03 04 "
                "09 02 e8 07 0b 01 00 0d 01 03"),
            frame};
}

sample<welcome_frame> full_welcome() {
    welcome_frame frame;
    frame.resumed = true;
    frame.born = 1;
    frame.recv = 7;
    frame.window = 0xFFFFFFFF;
    frame.max_frame = 1 << 24;
    frame.max_message = 0xFFFFFFFF;
    frame.heartbeat_ms = 600000;
    frame.ttl_s = 1;
    frame.ack_level = 3;
    frame.url = "wss://a";
    frame.tombstone_ttl_s = 128;
    frame.check = 0xfb607509;
    return {hex("61 01 07 ff ff ff ff 0f 80 80 80 08 ff ff ff ff 0f c0 cf 24 01 03 "
                "01 07 77 73 73 3a 2f 2f 61 03 02 80 01 07 04 fb 60 75 09"),
            frame};
}

std::vector<cut_sample> cut_samples() {
    return {
        open_ended("DATA", "13 01 68 69", 2),
        open_ended("DATA EXT", "17 ac 02 03 03 01 41 68 69", 7),
        open_ended("DATA of all", "1f 80 80 01 0a 01 06 80 80 80 80 80 08 03 00 68 69", 15),
        closed("ACK", "30 01 80 80 04"),
        closed("ACK of all", "37 01 80 80 04 01"),
        open_ended("END", "20 02 00 62 79 65", 3),
        closed("VOID", "a0 03"),
        closed("VOID of a large seq", "a0 ff ff ff ff ff ff ff 0f"),
        open_ended("NOTE", "42 68 69", 1),
        // Behind the fixed fields a HELLO may end; and behind each tlv.
        {"HELLO", hello_vector().bytes, {41}},
        {"HELLO of all", full_hello().bytes, {50, 56, 61, 64, 69, 75, 79, 82}},
        {"WELCOME", welcome_vector().bytes, {}},
        {"WELCOME of all", full_welcome().bytes, {22, 31, 35}},
        open_ended("REJECT", "72 05 02 00 65 6e 64 65 64", 4),
        open_ended("REJECT of all", "73 09 ac 02 88 27 62 75 73 79", 6),
        open_ended("GOAWAY", "81 88 27 00 64 77 73 3a 2f 2f 61", 5),
        open_ended("AUTH", "90 74 6f 6b", 1),
        closed("AUTH REQUEST", "91 88 27"),
    };
}

} // namespace resock::test
