#include "demo/side.hpp"

namespace demo {

namespace {

constexpr std::size_t stretches = 1080; // twice what a picture can show

double seconds_between(clock::time_point from, clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

figures side::figures_since(clock::time_point started) const {
    figures made;
    made.name = name;
    made.sent = client->sent();
    made.sent_while_down = client->sent_while_down();
    made.arrived = received.counted();
    made.connections = line->connections();
    made.cuts = line->cuts();
    const auto cuts_at = line->cuts_at();
    const std::vector<double> down = down_times(cuts_at, received.first_at());
    made.down_median_ms = median(down);
    if (!down.empty()) made.down_worst_ms = down.back();
    made.seconds = seconds_between(started, client->finished_at());
    for (const clock::time_point cut : cuts_at)
        made.cuts_at_s.push_back(seconds_between(started, cut));
    made.fates = received.fates(stretches);
    made.failure = client->failure();
    return made;
}

} // namespace demo
