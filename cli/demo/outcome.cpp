#include "demo/outcome.hpp"

#include <algorithm>

namespace demo {

namespace {

void add(std::string& to, const std::string& sentence) {
    to += (to.empty() ? "" : "; ") + sentence;
}

std::string count(std::uint64_t number) {
    return std::to_string(number);
}

} // namespace

// A run that was ended early has lost nothing for that.
std::string outcome::ended_early() const {
    const auto slower =
        std::min_element(sides.begin() + 1, sides.end(), [](const figures& a, const figures& b) {
            return a.arrived.distinct < b.arrived.distinct;
        });
    const std::string missing = count(wanted.messages - slower->arrived.distinct) +
                                " messages had not yet been sent or arrived over " + slower->name;
    if (signal != 0)
        return "stopped by signal " + count(static_cast<std::uint64_t>(signal)) + ": " + missing;
    if (out_of_time)
        return "it did not end within " +
               count(static_cast<std::uint64_t>(wanted.time_limit.count())) + "ms: " + missing +
               "; raise --time-limit";
    return {};
}

std::string outcome::complaint() const {
    std::string found = ended_early();
    if (!found.empty()) return found;
    for (const figures& each : sides) {
        if (!each.failure.empty()) add(found, "the client " + each.name + ": " + each.failure);
        if (each.cuts < wanted.cuts)
            add(found, "only " + count(each.cuts) + " of " + count(wanted.cuts) +
                           " cuts happened to " + each.name +
                           ", so this proves nothing: ask for a lower --rate or a shorter "
                           "--cut-every");
    }
    for (std::size_t i = 1; i < sides.size(); ++i)
        judge(sides[i], found);
    if (sides.back().arrived.twice > 0)
        add(found,
            sides.back().name + " brought " + count(sides.back().arrived.twice) + " a second time");
    return found;
}

// What both ways of resock promise.
void outcome::judge(const figures& ours, std::string& found) const {
    const std::string& name = ours.name;
    if (ours.sent < wanted.messages)
        add(found, name + " sent only " + count(ours.sent) + " of " + count(wanted.messages));
    if (ours.lost() > 0) add(found, name + " lost " + count(ours.lost()) + " messages");
    if (ours.arrived.out_of_order > 0)
        add(found, name + " brought " + count(ours.arrived.out_of_order) + " out of order");
    if (ours.arrived.damaged > 0)
        add(found, name + " brought " + count(ours.arrived.damaged) + " that were not sent");
}

std::vector<double> down_times(const std::vector<clock::time_point>& cuts_at,
                               const std::vector<clock::time_point>& first_at) {
    std::vector<double> found;
    for (const clock::time_point cut : cuts_at) {
        std::optional<clock::time_point> next;
        for (const clock::time_point first : first_at) {
            if (first > cut && (!next || first < *next)) next = first;
        }
        if (!next) continue;
        const std::chrono::duration<double, std::milli> down = *next - cut;
        found.push_back(down.count());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::optional<double> median(const std::vector<double>& ascending) {
    if (ascending.empty()) return std::nullopt;
    const std::size_t middle = ascending.size() / 2;
    if (ascending.size() % 2 == 1) return ascending[middle];
    return (ascending[middle - 1] + ascending[middle]) / 2;
}

} // namespace demo
