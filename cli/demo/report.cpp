#include "demo/report.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <functional>

#include "common/text.hpp"
#include "demo/words.hpp"

namespace demo {

namespace {

constexpr std::size_t name_width = 24;
constexpr std::size_t value_width = 14;

constexpr const char* notes =
    R"(plain: a WebSocket that only reconnects. resock: at-least-once, the default, with any server.
exactly-once: a session, which the server must speak as well. While down: sent with no connection.
On the way: in the socket or on the line when it was cut. Out of order: resends aside. Time down:
from a cut to the first message that a later connection brought.
)";

boost::json::value whole_ms(const std::optional<double>& ms) {
    return ms ? boost::json::value(std::llround(*ms)) : boost::json::value(nullptr);
}

boost::json::object json_of(const figures& of) {
    boost::json::array cuts_at_ms;
    for (const double cut : of.cuts_at_s)
        cuts_at_ms.push_back(whole_ms(cut * 1000));
    return {{"sent", of.sent},
            {"arrived", of.arrived.distinct},
            {"lost", of.lost()},
            {"lost_while_down", of.sent_while_down},
            {"arrived_twice", of.arrived.twice},
            {"out_of_order", of.arrived.out_of_order},
            {"connections", of.connections},
            {"cuts", of.cuts},
            {"cuts_at_ms", cuts_at_ms},
            {"down_median_ms", whole_ms(of.down_median_ms)},
            {"down_worst_ms", whole_ms(of.down_worst_ms)},
            {"run_ms", whole_ms(of.seconds * 1000)}};
}

} // namespace

std::vector<row> table_of(const outcome& shown) {
    std::vector<row> rows;
    const auto add = [&](const char* name, const std::function<std::string(const figures&)>& of) {
        rows.push_back({name, {}});
        for (const figures& each : shown.sides)
            rows.back().values.push_back(of(each));
    };
    add("sent", [](const figures& of) { return grouped(of.sent); });
    add("arrived (distinct)", [](const figures& of) { return grouped(of.arrived.distinct); });
    add("lost", [](const figures& of) { return grouped(of.lost()); });
    add("  while down", [](const figures& of) { return grouped(of.sent_while_down); });
    add("  on the way", [](const figures& of) { return grouped(of.lost() - of.sent_while_down); });
    add("arrived twice", [](const figures& of) { return grouped(of.arrived.twice); });
    add("out of order", [](const figures& of) { return grouped(of.arrived.out_of_order); });
    add("connections", [](const figures& of) { return grouped(of.connections); });
    add("cuts", [](const figures& of) { return grouped(of.cuts); });
    add("time down, median", [](const figures& of) { return in_ms(of.down_median_ms); });
    add("time down, worst", [](const figures& of) { return in_ms(of.down_worst_ms); });
    add("whole run", [](const figures& of) { return fixed(of.seconds, 1) + " s"; });
    return rows;
}

std::string text_of(const outcome& shown) {
    std::string made = std::string(name_width, ' ');
    for (const figures& each : shown.sides)
        made += right(each.name, value_width);
    made += "\n";
    for (const row& each : table_of(shown)) {
        made += cli::padded(each.name, name_width);
        for (const std::string& value : each.values)
            made += right(value, value_width);
        made += "\n";
    }
    return made + "\n" + notes + "The same cuts again: --seed " +
           std::to_string(shown.wanted.seed) + "\n";
}

std::string json_of(const outcome& shown) {
    boost::json::array plan;
    for (const milliseconds age : shown.plan)
        plan.push_back(age.count());
    boost::json::object sides;
    for (const figures& each : shown.sides)
        sides[each.name] = json_of(each);
    const std::string complaint = shown.complaint();
    boost::json::object made = {{"seed", shown.wanted.seed},
                                {"messages", shown.wanted.messages},
                                {"rate", shown.wanted.rate},
                                {"delay_ms", shown.wanted.delay.count()},
                                {"cut_every_ms", shown.wanted.cut_every.count()},
                                {"cut_plan_ms", plan},
                                {"sides", sides},
                                {"passed", complaint.empty()},
                                {"complaint", nullptr}};
    if (!complaint.empty()) made["complaint"] = complaint;
    return boost::json::serialize(made) + "\n";
}

std::string headline_of(const settings& wanted) {
    return grouped(wanted.messages) + " messages at " + grouped(wanted.rate) + "/s, " +
           grouped(wanted.cuts) + " cuts by RST, " + std::to_string(wanted.delay.count()) +
           " ms one way, seed " + std::to_string(wanted.seed);
}

} // namespace demo
