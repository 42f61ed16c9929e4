#include "session/inbox.hpp"

#include "support/catch.hpp"

namespace resock::session {
namespace {

data_frame part(std::uint64_t seq, std::string_view bytes, bool fin = true, bool text = false) {
    data_frame f;
    f.seq = seq;
    f.fin = fin;
    f.text = text;
    f.payload = bytes;
    return f;
}

std::string take(inbox& in, const data_frame& f) {
    return in.take(f, 2 + f.payload.size(), 100 + static_cast<std::uint32_t>(f.seq),
                   payload::copy(f.payload));
}

record::arrived kept(std::uint64_t seq, std::string_view bytes, bool fin) {
    record::arrived r;
    r.seq = seq;
    r.check = 100 + static_cast<std::uint32_t>(seq);
    r.cost = static_cast<std::uint32_t>(34 + bytes.size());
    r.fin = fin;
    r.data = payload::copy(bytes);
    return r;
}

} // namespace

TEST_CASE("R8 frames are put together to messages; recv covers the parts") {
    inbox in(65536, 0);
    CHECK(take(in, part(1, "a", false)) == "");
    CHECK(in.mid_message());
    CHECK_FALSE(in.whole());
    CHECK(in.recv().seq == 1);
    CHECK(in.window() == 65536); // a part waits nowhere
    CHECK(take(in, part(2, "b")) == "");
    REQUIRE(in.whole());
    const arrival a = in.message();
    CHECK(a.bytes == "ab");
    CHECK(a.seq == 2);
    CHECK(in.recv().position == 2 * 35);
    CHECK(in.window() == 65536 - 2 * 35);
    CHECK(in.done() == 0);
    CHECK(in.done(2));
    CHECK(in.done() == 2);
    CHECK_FALSE(in.done(2));
    CHECK(in.window() == 65536);
}

TEST_CASE("R8, R9 what is refused has not arrived") {
    inbox in(65536, 0);
    in.set_max_message(3);
    CHECK(take(in, part(1, "four")).substr(0, 2) == "R8");
    CHECK(take(in, part(1, "\xFF", true, true)).substr(0, 2) == "R9");
    CHECK(in.arrived().seq == 0);
    CHECK(take(in, part(1, "\xC3", false, true)) == "");
    CHECK(take(in, part(2, "x", true, false)).substr(0, 2) == "R9"); // put together
    CHECK(in.arrived().seq == 1);
    CHECK(take(in, part(2, "y", true, true)).substr(0, 2) == "R8");
}

TEST_CASE("R9 the same frame is refused again: nothing of it stayed behind") {
    inbox in(65536, 0);
    const std::string half = "\xF0\x9F", wrong = "\x98", right = "\x98\x80";
    CHECK(take(in, part(1, half, false, true)) == "");
    CHECK(take(in, part(2, wrong)).substr(0, 2) == "R9");
    CHECK(take(in, part(2, wrong)).substr(0, 2) == "R9"); // twice would be a whole code point
    CHECK(take(in, part(2, right)) == "");
    CHECK(in.message().bytes == half + right);
}

TEST_CASE("R24 VOID and END are done once every message before them is") {
    inbox in(65536, 0);
    in.take_void(2, 1);
    CHECK(in.done() == 1);
    take(in, part(2, "m"));
    in.message();
    in.take_void(2, 3);
    in.take_end({4, 9, "bye"}, 6, 4);
    CHECK(in.ended());
    CHECK(in.done() == 1);
    in.done(2);
    CHECK(in.done() == 4);
}

TEST_CASE("R19 recv follows the store from ack_level 2 on") {
    inbox in(65536, 2);
    take(in, part(1, "m"));
    in.message();
    CHECK(in.arrived().seq == 1);
    CHECK(in.recv().seq == 0);
    in.stored(in.arrived());
    CHECK(in.recv().seq == 1);
    CHECK(in.recv().check == 101);
}

TEST_CASE(
    "R19 at ack_level 3 recv passes a message when it is done, and parts when they are stored") {
    inbox in(65536, 3);
    take(in, part(1, "m"));
    in.message();
    take(in, part(2, "p", false));
    in.stored(in.arrived());
    CHECK(in.recv().seq == 0);
    in.done(1);
    CHECK(in.recv().seq == 2);
    CHECK(in.done() == 1);
}

TEST_CASE("after a restart what was not done comes again, and a part goes on") {
    inbox in(65536, 2);
    saved from;
    from.recv = 4;
    from.recv_check = 104;
    from.done = 1;
    from.inbox.push_back(kept(2, "one", true));
    from.inbox.push_back(kept(3, "tw", false));
    from.inbox.push_back(kept(4, "o, ", false));
    in.restore(from);
    auto again = in.redeliver();
    REQUIRE(again);
    CHECK(again->bytes == "one");
    CHECK(again->redelivered);
    CHECK_FALSE(in.redeliver());
    CHECK(in.mid_message());
    CHECK(take(in, part(5, "three")) == "");
    CHECK(in.message().bytes == "two, three");
    CHECK(in.done() == 1);
}

TEST_CASE("at ack_level 3 only what follows the application's position counts after a restart") {
    inbox in(65536, 3);
    saved from;
    from.recv = 6;
    from.done = 0;
    from.inbox.push_back(kept(2, "tw", false)); // of message 2, which the application has not
    record::arrived end;
    end.seq = 6;
    end.content = content::end;
    from.inbox.push_back(std::move(end));
    in.restore(from);
    CHECK(in.recv().seq == 0); // without a position nothing was committed
    in.set_position({{}, 1, 5, 105});
    CHECK(in.recv().seq == 6);
    CHECK(in.ended());
    in.set_position({{}, 1, 1, 101});
    CHECK(in.recv().seq == 2);
    CHECK(in.recv().check == 102);
    CHECK_FALSE(in.ended()); // it comes again, behind the messages that are missing
    CHECK_FALSE(in.redeliver());
    CHECK(in.place(3) == 0);
}

} // namespace resock::session
