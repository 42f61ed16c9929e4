#include "session/outbox.hpp"

#include "session/check.hpp"
#include "session/decode.hpp"
#include "support/catch.hpp"

namespace resock::session {
namespace {

outgoing message(std::uint64_t id, std::string_view bytes, bool note = false) {
    outgoing m;
    m.id = id;
    m.data = payload::copy(bytes);
    m.note = note;
    return m;
}

// The next frame as bytes, staged at `at` of the stream.
std::string next(outbox& out, std::uint64_t& at, std::uint64_t limit = 1u << 30) {
    outbox::frame f;
    if (!out.next(limit, UINT64_MAX, f)) return "";
    std::string bytes(f.head);
    bytes += f.body;
    out.sent(at, at + bytes.size());
    at += bytes.size();
    return bytes;
}

} // namespace

TEST_CASE("R6 a frame has the same bytes on each transmission") {
    outbox out;
    outbox::told told;
    out.push(message(1, "hi"));
    out.push(message(2, std::string(40'000, 'x')));
    out.push_end(7, "bye");
    CHECK(out.numbered() == 5);
    std::uint64_t at = 0;
    std::vector<std::string> first, second;
    for (std::string f; !(f = next(out, at)).empty();)
        first.push_back(f);
    REQUIRE(first.size() == 5);
    CHECK(first[0] == std::string("\x11\x01hi", 4));
    for (const std::string& each : first)
        CHECK(each.size() <= min_max_frame);
    out.rewind(at, told);
    at = 0;
    for (std::string f; !(f = next(out, at)).empty();)
        second.push_back(f);
    CHECK(first == second);
    CHECK(out.check_at(3) == check_of(first[2]));
    CHECK(out.resent() == 2);
}

TEST_CASE("R20 a frame goes out only while its position is within the limit") {
    outbox out;
    out.push(message(1, "hi"));
    out.push(message(2, "ho"));
    std::uint64_t at = 0;
    CHECK(next(out, at, 35) == "");
    CHECK(next(out, at, 36) != "");
    CHECK(next(out, at, 71) == "");
    CHECK(next(out, at, 72) != "");
    CHECK(out.sent_position() == 72);
}

TEST_CASE("a frame waits for its record") {
    outbox out;
    out.push(message(1, "hi")).record = 3;
    outbox::frame f;
    CHECK_FALSE(out.next(1000, 2, f));
    CHECK(out.next(1000, 3, f));
}

TEST_CASE("after a rewind the first that is not acknowledged goes out again") {
    outbox out;
    outbox::told told;
    for (std::uint64_t id = 1; id <= 3; ++id)
        out.push(message(id, "m"));
    std::uint64_t at = 0;
    next(out, at);
    next(out, at);
    out.acknowledge(1, told);
    CHECK(told.through == 1);
    out.rewind(at, told);
    at = 0;
    CHECK(decode(next(out, at)).index() == 1);
    CHECK(out.sent_through() == 2);
}

TEST_CASE(
    "what was stored counts as sent after a restart, but not before the first WELCOME (R25)") {
    for (const std::uint64_t born : {0u, 5u}) {
        saved from;
        from.terms.born = born;
        from.queue.resize(1);
        from.queue[0].first_seq = 1;
        from.queue[0].data = payload::copy("four");
        outbox out;
        out.restore(from);
        CHECK(out.numbered() == 1);
        outbox::told told;
        out.void_above(3, told, [](outbox::entry&) {});
        CHECK(told.failed.size() == (born == 0 ? 1 : 0));
    }
}

TEST_CASE("notes go beside the frames and are not kept") {
    outbox out;
    outbox::told told;
    out.push(message(1, "kept"));
    out.push(message(2, "note", true));
    REQUIRE(out.next_note());
    out.note_sent(0, 5);
    CHECK_FALSE(out.next_note());
    CHECK(out.written(5, told) == 2);
    CHECK(told.through == 0); // 1 comes first
    out.acknowledge(1, told);
    CHECK(told.through == 2);
    CHECK(out.nothing_owed());
}

} // namespace resock::session
