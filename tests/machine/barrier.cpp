#include "link/barrier.hpp"

#include <string>

#include "machine/script.hpp"

namespace resock::link {
namespace {

std::string_view view(const barrier::ping_payload& payload) {
    return {payload.data(), payload.size()};
}

std::string ask(barrier& b, std::uint64_t end, time_point now) {
    const auto payload = b.next_payload();
    b.asked(end, now);
    return std::string(view(payload));
}

barrier with(confirm_options options = {}, std::size_t max_open = barrier::max_unanswered) {
    return barrier(7, options, true, max_open);
}

} // namespace

TEST_CASE("the payload is connection and counter, big-endian") {
    barrier b(0x0102030405060708, {}, true, 10);
    CHECK(ask(b, 1, start) == std::string("\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\1", 16));
    b.written(1, start);
    CHECK(ask(b, 2, start) == std::string("\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\2", 16));
}

TEST_CASE("when a barrier is due") {
    confirm_options options;
    options.interval = 20ms;
    barrier b = with(options);
    CHECK_FALSE(b.deadline().has_value());
    SECTION("confirm.interval after the first message") {
        b.staged(1, 10, start);
        b.staged(2, 10, start + 5ms);
        CHECK(b.deadline() == start + 20ms);
        CHECK_FALSE(b.due(start + 20ms - 1ns));
        CHECK(b.due(start + 20ms));
    }
    SECTION("at once behind 64 KiB") {
        b.staged(1, barrier::due_bytes - 1, start);
        CHECK_FALSE(b.due(start));
        b.staged(2, 1, start);
        CHECK(b.due(start));
    }
    SECTION("at once behind 256 messages") {
        for (std::uint64_t id = 1; id < barrier::due_messages; ++id)
            b.staged(id, 0, start);
        CHECK_FALSE(b.due(start));
        b.staged(256, 0, start);
        CHECK(b.due(start));
    }
    SECTION("at once when wanted, even behind nothing") {
        b.want();
        CHECK(b.due(start));
        CHECK_FALSE(b.all_covered());
    }
    SECTION("counting begins again behind a question") {
        b.staged(1, barrier::due_bytes, start);
        ask(b, 100, start);
        b.written(100, start);
        CHECK(b.all_covered());
        CHECK_FALSE(b.deadline().has_value());
        b.staged(2, 1, start + 1s);
        CHECK(b.deadline() == start + 1s + 20ms);
    }
}

TEST_CASE("barriers may stand closer than 64 KiB") {
    barrier b = with();
    b.set_due_bytes(barrier::least_due_bytes);
    b.staged(1, barrier::least_due_bytes - 1, start);
    CHECK_FALSE(b.due(start));
    b.staged(2, 1, start);
    CHECK(b.due(start));
}

TEST_CASE("confirm.min_interval wins over every other reason") {
    confirm_options options;
    options.min_interval = 1s;
    barrier b = with(options);
    b.want();
    CHECK(b.due(start)); // none was asked before
    ask(b, 1, start);
    b.written(1, start);
    b.want();
    b.staged(1, barrier::due_bytes, start);
    CHECK(b.deadline() == start + 1s);
    options.min_interval = 0s;
    b.set_options(options);
    CHECK(b.due(start));
}

TEST_CASE("at most one question waits to be written") {
    barrier b = with();
    b.want();
    ask(b, 50, start);
    CHECK(b.waits_to_be_written());
    b.want();
    CHECK_FALSE(b.due(start));
    CHECK_FALSE(b.deadline().has_value());
    b.written(49, start);
    CHECK_FALSE(b.due(start));
    CHECK_FALSE(b.oldest_written().has_value());
    b.written(50, start + 1ms);
    CHECK_FALSE(b.waits_to_be_written());
    CHECK(b.due(start));
    CHECK(b.oldest_written() == start + 1ms);
}

TEST_CASE("1,024 unanswered questions are the most; one for a text question") {
    const std::size_t most = GENERATE(std::size_t{1}, barrier::max_unanswered);
    barrier b = with({}, most);
    std::string first;
    for (std::size_t i = 1; i <= most; ++i) {
        b.want();
        REQUIRE(b.due(start));
        const std::string payload = ask(b, i, start);
        if (i == 1) first = payload;
        b.written(i, start);
    }
    CHECK(b.crowded() == (most == barrier::max_unanswered));
    b.want();
    CHECK_FALSE(b.due(start));
    CHECK_FALSE(b.deadline().has_value());
    CHECK(b.pong(first, start).has_value());
    CHECK(b.due(start));
}

TEST_CASE("where nothing relies on barriers none is due") {
    barrier b(7, {}, false, 10);
    b.staged(1, barrier::due_bytes, start);
    b.want();
    CHECK_FALSE(b.due(start));
    CHECK_FALSE(b.deadline().has_value());
}

TEST_CASE("a pong confirms what was staged before its ping, and before every earlier one") {
    barrier b = with();
    b.staged(1, 1, start);
    const std::string first = ask(b, 10, start);
    b.written(10, start);
    b.staged(2, 1, start);
    const std::string second = ask(b, 20, start);
    b.written(20, start + 1ms);
    b.staged(3, 1, start); // behind the last question
    SECTION("each answered") {
        CHECK(b.pong(first, start + 5ms)->through == 1);
        const auto answer = b.pong(second, start + 5ms);
        CHECK(answer->through == 2);
        CHECK(answer->rtt == 4ms);
        CHECK_FALSE(b.open());
    }
    SECTION("only the last answered") {
        CHECK(b.pong(second, start + 5ms)->through == 2);
        CHECK_FALSE(b.open());
        CHECK_FALSE(b.pong(first, start + 5ms).has_value());
    }
    SECTION("the same pong twice confirms once") {
        CHECK(b.pong(first, start).has_value());
        CHECK_FALSE(b.pong(first, start).has_value());
        CHECK(b.open());
    }
}

TEST_CASE("a pong that answers no question of ours is only a sign of life") {
    barrier b = with();
    b.staged(1, 1, start);
    const std::string asked = ask(b, 10, start);
    std::string other = asked;
    const char* what = "";
    SECTION("its question is not written") {
        what = "unwritten";
    }
    SECTION("its counter was never used") {
        b.written(10, start);
        other.back() = 2;
        what = "unknown counter";
    }
    SECTION("counter 0") {
        b.written(10, start);
        other.back() = 0;
        what = "counter 0";
    }
    SECTION("another connection") {
        b.written(10, start);
        other.front() = 1;
        what = "connection";
    }
    SECTION("another size") {
        b.written(10, start);
        other.pop_back();
        what = "short";
    }
    SECTION("empty") {
        b.written(10, start);
        other.clear();
        what = "empty";
    }
    CAPTURE(what);
    CHECK_FALSE(b.pong(other, start).has_value());
    b.written(10, start);
    CHECK(b.pong(asked, start)->through == 1);
}

TEST_CASE("a pong for an unwritten question does not answer the written ones before it") {
    barrier b = with();
    b.staged(1, 1, start);
    ask(b, 10, start);
    b.written(10, start);
    b.staged(2, 1, start);
    const std::string unwritten = ask(b, 20, start);
    CHECK_FALSE(b.pong(unwritten, start).has_value());
    CHECK(b.open());
}

TEST_CASE("a text answer goes to the one question that is open") {
    barrier b = with({}, 1);
    CHECK_FALSE(b.text_answer(start).has_value()); // without a question
    b.staged(1, 1, start);
    ask(b, 10, start);
    CHECK_FALSE(b.text_answer(start).has_value()); // not yet written
    b.written(10, start);
    CHECK(b.last_end() == 10);
    CHECK(b.text_answer(start + 3ms)->rtt == 3ms);
    CHECK_FALSE(b.text_answer(start).has_value());
    CHECK(b.last_end() == 0);
}

} // namespace resock::link
