#include "demo/plan.hpp"

#include <numeric>

#include "support/catch.hpp"

using demo::milliseconds;

namespace {

demo::settings complete(demo::settings made) {
    made.cut_every = demo::default_cut_every(made);
    made.time_limit = demo::default_time_limit(made);
    return made;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a seed gives the same plan again, another one another") {
    demo::settings wanted = complete({});
    const auto plan = demo::cut_plan(wanted);
    CHECK(plan.size() == wanted.cuts);
    CHECK(demo::cut_plan(wanted) == plan);
    wanted.seed = 2;
    CHECK(demo::cut_plan(wanted) != plan);
}

TEST_CASE("the default cuts end well before the stream, whatever the seed") {
    demo::settings wanted = complete({});
    CHECK(wanted.cut_every == milliseconds(600));
    for (wanted.seed = 1; wanted.seed <= 1000; ++wanted.seed) {
        REQUIRE(demo::flaw_of(wanted).empty());
        const auto plan = demo::cut_plan(wanted);
        REQUIRE(std::accumulate(plan.begin(), plan.end(), milliseconds(0)) <=
                demo::stream_time(wanted) * 3 / 4);
    }
}

TEST_CASE("a run that would show nothing is refused") {
    demo::settings wanted = complete({});
    wanted.cut_every = milliseconds(99);
    CHECK(holds(demo::flaw_of(wanted), "--cut-every must be at least 100ms"));
    wanted.cut_every = milliseconds(2000);
    CHECK(holds(demo::flaw_of(wanted), "the last of 10 cuts would come after"));
    wanted = complete({});
    wanted.time_limit = demo::stream_time(wanted);
    CHECK(holds(demo::flaw_of(wanted), "--time-limit must be above the 10.0 s"));
    wanted.messages = 10'000'000;
    wanted.rate = 1;
    CHECK(holds(demo::flaw_of(complete(wanted)), "a run has at most 10h"));
}
