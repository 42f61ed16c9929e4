#include "link/connection.hpp"

#include <string>

#include "machine/script.hpp"
#include "wire/close.hpp"

namespace resock::link {
namespace {

using wire::opcode;

struct bench {
    explicit bench(config c = plain_config(), const greetings& greet = {})
        : line(3, c, random, greet, start) {}

    void push(std::size_t size, bool unkept = false, bool flush = false) {
        kept_message m;
        m.id = ++last;
        m.data = payload::copy(std::string(size, 'x'));
        m.unkept = unkept;
        m.flush = flush;
        queue.push(std::move(m));
    }
    std::vector<raw_frame> stage(time_point now = start) {
        line.stage(queue, now);
        CHECK(line.output().size() <=
              connection::stage_limit + connection::max_fragment + wire::max_header);
        const auto frames = script::frames_of(line.output());
        line.written(line.output().size(), queue, now, out);
        return frames;
    }

    random_source random{seeded(7)};
    kept_queue queue{delivery::at_least_once, false};
    connection line;
    actions out;
    std::uint64_t last = 0;
};

std::string codes(const std::vector<raw_frame>& frames) {
    std::string made;
    for (const raw_frame& each : frames) {
        switch (each.code) {
        case opcode::continuation:
            made += 'c';
            break;
        case opcode::text:
            made += 't';
            break;
        case opcode::binary:
            made += 'b';
            break;
        case opcode::close:
            made += 'X';
            break;
        case opcode::ping:
            made += 'i';
            break;
        case opcode::pong:
            made += 'o';
            break;
        }
        if (each.fin) made += '.';
    }
    return made;
}

config text_config(confirm_mode mode) {
    config c = plain_config();
    c.heartbeat_mode = heartbeat_mode::text;
    c.confirm.mode = mode;
    return c;
}

} // namespace

TEST_CASE("a message up to 64 KiB is one frame, a larger one goes in fragments") {
    bench b;
    b.push(connection::max_fragment);
    CHECK(codes(b.stage()) == "b."); // and its barrier behind it, at 64 KiB
    CHECK(codes(b.stage()) == "i.");
    b.push(2 * connection::max_fragment + 1);
    std::string all;
    for (int i = 0; i < 5; ++i)
        all += codes(b.stage());
    CHECK(all == "bcc.i.");
}

TEST_CASE("at most 64 KiB and a frame is staged ahead") {
    bench b;
    for (int i = 0; i < 5000; ++i)
        b.push(100);
    b.line.stage(b.queue, start);
    CHECK(b.line.output().size() >= connection::stage_limit);
    CHECK(b.line.output().size() < connection::stage_limit + 200);
    const std::size_t before = b.line.output().size();
    b.line.stage(b.queue, start);
    CHECK(b.line.output().size() == before);
    CHECK_FALSE(b.line.deadline().has_value()); // nothing can be staged
}

TEST_CASE("each transmission has a fresh mask key") {
    bench b;
    b.push(10);
    b.line.stage(b.queue, start);
    const std::string first(b.line.output());
    b.queue.lost_connection(b.out);
    connection again(4, plain_config(), b.random, {}, start);
    again.stage(b.queue, start);
    CHECK(first.size() == again.output().size());
    CHECK(first.substr(2, 4) != again.output().substr(2, 4));
}

TEST_CASE("pings come between fragments, a text question never") {
    const bool text = GENERATE(false, true);
    bench b(text ? text_config(confirm_mode::app) : plain_config());
    b.push(200'000);
    b.line.stage(b.queue, start);
    REQUIRE(b.queue.part() > 0);
    b.line.ask_heartbeat(true, start);
    std::string all;
    for (int i = 0; i < 6; ++i)
        all += codes(b.stage());
    CHECK(all == (text ? "bccc.t." : "bi.ccc.i."));
}

TEST_CASE("a ping of ours goes though the output is full; a second joins it") {
    bench b;
    b.push(200'000);
    b.line.stage(b.queue, start);
    const std::size_t before = b.line.output().size();
    b.line.ask_heartbeat(true, start);
    CHECK(b.line.output().size() == before + 22);
    CHECK(b.line.questions().waits_to_be_written());
    b.line.ask_heartbeat(true, start);
    CHECK(b.line.output().size() == before + 22);
}

TEST_CASE("the newest ping of the peer is answered") {
    bench b;
    b.line.answer_ping("one");
    b.line.answer_ping("two");
    b.line.stage(b.queue, start);
    const auto frames = script::frames_of(b.line.output());
    CHECK(codes(frames) == "o.");
    CHECK(frames[0].size == 3);
}

TEST_CASE("order: pong, barrier, greetings, their barrier, messages") {
    greetings greet;
    greet.set({"a", "1", true});
    greet.set({"b", "2", false});
    bench b(plain_config(), greet);
    b.push(1);
    b.line.answer_ping("p");
    CHECK(codes(b.stage()) == "o.t.b.i.b.");
    CHECK(codes(b.stage(start + 1s)) == "i.");
}

TEST_CASE("a flush, and each message of a search, has its barrier at once") {
    bench b;
    SECTION("flush") {
        b.push(1);
        b.push(1, false, true);
        CHECK(codes(b.stage()) == "b.b.i.");
    }
    SECTION("an unkept message needs none") {
        b.push(1, true);
        CHECK(codes(b.stage()) == "b.");
        CHECK_FALSE(b.line.deadline().has_value());
    }
    SECTION("one at a time") {
        b.line.one_at_a_time(true);
        b.push(1);
        b.push(1);
        CHECK(codes(b.stage()) == "b.i.");
        CHECK(codes(b.stage(start + 1s)).empty()); // waits for the answer
        const char ping[] = "\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\1";
        CHECK(b.line.pong({ping, 16}, start)->through == 1);
        CHECK(codes(b.stage()) == "b.i.");
        b.line.one_at_a_time(false);
        b.push(1);
        CHECK(codes(b.stage()) == "b.");
    }
}

TEST_CASE("barriers that stand close together hold messages back until the last is written") {
    bench b;
    for (int i = 0; i < 6; ++i)
        b.push(1000);
    SECTION("64 KiB apart nothing is held back") {
        CHECK(codes(b.stage()) == "b.b.b.b.b.b.");
    }
    SECTION("1 KiB apart") {
        b.line.barrier_every(barrier::least_due_bytes);
        CHECK(codes(b.stage()) == "b.b.i.b.b.");
        CHECK(codes(b.stage()) == "i.b.b.");
        CHECK(codes(b.stage()) == "i.");
        CHECK(codes(b.stage()).empty());
    }
}

TEST_CASE("nothing is staged behind our Close frame") {
    bench b;
    b.push(1);
    b.line.close(1000, "bye");
    b.line.answer_ping("p");
    CHECK(b.line.close_sent());
    const auto frames = b.stage(start + 1s);
    CHECK(codes(frames) == "X.");
    CHECK(frames[0].size == 5);
    CHECK_FALSE(b.line.deadline().has_value());
}

TEST_CASE("text heartbeat") {
    SECTION("beside ping barriers: asked again though the last was not answered") {
        bench b(text_config(confirm_mode::pong));
        b.line.ask_heartbeat(false, start);
        b.line.ask_heartbeat(false, start); // the first waits to be written: it serves
        CHECK(codes(b.stage()) == "t.");
        b.line.ask_heartbeat(false, start);
        CHECK(codes(b.stage()) == "t.");
        CHECK_FALSE(b.line.text_answer(start).has_value()); // no barrier
        b.push(1, false, true);
        CHECK(codes(b.stage()) == "b.i.");
    }
    SECTION("as the barrier: one outstanding") {
        bench b(text_config(confirm_mode::heartbeat));
        b.push(1, false, true);
        CHECK(codes(b.stage()) == "b.t.");
        b.push(1, false, true);
        CHECK(codes(b.stage()) == "b.");
        b.line.ask_heartbeat(false, start); // the open one serves
        CHECK(codes(b.stage()).empty());
        CHECK(b.line.text_answer(start)->through == 1);
        CHECK(codes(b.stage()) == "t.");
        CHECK(b.line.text_answer(start)->through == 2);
        CHECK_FALSE(b.line.text_answer(start).has_value());
    }
}

TEST_CASE("an idle connection holds no buffer, and its counters count") {
    bench b;
    b.push(300);
    b.stage();
    CHECK(b.line.messages_sent() == 1);
    CHECK(b.line.bytes_written() == 300 + 8);
    b.line.ask_heartbeat(false, start);
    b.line.stage(b.queue, start);
    CHECK(b.line.take_output().capacity() <= 512);
}

TEST_CASE("options that change reach heartbeat and barriers") {
    bench b;
    config c = plain_config();
    c.confirm.interval = 5s;
    c.heartbeat.interval = 3s;
    b.line.set_options(c);
    b.push(1);
    CHECK(codes(b.stage()) == "b.");
    CHECK(b.line.deadline() == start + 5s);
    CHECK(b.line.heartbeat().deadline() == start + 3s);
}

} // namespace resock::link
