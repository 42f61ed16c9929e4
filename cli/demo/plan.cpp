#include "demo/plan.hpp"

#include <algorithm>
#include <numeric>

#include "chaos/engine/dice.hpp"

namespace demo {

namespace {

constexpr double share_of_stream = 0.6; // that the cuts take, on average
constexpr milliseconds shortest_cut_every{100};
constexpr int shortest_in_delays = 10; // an opening takes two, and a confirmation two more
constexpr milliseconds grace{30'000};
constexpr milliseconds longest_stream = std::chrono::hours(10);

milliseconds least_cut_every(const settings& wanted) {
    return std::max(shortest_cut_every, shortest_in_delays * wanted.delay);
}

std::string seconds(milliseconds span) {
    const auto tenths = (span.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

} // namespace

milliseconds stream_time(const settings& wanted) {
    return milliseconds(wanted.messages * 1000 / wanted.rate);
}

milliseconds default_cut_every(const settings& wanted) {
    const double share = share_of_stream * static_cast<double>(stream_time(wanted).count()) /
                         static_cast<double>(wanted.cuts);
    return std::max(least_cut_every(wanted), milliseconds(static_cast<std::int64_t>(share)));
}

milliseconds default_time_limit(const settings& wanted) {
    return 2 * stream_time(wanted) + grace;
}

chaos::settings faults_of(const settings& wanted, const chaos::address& to) {
    chaos::settings made;
    made.to = to;
    made.cut_every.age = wanted.cut_every;
    made.cuts = wanted.cuts;
    made.reset = true;
    made.delay = wanted.delay;
    made.seed = wanted.seed;
    return made;
}

std::vector<milliseconds> cut_plan(const settings& wanted) {
    const chaos::settings faults = faults_of(wanted, {});
    std::vector<milliseconds> ages;
    for (std::uint64_t connection = 1; connection <= wanted.cuts; ++connection)
        ages.push_back(*chaos::fate_of(faults, connection).cut_at_age);
    return ages;
}

std::string flaw_of(const settings& wanted) {
    if (stream_time(wanted) > longest_stream)
        return "it would take " + seconds(stream_time(wanted)) + " to send " +
               std::to_string(wanted.messages) + " messages at " + std::to_string(wanted.rate) +
               "/s, and a run has at most 10h: ask for fewer --messages or a higher --rate";
    if (wanted.cut_every < least_cut_every(wanted))
        return "--cut-every must be at least " + std::to_string(least_cut_every(wanted).count()) +
               "ms with this --delay, or connections are cut before they have opened";
    const std::vector<milliseconds> ages = cut_plan(wanted);
    const milliseconds last = std::accumulate(ages.begin(), ages.end(), milliseconds(0));
    if (last >= stream_time(wanted))
        return "the last of " + std::to_string(wanted.cuts) + " cuts would come after " +
               seconds(last) + ", and the messages are all sent after " +
               seconds(stream_time(wanted)) +
               ": ask for more --messages, a lower --rate, fewer --cuts or a shorter --cut-every";
    if (wanted.time_limit <= stream_time(wanted))
        return "--time-limit must be above the " + seconds(stream_time(wanted)) +
               " that it takes to send " + std::to_string(wanted.messages) + " messages at " +
               std::to_string(wanted.rate) + "/s";
    return {};
}

} // namespace demo
