// What messages cost a link that has been busy for a while, counted.
#include "hub/hub_link.hpp"

#include <array>
#include <iostream>

#include "net/link_support/application.hpp"
#include "unit/wire/allocations.hpp"

using namespace resock;
using hub::event_kind;
using test::application;

namespace {

// Not under a sanitizer, which is to see each of them.
constexpr bool blocks_are_shared = !RESOCK_ADDRESS_SANITIZER;

// Sends and takes `count` messages, `together` at a time.
void run(application& app, std::size_t count, std::size_t together, std::string_view bytes) {
    std::array<hub::event_ptr, 64> events;
    std::size_t sent = 0, echoed = 0;
    while (echoed < count) {
        for (; sent < count && sent - echoed < together; ++sent)
            app.link().send({.bytes = bytes});
        const std::size_t taken = app.hub().poll(10000, events);
        REQUIRE(taken > 0);
        for (std::size_t i = 0; i < taken; ++i)
            echoed += std::exchange(events[i], nullptr)->kind == event_kind::message;
    }
}

double allocations_for_each(std::size_t together) {
    constexpr std::size_t count = 20000;
    const std::string bytes(64, 'x');
    application app(0);
    app.open("echo:");
    run(app, count, together, bytes);
    test::reset_allocations();
    run(app, count, together, bytes);
    return static_cast<double>(test::allocated().count) / count;
}

} // namespace

TEST_CASE("a message of a busy link allocates nothing of its own") {
    const double each = allocations_for_each(100);
    WARN("allocations for each message there and back, both ends: " << each);
    // One is of the other end: what came masked is unmasked into memory of its own.
    if (blocks_are_shared) CHECK(each < 1.2);
}

TEST_CASE("nor does a message that goes alone, but for what its events are about") {
    const double each = allocations_for_each(1);
    WARN("allocations for each message there and back, both ends: " << each);
    // Each round trip is a burst of its own, with a CONFIRMED of its own.
    if (blocks_are_shared) CHECK(each < 4);
}
