#include "hub/packed.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using test::error_of;
namespace out = resock::link::out;

namespace {
block_source blocks;

constexpr event_origin origin{0x0102030405060708, 77};

// The record in a buffer that was full of something else.
std::string packed(const event& from) {
    std::string made(packed_size(from), '#');
    const std::size_t written = write_packed(from, made);
    CHECK(written == made.size());
    CHECK(written % 8 == 0);
    return made;
}

template<class T>
T at(const std::string& record, std::size_t offset) {
    T value = 0;
    REQUIRE(offset + sizeof(T) <= record.size());
    for (std::size_t i = sizeof(T); i-- > 0;)
        value = static_cast<T>(static_cast<std::uint64_t>(value) << 8 |
                               static_cast<unsigned char>(record[offset + i]));
    return value;
}
std::uint32_t u32(const std::string& record, std::size_t offset) {
    return at<std::uint32_t>(record, offset);
}
std::uint64_t u64(const std::string& record, std::size_t offset) {
    return at<std::uint64_t>(record, offset);
}

void check_header(const std::string& record, int kind, int flags, std::uint64_t id) {
    CHECK(u32(record, 0) == record.size());
    CHECK(at<std::uint16_t>(record, 4) == kind);
    CHECK(at<std::uint16_t>(record, 6) == flags);
    CHECK(u64(record, 8) == 0x0102030405060708);
    CHECK(u64(record, 16) == 77);
    CHECK(u64(record, 24) == id);
}

// A record of resock_link_send_packed.
std::string to_send(std::uint32_t size, std::uint32_t length, std::string bytes,
                    std::uint32_t flags = 0, std::uint32_t ttl = 0) {
    std::string made;
    for (const std::uint32_t each : {size, flags, ttl, length}) {
        for (int i = 0; i < 4; ++i)
            made += static_cast<char>(each >> (8 * i));
    }
    return made + bytes;
}

} // namespace

TEST_CASE("a MESSAGE as bytes") {
    for (const std::size_t size : {0, 1, 7, 8, 9, 5000}) {
        CAPTURE(size);
        const std::string bytes(size, 'm');
        const std::string record =
            packed(*make_event(origin, out::deliver{bytes, {}, true}, blocks));
        check_header(record, 2, 1, 0);
        CHECK(u32(record, 32) == 0);
        CHECK(u32(record, 36) == size);
        CHECK(record.substr(40, size) == bytes);
        CHECK(record.size() == (40 + size + 7) / 8 * 8);
        CHECK(record.find_first_not_of('\0', 40 + size) == std::string::npos);
    }
}

TEST_CASE("the fixed fields of each kind") {
    std::string record =
        packed(*make_event(origin, out::confirmed{link::level::received, 9, 0, 0}));
    check_header(record, 3, 0, 9);
    CHECK(u32(record, 32) == 3);
    CHECK(record.size() == 40);

    record = packed(*make_event(origin, out::failed{4, 6, link::fail_reason::not_sent, 3, 0, {}}));
    check_header(record, 4, 0, 4);
    CHECK(u64(record, 32) == 6);
    CHECK(u32(record, 40) == 4);
    CHECK(record.size() == 48);

    record = packed(*make_writable(origin));
    check_header(record, 6, 0, 0);
    CHECK(record.size() == 32);

    record = packed(*make_event(origin, out::ask{5, 2, 401, 1008}));
    check_header(record, 7, 0, 5);
    CHECK(u64(record, 32) == 2);
    CHECK(u32(record, 40) == 401);
    CHECK(u32(record, 44) == 1008);

    record = packed(*make_event(origin, out::log{link::log_level::debug, "text"}));
    check_header(record, 12, 0, 0);
    CHECK(u64(record, 32) == 0);
    CHECK(u32(record, 40) == 4);
    CHECK(u32(record, 44) == 4);
    CHECK(record.substr(48, 4) == "text");

    out::opened opened;
    opened.address = "[::1]:80";
    opened.tls = "TLSv1.3";
    opened.connection = 3;
    opened.attempt = 4;
    opened.downtime = std::chrono::seconds(5);
    record = packed(*make_event(origin, std::move(opened)));
    check_header(record, 1, 0, 3);
    CHECK(u64(record, 32) == 4);
    CHECK(u64(record, 40) == 5000);
    CHECK(u64(record, 48) == 0);
    CHECK(u32(record, 56) == 8);
    CHECK(u32(record, 60) == 7);
    CHECK(u32(record, 64) == 0);
    CHECK(record.substr(72, 15) == "[::1]:80TLSv1.3");
}

TEST_CASE("a DOWN carries the whole record") {
    out::down down;
    auto& from = down.record;
    from.layer = policy::layer::websocket;
    from.culprit = policy::culprit::peer;
    from.verdict = policy::verdict::now;
    from.close_code = 1001;
    from.close_reason = "bye";
    from.closed_by_us = true;
    from.host = "example.org";
    from.why = "restarting";
    from.up = std::chrono::seconds(2);
    from.delay = std::chrono::milliseconds(211);
    from.attempt = 1;
    from.connection = 8;
    down.was_open = true;
    const std::string record = packed(*make_event(origin, std::move(down)));
    check_header(record, 5, 1, 8);
    CHECK(u64(record, 32) == 1);
    CHECK(u64(record, 40) == 0);
    CHECK(u64(record, 48) == 2000);
    CHECK(u64(record, 56) == 211);
    CHECK(u64(record, 64) == UINT64_MAX);
    CHECK(u64(record, 72) == UINT64_MAX);
    CHECK(u64(record, 80) == UINT64_MAX);
    CHECK(u32(record, 88) == 5);
    CHECK(u32(record, 92) == 1);
    CHECK(u32(record, 96) == 0);
    CHECK(u32(record, 100) == 0);
    CHECK(u32(record, 104) == 1001);
    CHECK(u32(record, 108) == 0);
    CHECK(u32(record, 112) == 0);
    CHECK(u32(record, 116) == 1);
    CHECK(u32(record, 120) == 3);
    CHECK(u32(record, 124) == 0);
    CHECK(u32(record, 128) == 11);
    CHECK(u32(record, 132) == 10);
    CHECK(record.substr(136, 24) == "byeexample.orgrestarting");

    out::finish finish;
    finish.record.rtt = std::chrono::microseconds(850);
    finish.record.message_id = 12;
    const std::string last = packed(*make_event(origin, std::move(finish)));
    check_header(last, 11, 0, 0);
    CHECK(u64(last, 56) == UINT64_MAX);
    CHECK(u64(last, 64) == 850);
    CHECK(u64(last, 80) == 12);
    CHECK(last.size() == 136);
}

TEST_CASE("a buffer that is too small is not touched") {
    const event_ptr from = make_event(origin, out::deliver{"12345678", {}, false}, blocks);
    std::string room(packed_size(*from) - 1, '#');
    CHECK(write_packed(*from, room) == 0);
    CHECK(room.find_first_not_of('#') == std::string::npos);
    room.resize(packed_size(*from) + 5, '#');
    CHECK(write_packed(*from, room) == packed_size(*from));
    CHECK(room.substr(packed_size(*from)) == "#####");
}

TEST_CASE("messages to send are read one by one") {
    const std::string buffer = to_send(24, 5, "hello###", 3, 1500) + to_send(16, 0, "") +
                               to_send(40, 8, "12345678" + std::string(16, '?'));
    packed_reader reader(buffer);
    auto read = reader.next();
    REQUIRE(read);
    CHECK(read->bytes == "hello");
    CHECK(read->flags == 3);
    CHECK(read->ttl_ms == 1500);
    read = reader.next();
    REQUIRE(read);
    CHECK(read->bytes.empty());
    CHECK(reader.offset() == 40);
    read = reader.next();
    REQUIRE(read);
    CHECK(read->bytes == "12345678");
    CHECK_FALSE(reader.next());
    CHECK_FALSE(packed_reader("").next());
}

TEST_CASE("a broken record is named by its offset, the good ones before it are read") {
    const std::string good = to_send(24, 5, "hello###");
    struct {
        std::string record;
        const char* says;
    } const rows[] = {
        {"123", "only 3 bytes are left"},
        {to_send(23, 5, "hello###"), "size 23 is no multiple of 8"},
        {to_send(32, 5, "hello###"), "size 32 is more than the 24 bytes"},
        {to_send(24, 9, "hello###"), "too small for the header (16) and length 9"},
        {to_send(24, UINT32_MAX, "hello###"), "and length 4294967295"},
        {to_send(UINT32_MAX - 7, 5, "hello###"), "size 4294967288 is more"},
        {to_send(8, 0, ""), "size 8 is too small"},
        {to_send(0, 0, ""), "size 0 is too small"},
    };
    for (const auto& row : rows) {
        const std::string buffer = good + row.record;
        packed_reader reader(buffer);
        REQUIRE(reader.next());
        const auto thrown = error_of([&] { reader.next(); });
        INFO(thrown.text);
        CHECK(thrown.code == status::invalid);
        CHECK(thrown.says("offset 24"));
        CHECK(thrown.says(row.says));
    }
}

TEST_CASE("a REQUEST has its fields one a line") {
    request_info info;
    info.listener_id = 4;
    info.request_id = 6;
    info.request.method = "GET";
    info.request.target = "/chat";
    info.request.fields = {{"Host", "a"}, {"X", ""}};
    info.address = "[::1]:80";
    info.tls = "T";
    const std::string record = packed(*make_request(origin, std::move(info)));
    check_header(record, 8, 0, 6);
    CHECK(u64(record, 32) == 4);
    CHECK(u32(record, 40) == 3);
    CHECK(u32(record, 44) == 5);
    CHECK(u32(record, 48) == 8);
    CHECK(u32(record, 52) == 1);
    CHECK(u32(record, 56) == 12);
    CHECK(u32(record, 60) == 0);
    CHECK(record.substr(64, 29) == "GET/chat[::1]:80THost: a\nX: \n");
    CHECK(record.size() == 96);
}

TEST_CASE("an ACCEPTED has the listener and the link's handle") {
    accepted_info info;
    info.listener_id = 4;
    info.request_id = 6;
    const event_ptr given = make_accepted(origin, std::move(info));
    std::string record = packed(*given);
    check_header(record, 9, 0, 6);
    CHECK(u64(record, 32) == 4);
    CHECK(u64(record, 40) == 0);
    CHECK(record.size() == 48);
    constexpr handle_key key = 0x0102030405060708; // of no link: nothing is freed with it
    given->accepted()->link = link_handle(key);
    record = packed(*given);
    CHECK(u64(record, 40) == key);
    CHECK(given->accepted()->link.take() == key); // writing does not take it
}

TEST_CASE("a listener's CLOSED is a record with the listener's number") {
    const std::string record = packed(*make_listener_closed({0, 77}, 4, "ended"));
    CHECK(at<std::uint16_t>(record, 4) == 11);
    CHECK(u64(record, 8) == 0);
    CHECK(u64(record, 24) == 4);
    CHECK(u32(record, 132) == 5);
    CHECK(record.find("ended") != std::string::npos);
}
