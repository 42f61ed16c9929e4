// Links between their making and their first event.
#include "hub/listener.hpp"
#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::listening;
using test::raw_client;

TEST_CASE("a link that is not taken is freed with its event, and its peer sees the end") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    listening at(threads);
    const auto raw = at.raw_open();
    std::array<hub::event_ptr, 1> out;
    while (at.app.hub().poll(5, out) == 0) {
    }
    REQUIRE(out[0]->kind == event_kind::accepted);
    const hub::handle_key key = out[0]->accepted()->link.key();
    CHECK(hub::all_links.pin(key));
    out[0].reset(); // before or behind its 101: both happen with threads
    CHECK_FALSE(hub::all_links.pin(key));
    at.await_end(*raw);
    at.app.until([&] { return at.number("connections") == 0; });
    CHECK(at.number("links") == 0);
    CHECK(at.app.count(event_kind::open) == 0);
}

TEST_CASE("links are freed in the moment of their making") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    listening at(threads, {{"listen.accept", "ask"}});
    std::vector<std::unique_ptr<raw_client>> raws;
    for (int i = 0; i < 30; ++i)
        raws.push_back(at.raw_open());
    for (int i = 0; i < 30; ++i)
        at.app.hub().release(at.door().accept(at.requested(), nullptr, 0));
    for (const auto& each : raws)
        at.await_end(*each);
    at.app.until([&] { return at.number("connections") == 0; });
    CHECK(at.number("links") == 0);
    CHECK(at.number("memory_bytes") == 0);
}

TEST_CASE("a flood: ACCEPTED stands before everything else of each link") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    listening at(threads);
    constexpr std::size_t count = 200;
    std::vector<std::unique_ptr<raw_client>> raws;
    for (std::size_t i = 0; i < count; ++i) {
        raws.push_back(at.raw_open());
        raws.back()->frame(1, "at once");
        if (i % 4 == 0) at.app.poll(0);
        if (i % 10 == 0) raws.back().reset();
    }
    // Of those that went at once nothing need have come but their ACCEPTED.
    at.app.until([&] {
        return at.app.count(event_kind::accepted) == count &&
               at.app.count(event_kind::message) >= count - count / 10;
    });
    std::map<std::uint64_t, std::string> begun; // kinds by link, in order
    for (const auto& each : at.app.seen()) {
        if (each->link_id != 0) begun[each->link_id] += to_string(each->kind)[0];
    }
    CHECK(begun.size() == count);
    for (const auto& [id, kinds] : begun) {
        CAPTURE(id, kinds);
        CHECK((kinds == "A" || kinds.find("AO") == 0 || kinds.find("AD") == 0));
    }
    at.door().drain(1001, std::chrono::milliseconds(1));
    at.await_over();
    CHECK(at.app.count(event_kind::closed) == count + 1);
    CHECK(at.app.seen().back()->listener_id() == at.door().id());
}
