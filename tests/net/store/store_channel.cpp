#include "net/store/store_channel.hpp"

#include "net/store/support/records.hpp"
#include "support/catch.hpp"

using namespace resock;
using state = net::session_store::channel::state;

TEST_CASE("the same trouble is told once, until something was stored or it is another") {
    std::vector<std::string> told;
    state channel(test::sid_of(1),
                  {[&](std::uint64_t through) { told.push_back(std::to_string(through)); },
                   [&](const std::string& text, bool for_good) {
                       told.push_back(text + (for_good ? "!" : ""));
                   }});
    channel.tell_failed("full", false);
    channel.tell_failed("full", false);
    channel.tell_failed("broken", true);
    channel.tell_failed("broken", true);
    channel.tell_stored(3);
    channel.tell_failed("broken", true);
    CHECK(told == std::vector<std::string>{"full", "broken!", "3", "broken!"});
}

TEST_CASE("a silenced channel tells nothing, also when a callback silences it") {
    int calls = 0;
    std::unique_ptr<state> channel;
    channel = std::make_unique<state>(test::sid_of(1), net::store_callbacks{[&](std::uint64_t) {
                                                                                ++calls;
                                                                                channel->silence();
                                                                                ++calls;
                                                                            },
                                                                            {}});
    channel->tell_stored(1);
    channel->tell_stored(2);
    channel->tell_failed("x", false);
    CHECK(calls == 2);
}

TEST_CASE("callbacks may be left out") {
    state channel(test::sid_of(1), {});
    channel.tell_stored(1);
    channel.tell_failed("x", true);
}
