#include "session/table.hpp"

#include <algorithm>
#include <random>

#include "support/catch.hpp"

using namespace resock;
using namespace std::chrono_literals;
using session::digest_of;
using session::hello_frame;
using session::reject_reason;
using session::table;
using kind = enum table::outcome::kind;

namespace {

constexpr time_point start{1000s};

hello_frame hello(std::uint8_t sid, std::uint8_t secret = 1, std::uint64_t born = 0) {
    hello_frame made;
    made.sid.fill(sid);
    made.secret.fill(secret);
    made.born = born;
    return made;
}

// The session of that HELLO has ended.
void end(table& of, const hello_frame& what, std::string_view principal, reject_reason reason,
         std::uint64_t recv, time_point until) {
    of.end(what.sid, digest_of(what.secret), principal, reason, recv, until);
}

} // namespace

TEST_CASE("R14: a sid that is not known is created when born is 0, else unknown") {
    table sessions({});
    CHECK(sessions.find(hello(1), "", start).kind == kind::unknown);
    CHECK(sessions.find(hello(1), "", start).kind == kind::unknown); // finding changes nothing
    const auto refused = sessions.find(hello(1, 1, 77), "", start);
    REQUIRE(refused.kind == kind::reject);
    CHECK(refused.reject.reason == reject_reason::unknown_session);
    CHECK_FALSE(refused.reject.retry);
    CHECK_FALSE(refused.reject.recv);
    CHECK_FALSE(refused.reject.text.empty());
    CHECK(sessions.alive() == 0);
}

TEST_CASE("R14: one that lives is its owner's to judge, whoever asks") {
    table sessions({});
    REQUIRE(sessions.insert(hello(1).sid, 41));
    REQUIRE(sessions.insert(hello(2).sid, 42));
    CHECK(sessions.alive() == 2);
    for (const auto& asking : {hello(2), hello(2, 9), hello(2, 1, 77)}) {
        const auto found = sessions.find(asking, "anybody", start);
        CHECK(found.kind == kind::alive);
        CHECK(found.owner == 42);
    }
}

TEST_CASE("R14, R28: a tombstone answers to its secret and principal, with recv") {
    const auto reason = GENERATE(reject_reason::ended, reject_reason::expired);
    table sessions({});
    REQUIRE(sessions.insert(hello(1).sid, 41));
    end(sessions, hello(1), "ann", reason, 7, start + 10s);
    CHECK(sessions.alive() == 0);
    CHECK(sessions.tombstones() == 1);

    for (const std::uint64_t born : {0, 77}) { // a late first HELLO as well
        const auto refused = sessions.find(hello(1, 1, born), "ann", start);
        REQUIRE(refused.kind == kind::reject);
        CHECK(refused.reject.reason == reason);
        CHECK(refused.reject.recv == 7);
        CHECK_FALSE(refused.reject.retry);
        CHECK_FALSE(refused.reject.text.empty());
    }
    // To anybody else it is as if it was not there.
    struct stranger {
        std::uint8_t secret;
        const char* principal;
    };
    for (const auto& [secret, principal] : {stranger{2, "ann"}, {1, "bob"}, {1, ""}, {2, "bob"}}) {
        CAPTURE(int(secret), principal);
        CHECK(sessions.find(hello(1, secret), principal, start).kind == kind::unknown);
        const auto refused = sessions.find(hello(1, secret, 77), principal, start);
        REQUIRE(refused.kind == kind::reject);
        CHECK(refused.reject.reason == reject_reason::unknown_session);
        CHECK_FALSE(refused.reject.recv);
    }
}

TEST_CASE("who lives under the sid of a tombstone does not remove it") {
    table sessions({});
    end(sessions, hello(1, 1), "", reject_reason::ended, 7, start + 10s);
    REQUIRE(sessions.find(hello(1, 2), "", start).kind == kind::unknown);
    REQUIRE(sessions.insert(hello(1).sid, 50));
    CHECK(sessions.find(hello(1, 1), "", start).kind == kind::alive);
    end(sessions, hello(1, 2), "", reject_reason::ended, 9, start + 10s);
    CHECK(sessions.tombstones() == 2);
    CHECK(sessions.find(hello(1, 1), "", start).reject.recv == 7);
    CHECK(sessions.find(hello(1, 2), "", start).reject.recv == 9);
}

TEST_CASE("a tombstone ends at its time, in whatever order they were made") {
    table sessions({});
    end(sessions, hello(3), "", reject_reason::ended, 3, start + 30s);
    end(sessions, hello(1), "", reject_reason::ended, 1, start + 10s);
    end(sessions, hello(2), "", reject_reason::ended, 2, start + 20s);
    CHECK(sessions.find(hello(1), "", start + 10s - 1ns).kind == kind::reject);
    CHECK(sessions.find(hello(1), "", start + 10s).kind == kind::unknown);
    CHECK(sessions.tombstones() == 2);
    sessions.expire(start + 29s);
    CHECK(sessions.tombstones() == 1);
    CHECK(sessions.find(hello(3), "", start + 29s).reject.recv == 3);
    sessions.expire(start + 30s);
    CHECK(sessions.tombstones() == 0);
}

TEST_CASE("the same session's second tombstone replaces the first") {
    table sessions({});
    end(sessions, hello(1), "", reject_reason::expired, 1, start + 10s);
    end(sessions, hello(1), "", reject_reason::ended, 2, start + 20s);
    CHECK(sessions.tombstones() == 1);
    const auto refused = sessions.find(hello(1), "", start + 15s);
    CHECK(refused.reject.reason == reject_reason::ended);
    CHECK(refused.reject.recv == 2);
}

TEST_CASE("no more sessions than the limit; one that was refused or ended makes room") {
    table sessions({.sessions = 2, .tombstones = 10});
    REQUIRE(sessions.insert(hello(1).sid, 1));
    REQUIRE(sessions.insert(hello(2).sid, 2));
    CHECK_FALSE(sessions.insert(hello(3).sid, 3));
    CHECK(sessions.find(hello(3), "", start).kind == kind::unknown);
    sessions.erase(hello(2).sid);
    CHECK(sessions.tombstones() == 0);
    CHECK(sessions.insert(hello(3).sid, 3));
    CHECK_FALSE(sessions.insert(hello(2).sid, 2));
    end(sessions, hello(1), "", reject_reason::ended, 0, start + 10s);
    CHECK(sessions.insert(hello(2).sid, 2));
    CHECK(sessions.alive() == 2);
}

TEST_CASE("no more tombstones than the limit: the first to expire goes") {
    table sessions({.sessions = 10, .tombstones = 2});
    end(sessions, hello(1), "", reject_reason::ended, 1, start + 30s);
    end(sessions, hello(2), "", reject_reason::ended, 2, start + 10s);
    end(sessions, hello(3), "", reject_reason::ended, 3, start + 20s);
    CHECK(sessions.tombstones() == 2);
    CHECK(sessions.find(hello(1), "", start).reject.recv == 1);
    CHECK(sessions.find(hello(2), "", start).kind == kind::unknown);
    CHECK(sessions.find(hello(3), "", start).reject.recv == 3);

    table none({.sessions = 10, .tombstones = 0});
    end(none, hello(1), "", reject_reason::ended, 1, start + 10s);
    CHECK(none.tombstones() == 0);
    CHECK(none.find(hello(1), "", start).kind == kind::unknown);
}

TEST_CASE("a tombstone of before this process began is like any other") {
    table sessions({});
    const auto before = hello(1, 5);
    sessions.insert_tombstone(before.sid, digest_of(before.secret), "ann", reject_reason::expired,
                              12, start + 10s);
    CHECK(sessions.find(before, "ann", start).reject.reason == reject_reason::expired);
    CHECK(sessions.find(before, "ann", start).reject.recv == 12);
}

TEST_CASE("as a plain list of tombstones would answer") {
    struct entry {
        std::uint8_t sid, secret;
        std::uint64_t recv;
        time_point until;
    };
    const std::uint32_t seed = 20261126; // fixed: the same run every time
    CAPTURE(seed);
    std::mt19937 dice(seed);
    const auto below = [&](unsigned n) { return static_cast<std::uint8_t>(dice() % n); };
    constexpr std::size_t most = 8;
    table sessions({.sessions = 10, .tombstones = most});
    std::vector<entry> list; // by the time of their end
    time_point now = start;
    for (std::uint64_t step = 1; step <= 5000; ++step) {
        CAPTURE(step);
        const entry one{below(4), below(4), step,
                        now + std::chrono::seconds(1 + step % 7) + 1ns * step};
        const auto is_same = [&](const entry& each) {
            return each.sid == one.sid && each.secret == one.secret;
        };
        const auto is_over = [&](const entry& each) { return each.until <= now; };
        if (below(2) == 0) {
            end(sessions, hello(one.sid, one.secret), "", reject_reason::ended, one.recv,
                one.until);
            std::erase_if(list, is_same);
            if (list.size() == most) list.erase(list.begin());
            const auto at = std::find_if(list.begin(), list.end(),
                                         [&](const entry& each) { return each.until > one.until; });
            list.insert(at, one);
        } else {
            now += std::chrono::milliseconds(below(250));
            std::erase_if(list, is_over);
            const auto found = sessions.find(hello(one.sid, one.secret), "", now);
            const auto known = std::find_if(list.begin(), list.end(), is_same);
            REQUIRE((found.kind == kind::reject) == (known != list.end()));
            if (known != list.end()) REQUIRE(found.reject.recv == known->recv);
        }
        REQUIRE(sessions.tombstones() == list.size());
    }
}
