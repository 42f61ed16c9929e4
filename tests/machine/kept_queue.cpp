#include "link/kept_queue.hpp"

#include "machine/kept_bench.hpp"

namespace resock::link {
namespace {

using fate = ends::fate;

} // namespace

TEST_CASE("messages are staged in order, once on each connection") {
    kept_bench b;
    CHECK(b.queue.empty());
    CHECK(b.stage() == 0);
    b.push();
    b.push();
    CHECK(b.queue.first_id() == 1);
    CHECK(b.stage() == 1);
    CHECK(b.stage() == 2);
    CHECK(b.stage() == 0);
    CHECK(b.queue.staged_through() == 2);
    b.push();
    CHECK(b.stage() == 3);
    b.written(150);
    b.lose();
    CHECK(b.stage() == 1);
    CHECK(b.queue.resent() == 1);
    CHECK(b.stage() == 2); // its first byte was given to the kernel
    CHECK(b.queue.resent() == 2);
    CHECK(b.stage() == 3);
    CHECK(b.queue.resent() == 2);
}

TEST_CASE("the last id written whole") {
    kept_bench b;
    for (int i = 0; i < 3; ++i)
        b.push();
    b.stage();
    b.stage();
    actions out;
    CHECK(b.queue.written(99, out) == 0);
    CHECK(b.queue.written(100, out) == 1);
    CHECK(b.queue.written(199, out) == 1);
    CHECK(b.queue.written(200, out) == 2);
    CHECK(out.empty());
}

TEST_CASE("confirming: through an id, one id, in any order") {
    kept_bench b;
    for (int i = 0; i < 5; ++i)
        b.push();
    SECTION("through") {
        b.queue.confirm_through(3, b.out);
        b.look();
        CHECK(b.told.count(fate::confirmed) == 3);
        CHECK(b.queue.first_id() == 4);
        CHECK(b.queue.bytes() == 20);
        b.queue.confirm_through(3, b.out); // again: nothing
        CHECK(b.out.empty());
    }
    SECTION("one behind a gap moves CONFIRMED only when the gap closes") {
        b.queue.confirm_one(3, b.out);
        REQUIRE(b.out.size() == 1);
        CHECK(std::get<out::confirmed>(b.out[0]).through == 0);
        CHECK(std::get<out::confirmed>(b.out[0]).messages == 1);
        b.look();
        b.queue.confirm_one(1, b.out);
        b.look();
        CHECK(b.told.of(1) == fate::confirmed);
        CHECK(b.told.of(3) == fate::living);
        b.queue.confirm_one(2, b.out);
        b.look();
        CHECK(b.told.of(3) == fate::confirmed);
        CHECK(b.queue.first_id() == 4);
    }
    SECTION("a gap that fails closes too") {
        b.queue.confirm_one(2, b.out);
        b.queue.refuse(1, b.out);
        b.look();
        CHECK(b.told.of(2) == fate::confirmed);
        CHECK(b.told.why(1) == fail_reason::refused);
    }
    SECTION("unknown and ended ids change nothing") {
        b.queue.confirm_one(9, b.out);
        b.queue.refuse(9, b.out);
        b.queue.confirm_one(2, b.out);
        b.look();
        b.queue.confirm_one(2, b.out);
        b.queue.refuse(2, b.out);
        CHECK(b.out.empty());
    }
    SECTION("the last one first") {
        b.queue.confirm_one(5, b.out);
        b.queue.confirm_through(4, b.out);
        b.look();
        CHECK(b.queue.empty());
        CHECK(b.told.count(fate::confirmed) == 5);
    }
    b.queue.end_all(b.out);
    b.look();
    CHECK(b.told.finished() == "");
}

TEST_CASE("what a lost connection does to a message") {
    struct row {
        delivery promise;
        bool final_is_written;
        bool unkept;
        std::uint64_t written; // of a frame of 100 bytes, the only one
        fate end;
        fail_reason why;
    };
    const auto once = delivery::at_most_once, again = delivery::at_least_once;
    const auto none = fail_reason::not_sent;
    const row r = GENERATE_COPY(row{again, false, false, 0, fate::living, none},
                                row{again, false, false, 50, fate::living, none},
                                row{again, false, false, 100, fate::living, none},
                                row{again, false, true, 0, fate::living, none},
                                row{again, false, true, 50, fate::failed, fail_reason::dropped},
                                row{again, false, true, 100, fate::confirmed, none},
                                row{once, false, false, 0, fate::living, none},
                                row{once, false, false, 1, fate::failed, fail_reason::in_doubt},
                                row{once, false, false, 100, fate::failed, fail_reason::in_doubt},
                                row{once, false, true, 50, fate::failed, fail_reason::dropped},
                                row{once, false, true, 100, fate::confirmed, none},
                                row{once, true, false, 0, fate::living, none},
                                row{once, true, false, 50, fate::failed, fail_reason::in_doubt},
                                row{once, true, false, 100, fate::confirmed, none});
    CAPTURE(r.final_is_written, r.unkept, r.written);
    kept_bench b(r.promise, r.final_is_written);
    b.push(10, time_point::max(), r.unkept);
    b.stage();
    if (r.written > 0) b.written(r.written);
    const auto doubt = b.lose();
    CHECK(b.told.of(1) == r.end);
    if (r.end == fate::failed) CHECK(b.told.why(1) == r.why);
    const bool in_doubt = r.end == fate::living && r.written > 0;
    CHECK(doubt.messages == (in_doubt ? 1 : 0));
    CHECK(doubt.first == (in_doubt ? 1 : 0));
    CHECK(b.stage() == (r.end == fate::living ? 1 : 0));
}

TEST_CASE("doubt is about this connection alone") {
    kept_bench b;
    for (int i = 0; i < 4; ++i)
        b.push();
    while (b.stage() != 0) {
    }
    b.written(350);
    CHECK(b.lose().messages == 4);
    b.stage();
    b.stage();
    b.written(200);
    const auto doubt = b.lose(); // 3 and 4 were touched before, but not staged this time
    CHECK(doubt.messages == 2);
    CHECK(doubt.last == 2);
    CHECK(b.lose().messages == 0);
}

TEST_CASE("a message in parts") {
    kept_bench b;
    b.push(100);
    b.push(100);
    CHECK(b.stage_half() == 1);
    CHECK(b.queue.part() == 50);
    SECTION("goes on where it was") {
        CHECK(b.stage() == 1);
        CHECK(b.queue.part() == 0);
        CHECK(b.stage() == 2);
    }
    SECTION("begins again on the next connection") {
        b.written(10);
        CHECK(b.lose().messages == 1);
        CHECK(b.queue.part() == 0);
        CHECK(b.stage() == 1);
        CHECK(b.queue.resent() == 1);
    }
    SECTION("confirmed in the middle it keeps its bytes until it is staged whole") {
        b.queue.confirm_through(1, b.out);
        b.look();
        kept_message* m = b.queue.to_stage();
        REQUIRE(m != nullptr);
        CHECK(m->id == 1);
        CHECK(m->data.size() == 100);
        CHECK(b.stage() == 1);
        CHECK(b.stage() == 2);
    }
    SECTION("and is not dropped, expired or forgotten meanwhile") {
        b.expire(time_point::max());
        CHECK(b.room(1000, 10).messages == 1);
        CHECK(b.told.of(1) == fate::living);
        CHECK(b.told.of(2) == fate::failed);
        CHECK(b.stage() == 1);
    }
}

TEST_CASE("expiry touches only what no byte was given of") {
    kept_bench b;
    b.push(10, start + 1s);
    b.push(10, start + 1s);
    b.push(10, start + 2s);
    b.push();
    CHECK(b.queue.next_expiry() == start + 1s);
    b.stage();
    b.stage();
    b.written(50); // 1 is touched, 2 only staged
    b.expire(start + 1s);
    CHECK(b.failures.empty());
    CHECK(b.queue.next_expiry() == start + 2s);
    b.expire(start + 2s);
    REQUIRE(b.failures.size() == 1);
    CHECK(b.told.why(3) == fail_reason::expired);
    CHECK_FALSE(b.queue.next_expiry().has_value());
    b.lose(); // 2 is untouched still: its time is over
    CHECK(b.queue.next_expiry() == start + 1s);
    b.expire(start + 2s);
    CHECK(b.told.why(2) == fail_reason::expired);
    CHECK(b.told.of(1) == fate::living);
    CHECK(b.told.of(4) == fate::living);
}

TEST_CASE("room is made of untouched messages, oldest or newest first") {
    kept_bench b;
    for (int i = 0; i < 6; ++i)
        b.push();
    b.stage();
    b.stage();
    b.written(10);
    SECTION("oldest") {
        CHECK(b.room(15, 1).messages == 2);
        CHECK(b.told.why(3) == fail_reason::dropped);
        CHECK(b.told.why(4) == fail_reason::dropped);
        CHECK(b.told.of(5) == fate::living);
        CHECK(b.failures.size() == 1); // one range
        CHECK(b.failures[0].for_room);
        CHECK(b.room(0, 5).messages == 2); // as far as there are any
        CHECK(b.room(0, 1).messages == 0);
    }
    SECTION("newest") {
        CHECK(b.room(15, 1, true).messages == 2);
        CHECK(b.told.why(5) == fail_reason::dropped);
        CHECK(b.told.why(6) == fail_reason::dropped);
        REQUIRE(b.failures.size() == 1);
        CHECK(b.failures[0].first == 5);
        CHECK(b.failures[0].last == 6);
        CHECK(b.room(0, 5, true).messages == 2);
    }
    SECTION("what was only staged may go once the connection is lost") {
        CHECK(b.room(0, 10).messages == 4);
        b.lose();
        CHECK(b.room(0, 10).messages == 1); // 2 was untouched
        CHECK(b.told.of(1) == fate::living);
    }
}

TEST_CASE("the end: in doubt where the kernel has or may yet get a byte of it") {
    kept_bench b;
    for (int i = 0; i < 3; ++i)
        b.push();
    SECTION("on a connection") {
        b.stage();
        b.stage();
        b.written(10);
        b.queue.end_all(b.out);
        b.look();
        CHECK(b.told.why(1) == fail_reason::in_doubt);
        CHECK(b.told.why(2) == fail_reason::in_doubt);
        CHECK(b.told.why(3) == fail_reason::not_sent);
    }
    SECTION("without one") {
        b.stage();
        b.stage();
        b.written(10);
        b.lose();
        b.queue.end_all(b.out);
        b.look();
        CHECK(b.told.why(1) == fail_reason::in_doubt);
        CHECK(b.told.why(2) == fail_reason::not_sent);
    }
    CHECK(b.queue.empty());
    CHECK(b.told.finished() == "");
}

TEST_CASE("a flush asks for a barrier behind the newest message that lives") {
    kept_bench b;
    b.queue.flush_last(); // nothing there
    for (int i = 0; i < 3; ++i)
        b.push();
    b.queue.confirm_one(3, b.out);
    b.look();
    b.queue.flush_last();
    CHECK_FALSE(b.queue.to_stage()->flush);
    b.stage();
    CHECK(b.queue.to_stage()->flush);
}

} // namespace resock::link
