#include "hub/session_registry.hpp"

#include "net/link_support/listening.hpp"
#include "session/opening.hpp"

using namespace resock;
using hub::session_registry;
using kind = enum session::table::outcome::kind;

namespace {

session::hello_frame hello_of(std::uint8_t number) {
    session::hello_frame made;
    made.sid[0] = number;
    made.secret[0] = number;
    return made;
}

hub::hub_link::session_rest rest_of(std::uint8_t number) {
    hub::hub_link::session_rest made;
    made.identity.sid[0] = number;
    made.identity.digest = session::digest_of(hello_of(number).secret);
    made.recv = 7;
    made.tombstone_s = 60;
    return made;
}

std::shared_ptr<hub::hub_link> some_link(test::application& app) {
    return app.hub().open(test::link_settings_of("ws://127.0.0.1:1/", {}), 0);
}

} // namespace

TEST_CASE("a session is found by its sid while its link is there, and then its tombstone") {
    test::application app(0u);
    session_registry sessions(10, {});
    CHECK(sessions.find(hello_of(1), "").outcome.kind == kind::unknown);
    const auto link = some_link(app);
    CHECK(sessions.insert(hello_of(1).sid, link));
    CHECK(sessions.find(hello_of(1), "").link == link);
    CHECK(sessions.alive() == 1);

    auto rest = rest_of(1);
    rest.link_id = link->id();
    sessions.over(rest);
    const auto gone = sessions.find(hello_of(1), "");
    REQUIRE(gone.outcome.kind == kind::reject);
    CHECK(gone.outcome.reject.reason == session::reject_reason::ended);
    CHECK(gone.outcome.reject.recv == 7);
    CHECK(sessions.alive() == 0);
    CHECK(sessions.tombstones() == 1);
    app.hub().release(link);
}

TEST_CASE("what goes on another time leaves no tombstone: its client is to come back later") {
    test::application app(0u);
    session_registry sessions(10, {});
    const auto link = some_link(app);
    sessions.insert(hello_of(1).sid, link);
    auto rest = rest_of(1);
    rest.kept = true;
    sessions.over(rest);
    const auto asleep = sessions.find(hello_of(1), "");
    CHECK(asleep.outcome.kind == kind::reject);
    CHECK(asleep.outcome.reject.retry);
    CHECK(sessions.tombstones() == 0);
    app.hub().release(link);
}

TEST_CASE("there are no more sessions than the limit") {
    test::application app(0u);
    session_registry sessions(2, {});
    const auto link = some_link(app);
    CHECK(sessions.insert(hello_of(1).sid, link));
    CHECK(sessions.insert(hello_of(2).sid, link));
    CHECK_FALSE(sessions.insert(hello_of(3).sid, link));
    sessions.erase(hello_of(1).sid);
    CHECK(sessions.insert(hello_of(3).sid, link));
    app.hub().release(link);
}
