#include "session/id_runs.hpp"

#include <map>

#include "support/catch.hpp"

namespace resock::session {

TEST_CASE("an id is found by the frame that its message ends with") {
    id_runs runs;
    runs.add(1, 1);
    runs.add(2, 2);
    runs.add(5, 3); // three frames
    CHECK(runs.take(1) == 1);
    CHECK(runs.take(4) == 2);
    CHECK(runs.take(4) == 0); // told before
    CHECK(runs.take(5) == 3);
    CHECK(runs.take(100) == 0);
}

TEST_CASE("runs answer as a map does, whatever the messages' frames and the gaps of ids") {
    std::uint64_t random = 1;
    const auto next = [&](std::uint64_t below) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        return (random >> 33) % below;
    };
    id_runs runs;
    std::map<std::uint64_t, std::uint64_t> model;
    std::uint64_t seq = 0, id = 0, done = 0;
    for (int i = 0; i < 5000; ++i) {
        seq += next(4) ? 1 : 1 + next(3);
        id += next(10) ? 1 : 2;
        runs.add(seq, id);
        model[seq] = id;
        if (next(3)) continue;
        done += next(seq - done + 1);
        std::uint64_t expected = 0;
        while (!model.empty() && model.begin()->first <= done) {
            expected = model.begin()->second;
            model.erase(model.begin());
        }
        CHECK(runs.take(done) == expected);
    }
}

TEST_CASE("a peer that never says DONE costs no more than so many runs") {
    id_runs runs;
    for (std::uint64_t i = 1; i <= 2 * id_runs::max_runs; ++i)
        runs.add(i, 2 * i); // each a run of its own
    CHECK(runs.take(id_runs::max_runs) == 0);
    CHECK(runs.take(2 * id_runs::max_runs) == 4 * id_runs::max_runs);
}

} // namespace resock::session
