#include "link/session_side.hpp"

#include "machine/script.hpp"
#include "machine/session_pair.hpp"

namespace resock::link {
namespace {

struct side_alone {
    random_source random{seeded(1)};
    config settings = session_pair::client_config();
    session_side side{settings, {}, random};
    actions out;
    side_alone() {
        side.begin_step(out);
        side.end().begin(start);
    }
    void connect() {
        side.end().prepare_attempt(start);
        side.open_stream();
        side.end().connected(start);
    }
};

} // namespace

TEST_CASE("frames go out masked, one WebSocket message each, HELLO first") {
    side_alone s;
    s.connect();
    s.side.stage(start);
    wire::receiver peer(wire::role::server, {});
    peer.feed(s.side.output());
    const auto item = peer.next();
    REQUIRE(item.kind == wire::received::kind::message);
    CHECK_FALSE(item.text);
    CHECK(std::holds_alternative<session::hello_frame>(session::decode(item.bytes)));
    CHECK(peer.next().kind == wire::received::kind::none);
    CHECK(s.side.staged() == s.side.output().size());
    CHECK(s.side.frames_sent() == 1);
}

TEST_CASE("the newest ping is answered, and nothing stands behind a Close frame") {
    side_alone s;
    s.connect();
    s.side.answer_ping("old");
    s.side.answer_ping("new");
    s.side.stage(start);
    wire::receiver peer(wire::role::server, {});
    peer.feed(s.side.output());
    const auto pong = peer.next();
    CHECK(pong.kind == wire::received::kind::pong);
    CHECK(pong.bytes == "new");
    s.side.close(1000, "bye");
    s.side.answer_ping("late");
    const std::size_t before = s.side.output_size();
    s.side.stage(start);
    CHECK(s.side.output_size() == before);
}

TEST_CASE("records that follow one another go to the store together") {
    side_alone s;
    s.side.persist(session::record::epoch{1});
    s.side.persist(session::record::epoch{2});
    REQUIRE(s.out.size() == 1);
    CHECK(std::get<out::persist>(s.out[0]).records.size() == 2);
    s.side.confirmed(level::stored, 1, 0, 0);
    s.side.persist(session::record::epoch{3});
    CHECK(s.out.size() == 3);
}

TEST_CASE("what the session tells of its connection is left for the machine to settle") {
    side_alone s;
    s.side.hang_up(4400, "R2 a text message");
    CHECK(s.side.left());
    const auto told = s.side.take();
    REQUIRE(told.hang_up);
    CHECK(told.hang_up->first == 4400);
    CHECK_FALSE(s.side.left());
}

} // namespace resock::link
