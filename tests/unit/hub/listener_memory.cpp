// What the links of one listener hold together (listen.memory), measured while they are flooded.
#include "hub/memory_pool.hpp"

#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::has;
using test::listening;
using test::settings;
using test::status_of;

namespace {

// 512 KiB to borrow and a share of 8 KiB for each of 64.
const settings one_mebibyte = {{"listen.memory", "1MiB"},
                               {"listen.connections", "64"},
                               {"delivery", "at-most-once"},
                               {"confirm", "off"}};
constexpr std::int64_t limit = 1 << 20;
// One read of the socket, and one message, may come on top before anybody could know.
constexpr std::int64_t slack = 512 << 10;

void check_nothing_held(listening& at) {
    at.app.until([&] { return at.number("memory_bytes") == 0; });
}

} // namespace

TEST_CASE("a message that never ends is closed with 1013, other links go on") {
    listening at(GENERATE(0u, 1u, 2u), one_mebibyte);
    hub::hub_link& good = at.connect();
    const auto good_end = at.accepted();
    const auto raw = at.raw_open();
    const auto link = at.accepted();
    CHECK(at.await_status(*raw) == 101);
    const std::string part(32 << 10, 'x');
    const std::string begin = test::frame_bytes(1, part, false);
    const std::string more = test::frame_bytes(0, part, false);
    std::string_view rest = begin;
    std::int64_t most = 0;
    for (int i = 0; raw->close_code() == 0 && !raw->ended(); ++i) {
        REQUIRE(i < 100'000);
        rest.remove_prefix(raw->send_some(rest));
        if (rest.empty()) rest = more;
        most = std::max(most, at.number("memory_bytes"));
        if (i % 8 == 0) test::send_text(good, "meanwhile");
        at.app.poll(1);
    }
    CHECK(raw->close_code() == 1013);
    CHECK(most > 0);
    CHECK(most < limit + slack);
    const hub::event& closed = at.first(event_kind::closed, *link);
    CHECK(closed.record()->close_code == 1013);
    CHECK(closed.record()->closed_by_us);
    const std::size_t before = at.app.count(event_kind::message);
    test::send_text(good, "afterwards");
    at.app.until([&] { return at.app.count(event_kind::message) > before; });
    CHECK(at.first(event_kind::message, *good_end).bytes() == "meanwhile");
    raw->close();
    check_nothing_held(at);
}

TEST_CASE("a peer that does not read: send is refused naming listen.memory, and WRITABLE comes") {
    listening at(GENERATE(0u, 1u, 2u), one_mebibyte);
    const auto raw = at.raw_open();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    const std::string large(64 << 10, 'x');
    std::string text;
    status last = status::ok;
    std::int64_t most = 0;
    for (int i = 0; last == status::ok; ++i) {
        REQUIRE(i < 100'000);
        last = status_of([&] { link->send({large}); }, &text);
        most = std::max(most, at.number("memory_bytes"));
    }
    CHECK(last == status::queue_full);
    INFO(text);
    CHECK(has(text, "listen.memory"));
    CHECK(most < limit);
    SECTION("another link has its share") {
        const auto other = at.raw_open();
        at.app.until([&] { return other->status() != 0 || raw->ended(); });
        if (other->status() == 101) {
            const auto second = at.accepted();
            CHECK(status_of([&] { second->send({std::string(4096, 'x')}); }) == status::ok);
        } else {
            CHECK(other->status() == 503); // full still: new ones come later
            CHECK(has(other->rest(), "listen.memory"));
        }
    }
    SECTION("the peer reads again") {
        at.app.until([&] {
            raw->received();
            return at.app.count(event_kind::writable) > 0;
        });
        CHECK(status_of([&] { link->send({large}); }) == status::ok);
    }
    SECTION("the peer goes") {
    }
    raw->close();
    at.first(event_kind::closed, *link);
    check_nothing_held(at);
}

TEST_CASE("messages that nobody polls: reading pauses, nothing is lost, and it goes on") {
    listening at(GENERATE(0u, 1u, 2u), one_mebibyte);
    const auto raw = at.raw_open();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    link->hold(true);
    constexpr std::size_t total = 400, size = 16 << 10;
    std::string all;
    for (std::size_t i = 0; i < total; ++i)
        all += test::frame_bytes(2, std::string(size, static_cast<char>('a' + i % 26)));
    std::string_view rest = all;
    std::int64_t most = 0;
    for (int stuck = 0; stuck < 30 && !rest.empty();) {
        const std::size_t sent = raw->send_some(rest);
        rest.remove_prefix(sent);
        stuck = sent > 0 ? 0 : stuck + 1;
        at.app.poll(1);
        most = std::max(most, at.number("memory_bytes"));
    }
    for (int i = 0; i < 30; ++i) {
        at.app.poll(1);
        most = std::max(most, at.number("memory_bytes"));
    }
    CHECK(at.app.count(event_kind::message) == 0);
    CHECK(most >= limit / 2);
    CHECK(most < limit + slack);
    link->hold(false);
    at.app.until([&] {
        rest.remove_prefix(raw->send_some(rest));
        return at.app.count(event_kind::message) == total;
    });
    for (std::size_t i = 0; i < total; i += 37)
        CHECK(at.app.messages()[i] == std::string(size, static_cast<char>('a' + i % 26)));
    raw->close();
    at.first(event_kind::closed, *link);
    check_nothing_held(at);
}

TEST_CASE("while some links hold all that is lent, others are let in and have their share") {
    listening at(GENERATE(0u, 1u, 2u), one_mebibyte);
    const auto raw = at.raw_open();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    link->hold(true);
    std::string all;
    for (int i = 0; i < 60; ++i)
        all += test::frame_bytes(2, std::string(16 << 10, 'x'));
    std::string_view rest = all;
    at.app.until([&] {
        rest.remove_prefix(raw->send_some(rest));
        return at.number("memory_bytes") >= limit / 2 + (8 << 10);
    });
    const auto late = at.raw_open();
    CHECK(at.await_status(*late) == 101);
    const auto other = at.accepted();
    late->frame(1, "small");
    at.app.until([&] { return at.app.count(event_kind::message) == 1; });
    CHECK(at.app.messages() == std::vector<std::string>{"small"});
    test::send_text(*other, "answer");
    at.app.until([&] { return has(late->received(), "answer"); });
    late->close();
    link->hold(false);
    at.app.until([&] {
        rest.remove_prefix(raw->send_some(rest));
        return at.app.count(event_kind::message) == 61;
    });
    check_nothing_held(at);
    const auto again = at.raw_open();
    CHECK(at.await_status(*again) == 101);
}

TEST_CASE("links that are freed give back what they held") {
    listening at(GENERATE(0u, 1u, 2u), one_mebibyte);
    const auto raw = at.raw_open();
    const hub::event& told = at.app.await(event_kind::accepted);
    const hub::handle_key key = told.accepted()->link.take();
    {
        const auto link = hub::all_links.pin(key);
        link->hold(true);
        raw->frame(2, std::string(100 << 10, 'x'));
        at.app.until([&] { return at.number("memory_bytes") > (100 << 10); });
        test::send_text(*link, std::string(100 << 10, 'y'));
    }
    hub::free_link(key);
    at.await_end(*raw);
    check_nothing_held(at);
}
