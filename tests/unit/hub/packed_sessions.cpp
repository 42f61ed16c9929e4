// Packed records of events that only sessions have.
#include <string>

#include "hub/packed.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::hub;
namespace out = resock::link::out;

namespace {
block_source blocks;

constexpr event_origin origin{3, 77};

std::string packed(const event& from) {
    std::string made(packed_size(from), '#');
    CHECK(write_packed(from, made) == made.size());
    return made;
}

std::uint64_t number(const std::string& record, std::size_t offset, std::size_t size) {
    std::uint64_t value = 0;
    REQUIRE(offset + size <= record.size());
    for (std::size_t i = size; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(record[offset + i]);
    return value;
}
std::uint64_t u32(const std::string& record, std::size_t offset) {
    return number(record, offset, 4);
}
std::uint64_t u64(const std::string& record, std::size_t offset) {
    return number(record, offset, 8);
}

void check_header(const std::string& record, unsigned kind, unsigned flags, std::uint64_t id) {
    CHECK(u32(record, 0) == record.size());
    CHECK(number(record, 4, 2) == kind);
    CHECK(number(record, 6, 2) == flags);
    CHECK(u64(record, 24) == id);
}

} // namespace

TEST_CASE("a MESSAGE has its position behind it, where the application keeps that") {
    done_tracker::options keeping;
    keeping.positions = true;
    const auto tracker = done_tracker::make(keeping, {});
    for (const std::string text : {"", "hello", "12345678"}) {
        out::deliver message{text, {}, true};
        message.seq = 300;
        const event_ptr made = make_event(origin, std::move(message), blocks, *tracker);
        const std::string record = packed(*made);
        check_header(record, 2, 1, 300);
        CHECK(u32(record, 32) == session::position_size);
        CHECK(u32(record, 36) == text.size());
        CHECK(record.substr(40, text.size()) == text);
        CHECK(record.substr(40 + text.size(), session::position_size) == made->position());
        CHECK(record.size() % 8 == 0);
        CHECK(record.size() < 40 + text.size() + session::position_size + 8);
    }
    out::deliver note{"hello", {}, true};
    CHECK(u32(packed(*make_event(origin, std::move(note), blocks)), 32) == 0);
    tracker->publish();
}

TEST_CASE("records of a session: MESSAGE with its number, LOST, OPEN resumed, REQUEST's token") {
    const auto tracker = done_tracker::make({}, {});
    out::deliver message{"hello", {}, true};
    message.redelivered = true;
    message.seq = 300;
    std::string record = packed(*make_event(origin, std::move(message), blocks, *tracker));
    check_header(record, 2, 3, 300);
    CHECK(u32(record, 36) == 5);
    CHECK(record.substr(40, 5) == "hello");
    tracker->publish();

    CHECK(u32(record, 32) == 0); // no position

    out::lost lost;
    lost.reason = session::reject_reason::state_mismatch;
    lost.why = "a store was rolled back";
    lost.begun_anew = true;
    record = packed(*make_event(origin, std::move(lost)));
    check_header(record, 10, 1, 0);
    CHECK(u64(record, 32) == 0);
    CHECK(u32(record, 40) == 4);
    CHECK(u32(record, 44) == 23);
    CHECK(record.substr(48, 23) == "a store was rolled back");

    out::opened opened;
    opened.connection = 4;
    opened.resumed = true;
    check_header(packed(*make_event(origin, std::move(opened))), 1, 1, 4);

    request_info info;
    info.request_id = 9;
    info.request.method = "GET";
    info.token = "secret";
    record = packed(*make_request(origin, std::move(info)));
    check_header(record, 8, 0, 9);
    CHECK(u32(record, 60) == 6);
    CHECK(record.substr(64 + 3, 6) == "secret");
}
