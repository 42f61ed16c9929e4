#include "chaos/engine/delay_line.hpp"

#include <string>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using chaos::delay_line;
using chaos::way;

namespace {

const chaos::clock::time_point start{1h};

delay_line line_of(const chaos::settings& faults) {
    return delay_line(faults, 1, way::to_server);
}

void add(delay_line& line, const std::string& bytes, chaos::clock::time_point now = start) {
    line.add(bytes.data(), bytes.size(), now);
}

// When each piece arrives, after `start`.
std::vector<chaos::clock::duration> arrivals(delay_line& line) {
    std::vector<chaos::clock::duration> found;
    for (; !line.empty(); line.written(line.front().bytes.size()))
        found.push_back(line.front().due - start);
    return found;
}

} // namespace

TEST_CASE("what is not delayed may go past an empty line only") {
    delay_line line = line_of({});
    CHECK(line.may_be_passed());
    add(line, "abc");
    CHECK_FALSE(line.may_be_passed());
    CHECK(line.front().due == start);
    line.written(2);
    CHECK(line.front().written == 2);
    line.written(1);
    CHECK(line.empty());
    CHECK(line.may_be_passed());

    chaos::settings faults;
    faults.delay = 1ms;
    CHECK_FALSE(line_of(faults).may_be_passed());
}

TEST_CASE("a delay is the same for all") {
    chaos::settings faults;
    faults.delay = 80ms;
    delay_line line = line_of(faults);
    add(line, "a");
    add(line, "b", start + 5ms);
    line.add_end(delay_line::ending::fin, start + 6ms);
    CHECK(line.front().due == start + 80ms);
    line.written(1);
    CHECK(line.front().due == start + 85ms);
    line.written(1);
    CHECK(line.front().end == delay_line::ending::fin);
    CHECK(line.front().due == start + 86ms);
    line.remove_end();
    CHECK(line.empty());
}

TEST_CASE("jitter keeps the order, stays in its range, and is repeated by its seed") {
    chaos::settings faults;
    faults.delay = 10ms;
    faults.jitter = 40ms;
    const auto run = [&](std::uint64_t seed, way direction) {
        faults.seed = seed;
        delay_line line(faults, 1, direction);
        for (int i = 0; i < 50; ++i)
            add(line, "x", start + i * 1ms);
        return arrivals(line);
    };
    const auto first = run(7, way::to_server);
    CHECK(first == run(7, way::to_server));
    CHECK(first != run(8, way::to_server));
    CHECK(first != run(7, way::to_client));
    CHECK(std::is_sorted(first.begin(), first.end()));
    CHECK(first.front() >= 10ms);
    CHECK(first.back() <= 49ms + 50ms);
}

TEST_CASE("a bandwidth lets no more pass in a second, in pieces of a fiftieth of it") {
    chaos::settings faults;
    faults.bandwidth = 1000;
    delay_line line = line_of(faults);
    CHECK(line.room() == 100); // what it carries in 100 ms
    add(line, std::string(100, 'x'));
    CHECK(line.room() == 0);
    CHECK(arrivals(line) == std::vector<chaos::clock::duration>{20ms, 40ms, 60ms, 80ms, 100ms});
    add(line, std::string(20, 'x'), start + 50ms); // the line is still busy
    CHECK(line.front().due == start + 120ms);
    line.written(20);
    add(line, std::string(20, 'x'), start + 1s); // it was idle, which is not saved up
    CHECK(line.front().due == start + 1s + 20ms);
}

TEST_CASE("what a line holds is bounded, whatever the pieces") {
    chaos::settings faults;
    faults.delay = 1h;
    faults.buffer_bytes = 4096;
    delay_line line = line_of(faults);
    CHECK(line.room() == 4096);
    add(line, std::string(4096, 'x'));
    CHECK(line.room() == 0);
    line.clear();
    CHECK(line.room() == 4096);
    int pieces = 0;
    for (; line.room() > 0; ++pieces)
        add(line, "x");
    CHECK(pieces < 40); // each costs memory of its own

    faults.bandwidth = 1;
    CHECK(line_of(faults).room() == 3600);
    faults.bandwidth = 1'000'000'000;
    CHECK(line_of(faults).room() == 4096);
}
