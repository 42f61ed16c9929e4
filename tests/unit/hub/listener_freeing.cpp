// Listeners that end while connections come and go.
#include <atomic>
#include <thread>

#include "hub/listener.hpp"
#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::listening;
using test::raw_client;
using test::status_of;

TEST_CASE("freed, a listener takes no calls; its links stay") {
    listening at(GENERATE(0u, 1u, 2u));
    hub::hub_link& client = at.connect();
    const auto link = at.accepted();
    at.first(event_kind::open, *link);
    const auto door = at.door().shared_from_this();
    at.free();
    CHECK(status_of([&] { door->close(); }) == status::closed);
    CHECK(status_of([&] { door->drain(1001, {}); }) == status::closed);
    CHECK(status_of([&] { door->accept(1, nullptr, 0); }) == status::closed);
    CHECK(status_of([&] { door->refuse(1, 403, {}, ""); }) == status::closed);
    CHECK(status_of([&] { door->reload(); }) == status::closed);
    test::send_text(client, "still here");
    CHECK(at.first(event_kind::message, *link).bytes() == "still here");
}

TEST_CASE("the hub closes with everything under way") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    const auto accept = GENERATE("auto", "ask");
    std::vector<std::unique_ptr<raw_client>> raws;
    std::shared_ptr<hub::listener> door;
    {
        listening at(threads, {{"listen.accept", accept}});
        door = at.door().shared_from_this();
        for (int i = 0; i < 20; ++i) {
            raws.push_back(i % 3 == 0 ? at.raw() : at.raw_open());
            if (i % 3 == 1) raws.back()->send("unasked");
        }
        at.app.await(door->settings().ask ? event_kind::request : event_kind::accepted);
        at.app.hub().close();
    }
    CHECK(status_of([&] { door->close(); }) == status::closed);
    CHECK(status_of([&] { door->accept(1, nullptr, 0); }) == status::closed);
    door.reset();
    for (const auto& each : raws) {
        while (!each->ended())
            std::this_thread::yield();
    }
}

TEST_CASE("drain while connections come: all are told, and CLOSED comes last") {
    const unsigned threads = GENERATE(1u, 2u);
    for (int round = 0; round < 10; ++round) {
        listening at(threads, {{"listen.accept", round % 2 ? "auto" : "ask"}});
        std::vector<std::unique_ptr<raw_client>> raws;
        std::atomic<bool> begun{false};
        const std::string address = at.address();
        std::thread flood([&] {
            try {
                for (int i = 0; i < 100; ++i) {
                    raws.push_back(std::make_unique<raw_client>(address));
                    raws.back()->open();
                    begun = i >= round;
                }
            } catch (const std::exception&) { // nobody listens any more
            }
            begun = true;
        });
        while (!begun)
            std::this_thread::yield();
        at.door().drain(1012, std::chrono::milliseconds(20));
        flood.join();
        const auto over = [](const auto& each) {
            const bool ended = each->ended();
            if (ended) each->close(); // what was answered is not waited for any more
            return ended;
        };
        at.app.until([&] { return std::all_of(raws.begin(), raws.end(), over); });
        at.await_over();
        CHECK(at.app.seen().back()->listener_id() == at.door().id());
        CHECK(at.number("connections") == 0);
    }
}
