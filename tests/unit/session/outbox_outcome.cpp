// What becomes of messages: written, acknowledged, ended early, lost.

#include "session/outbox.hpp"
#include "support/catch.hpp"

namespace resock::session {
namespace {

using namespace std::chrono_literals;

const outbox::changed nothing = [](outbox::entry&) {};

struct filled {
    explicit filled(std::uint64_t messages, std::size_t size = 10) {
        for (std::uint64_t id = 1; id <= messages; ++id)
            push(id, size);
    }
    void push(std::uint64_t id, std::size_t size, time_point expires = time_point::max(),
              bool note = false) {
        outgoing m;
        m.id = id;
        m.data = payload(size);
        std::fill_n(m.data.data(), size, 'm');
        m.expires = expires;
        m.note = note;
        out.push(std::move(m));
    }
    void send(int frames = 1) {
        outbox::frame f;
        for (; frames > 0; --frames) {
            REQUIRE(out.next(1u << 30, UINT64_MAX, f));
            const std::uint64_t size = f.size();
            out.sent(at, at + size);
            at += size;
        }
    }
    void note() {
        REQUIRE(out.next_note());
        out.note_sent(at, at + 11);
        at += 11;
    }
    outbox out;
    outbox::told told;
    std::uint64_t at = 0;
};

} // namespace

TEST_CASE("R29 what was not given to a kernel is not sent, the rest is in doubt") {
    filled f(3);
    f.send(2);
    f.out.written(13, f.told); // a byte of the second
    f.out.rewind(13, f.told);
    f.out.end_all(false, f.told, nullptr);
    REQUIRE(f.told.failed.size() == 2);
    CHECK(f.told.failed[0].reason == fail_reason::in_doubt);
    CHECK(f.told.failed[0].last == 2);
    CHECK(f.told.failed[0].bytes == 20);
    CHECK(f.told.failed[1].reason == fail_reason::not_sent);
    CHECK(f.told.failed[1].first == 3);
    CHECK(f.out.messages() == 0);
    CHECK(f.out.bytes() == 0);
}

TEST_CASE("R29 what a final REJECT does not cover was not sent, and can be given back") {
    filled f(3);
    f.send(3);
    f.out.written(f.at, f.told);
    f.out.acknowledge(1, f.told);
    std::vector<outgoing> back;
    f.out.end_all(true, f.told, &back);
    CHECK(f.told.failed.empty());
    REQUIRE(back.size() == 2);
    CHECK(back[0].id == 2);
    CHECK(back[1].data.size() == 10);
}

TEST_CASE(
    "R25 a message that expires becomes one VOID per frame, unless a byte of it was written") {
    const time_point soon(1s);
    filled f(0);
    f.push(1, 40'000, soon);
    f.push(2, 10, soon);
    f.send(1);
    CHECK(f.out.next_expiry() == soon); // of the second
    f.out.written(1, f.told);
    f.out.rewind(1, f.told);
    int changed = 0;
    f.out.expire(soon, f.told, [&](outbox::entry& e) { changed += e.content == content::void_; });
    CHECK(changed == 1);
    REQUIRE(f.told.failed.size() == 1);
    CHECK(f.told.failed[0].first == 2);
    CHECK(f.told.failed[0].reason == fail_reason::expired);
    CHECK_FALSE(f.out.next_expiry());
    CHECK(f.out.numbered() == 4);
    f.out.acknowledge(4, f.told);
    CHECK(f.told.through == 1);
    CHECK(f.out.nothing_owed());
}

TEST_CASE("what was staged and never written may expire when the connection is gone") {
    const time_point soon(1s);
    filled f(0);
    f.push(1, 10, soon);
    f.send(1);
    CHECK_FALSE(f.out.next_expiry());
    f.out.rewind(0, f.told);
    CHECK(f.out.next_expiry() == soon);
}

TEST_CASE("a note between the frames of a message hides no message behind it from written()") {
    const time_point soon(1s);
    filled f(0);
    f.push(1, 40'000);
    f.push(2, 10, time_point::max(), true);
    f.push(3, 10, soon);
    f.send(1);
    f.note();
    f.send(3);
    CHECK(f.out.written(f.at, f.told) == 3);
    f.out.rewind(f.at, f.told);
    f.out.expire(soon, f.told, nothing);
    CHECK(f.told.failed.empty()); // it was written
    f.out.end_all(false, f.told, nullptr);
    REQUIRE(f.told.failed.size() == 2); // messages 1 and 3
    for (const failure_range& each : f.told.failed)
        CHECK(each.reason == fail_reason::in_doubt);
    CHECK(f.told.through == 2); // the note was written
}

TEST_CASE("an acknowledgement of more than went out hides no message behind it from written()") {
    filled f(0);
    f.push(1, 40'000); // three frames
    f.push(2, 10);
    f.send(4);
    f.out.rewind(f.at, f.told);
    f.push(3, 10);
    f.at = 0;
    f.send(1);                    // before WELCOME
    f.out.acknowledge(4, f.told); // the former connection had brought all
    f.send(1);                    // message 3
    CHECK(f.out.written(f.at, f.told) == 3);
    f.out.rewind(f.at, f.told);
    f.told = {};
    f.out.end_all(false, f.told, nullptr);
    REQUIRE(f.told.failed.size() == 1);
    CHECK(f.told.failed[0].reason == fail_reason::in_doubt);
}

TEST_CASE("room is made from untouched messages, VOIDs side by side are one entry") {
    for (const bool newest : {false, true}) {
        filled f(100);
        f.send(1);
        const freed_room freed = f.out.make_room(500, 0, newest, f.told, nothing);
        CHECK(freed.messages == 50);
        CHECK(freed.bytes == 500);
        REQUIRE(f.told.failed.size() == (newest ? 50 : 1));
        CHECK(f.told.failed[0].for_room);
        CHECK(f.told.failed[0].first == (newest ? 100 : 2));
        CHECK(f.out.entries() == 51);
        CHECK(f.out.messages() == 50);
        CHECK(f.out.numbered() == 100);
        f.send(99);
        f.out.acknowledge(100, f.told);
        CHECK(f.told.confirmed.messages == 50);
        CHECK(f.out.acked_position() > 0);
    }
}

TEST_CASE("R24 DONE finds the id of a message that was acknowledged") {
    filled f(3);
    f.send(3);
    f.out.acknowledge(3, f.told);
    CHECK(f.out.processed(2) == 2);
    CHECK(f.out.processed(2) == 0);
    CHECK(f.out.processed(3) == 3);
}

TEST_CASE("notes that no connection has carried are dropped with it") {
    filled f(0);
    f.push(1, 10, time_point::max(), true);
    f.push(2, 10, time_point::max(), true);
    f.note();
    f.out.rewind(5, f.told); // cut inside the first
    REQUIRE(f.told.failed.size() == 1);
    CHECK(f.told.failed[0].messages == 2);
    CHECK(f.told.failed[0].reason == fail_reason::dropped);
    CHECK(f.out.nothing_owed());
}

} // namespace resock::session
