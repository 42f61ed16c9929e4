#include "hub/admission.hpp"

#include <thread>

#include "support/catch.hpp"

using namespace resock::hub;
using outcome = admission::outcome;

namespace {

std::shared_ptr<admission> limits(std::uint64_t connections, std::uint64_t per_address,
                                  std::function<void()> emptied = {}) {
    return std::make_shared<admission>(connections, per_address, std::move(emptied));
}

} // namespace

TEST_CASE("connections are let in up to the limit, and again once one has gone") {
    const auto door = limits(2, 10);
    const auto first = door->enter("192.0.2.1");
    auto second = door->enter("192.0.2.2");
    CHECK(first.outcome == outcome::pass);
    CHECK(second.outcome == outcome::pass);
    const auto third = door->enter("192.0.2.3");
    CHECK(third.outcome == outcome::full);
    CHECK(third.slot); // held until it was told so
    CHECK(door->inside() == 3);
    second.slot.reset();
    CHECK(door->enter("192.0.2.3").outcome == outcome::pass);
}

TEST_CASE("one address has its own limit, others are not touched by it") {
    const auto door = limits(10, 2);
    auto first = door->enter("192.0.2.1");
    const auto second = door->enter("192.0.2.1");
    CHECK(door->enter("192.0.2.1").outcome == outcome::address_full);
    CHECK(door->enter("192.0.2.2").outcome == outcome::pass);
    first.slot.reset();
    CHECK(door->enter("192.0.2.1").outcome == outcome::pass);
}

TEST_CASE("unix sockets have no address: only the limit of all counts") {
    const auto door = limits(3, 1);
    std::vector<admission::entry> inside;
    for (int i = 0; i < 3; ++i) {
        inside.push_back(door->enter(""));
        CHECK(inside.back().outcome == outcome::pass);
    }
    CHECK(door->enter("").outcome == outcome::full);
}

TEST_CASE("those to be refused have 256 places, beyond them nothing is held") {
    const auto door = limits(1, 1);
    const auto inside = door->enter("192.0.2.1");
    std::vector<admission::entry> excess;
    for (std::uint64_t i = 0; i < admission::max_excess; ++i) {
        excess.push_back(door->enter("192.0.2.2"));
        REQUIRE(excess.back().outcome == outcome::full);
    }
    const auto beyond = door->enter("192.0.2.2");
    CHECK(beyond.outcome == outcome::drop);
    CHECK_FALSE(beyond.slot);
    CHECK(door->inside() == 1 + admission::max_excess);
    excess.pop_back();
    CHECK(door->enter("192.0.2.2").outcome == outcome::full);
}

TEST_CASE("whoever is refused does not count for its address") {
    const auto door = limits(10, 1);
    auto inside = door->enter("192.0.2.1");
    const auto refused = door->enter("192.0.2.1");
    CHECK(refused.outcome == outcome::address_full);
    inside.slot.reset();
    CHECK(door->enter("192.0.2.1").outcome == outcome::pass);
}

TEST_CASE("the last to leave is told, each time, and may ask how many are inside") {
    int emptied = 0;
    std::uint64_t inside = 99;
    std::shared_ptr<admission> door;
    door = limits(1, 1, [&] {
        ++emptied;
        inside = door->inside();
    });
    auto first = door->enter("192.0.2.1");
    auto refused = door->enter("192.0.2.1");
    first.slot.reset();
    CHECK(emptied == 0);
    refused.slot.reset();
    CHECK(emptied == 1);
    CHECK(inside == 0);
    door->enter("192.0.2.1");
    CHECK(emptied == 2);
}

TEST_CASE("a place keeps its admission alive") {
    int emptied = 0;
    auto door = limits(1, 1, [&] { ++emptied; });
    auto held = door->enter("192.0.2.1");
    door.reset();
    held.slot.reset();
    CHECK(emptied == 1);
}

TEST_CASE("threads enter and leave: never more than the limits, none left at the end") {
    const auto door = limits(4, 2);
    std::atomic<int> inside{0}, most{0};
    const auto work = [&](const std::string& ip) {
        for (int i = 0; i < 2000; ++i) {
            const auto entry = door->enter(ip);
            if (entry.outcome != outcome::pass) continue;
            const int now = ++inside;
            int seen = most;
            while (now > seen && !most.compare_exchange_weak(seen, now)) {
            }
            --inside; // before the place is free
        }
    };
    std::vector<std::thread> running;
    for (const char* ip : {"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", ""})
        running.emplace_back(work, ip);
    for (std::thread& each : running)
        each.join();
    CHECK(most >= 1);
    CHECK(most <= 4);
    CHECK(door->inside() == 0);
}
