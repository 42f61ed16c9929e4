// Connections before they are links: too many of them, and their listener's end.
#include "hub/gate.hpp"

#include <set>

#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::listening;

TEST_CASE("beyond those that are told so, connections are dropped without a word") {
    listening at(GENERATE(0u, 1u, 2u), {{"listen.connections", "1"}});
    const auto inside = at.raw_open();
    const auto link = at.accepted();
    std::vector<std::unique_ptr<test::raw_client>> excess;
    for (int i = 0; i < 300; ++i) { // without a request: they stay until their time is over
        excess.push_back(at.raw());
        if (i % 16 == 0) at.app.poll(0);
    }
    at.app.until([&] { return at.number("dropped") > 0; });
    CHECK(at.number("connections") <= 257);
    // Their places come back once they have gone.
    for (const auto& each : excess)
        each->close();
    at.app.until([&] { return at.number("connections") == 1; });
    const auto late = at.raw_open();
    CHECK(at.await_status(*late) == 503);
    CHECK(at.first(event_kind::log, [](const auto&) { return true; })
              .text()
              ->find("connections are closed without an answer: more connections than "
                     "listen.connections") == 0);
    inside->frame(1, "still here");
    CHECK(at.first(event_kind::message, *link).bytes() == "still here");
}

TEST_CASE("a listener is freed while openings are under way") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    for (int round = 0; round < 10; ++round) {
        listening at(threads, {{"listen.accept", round % 2 ? "auto" : "ask"}});
        std::vector<std::unique_ptr<test::raw_client>> raws;
        for (int i = 0; i < 10; ++i) {
            raws.push_back(i % 3 == 0 ? at.raw() : at.raw_open());
            if (i % 3 == 1) raws.back()->send("unasked");
        }
        for (int i = 0; i < round; ++i)
            at.app.poll(0);
        at.free();
        if (round % 2 == 0) {
            for (const auto& each : raws)
                at.await_end(*each);
            continue;
        }
        // With auto those that had been accepted are links, which stay, or are freed untaken.
        at.app.poll(0);
    }
}

TEST_CASE("openings that say nothing or not all end in time") {
    listening at(GENERATE(0u, 1u, 2u), {{"listen.open_timeout", "30ms"}});
    const auto silent = at.raw(), slow = at.raw();
    slow->send("GET /chat HTTP/1.1\r\nHost: a\r\n");
    at.await_end(*silent);
    at.await_end(*slow);
    CHECK(slow->status() == 408);
    slow->close();
    CHECK(silent->received().empty());
    at.app.until([&] { return at.number("connections") == 0; });
    CHECK(at.history().size() == 2);
    CHECK(at.stats().at("refused").at("408") == 1);
    CHECK(at.stats().at("refused").at("none") == 1);
}

TEST_CASE("connections are spread over the I/O threads and all end with their hub") {
    std::vector<std::unique_ptr<test::raw_client>> raws;
    {
        listening at(2);
        for (int i = 0; i < 40; ++i)
            raws.push_back(at.raw_open());
        std::set<const net::io_worker*> workers;
        for (int i = 0; i < 40; ++i)
            workers.insert(at.accepted()->worker().get());
        CHECK(workers.size() == 2);
    }
    for (const auto& each : raws) {
        while (!each->ended())
            std::this_thread::yield();
    }
}
