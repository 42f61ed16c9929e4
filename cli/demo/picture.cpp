#include "demo/picture.hpp"

#include <algorithm>

#include "demo/chart.hpp"
#include "demo/report.hpp"
#include "demo/words.hpp"

namespace demo {

namespace {

constexpr double width = 960;
constexpr double height = 582;
constexpr box missing_box = {76, 112, 460, 206};
constexpr box strip_boxes[side_count] = {
    {76, 388, 460, 32}, {76, 448, 460, 32}, {76, 508, 460, 32}};
constexpr double table_x = 562;
constexpr double column_right[side_count] = {742, 820, 928};
constexpr double table_right = column_right[side_count - 1];
constexpr double row_height = 24.5;
constexpr double headroom = 1.12; // above the highest value

const char* const colours[side_count] = {"plain", "resock", "exact"};

constexpr const char* style = R"(<style>
text{font:13px -apple-system,"Segoe UI",Helvetica,Arial,"Liberation Sans",sans-serif;fill:#1f2328}
.card{fill:#fff;stroke:#d1d9e0;rx:10px}
.title{font-size:21px;font-weight:600}.head{font-weight:600}.big{font-size:15px;font-weight:600}
.dim{fill:#59636e;font-size:12px}.grid{stroke:#d1d9e0;stroke-width:1}.axis{stroke:#818b98}
.figure{font-variant-numeric:tabular-nums}
text.plain{fill:#bc4c00}text.resock{fill:#0969da}text.exact{fill:#1a7f37}
path{fill:none;stroke-width:1.8;stroke-linejoin:round}
path.plain{stroke:#e0651a}path.resock{stroke:#0969da}path.exact{stroke:#1a7f37}
.below,.once,.twice{stroke:none!important}.below.plain{fill:#e0651a;fill-opacity:.16}
.below.resock{fill:#0969da;fill-opacity:.3}.below.exact{fill:#1a7f37;fill-opacity:.3}
.once.plain{fill:#e8824a}.once.resock{fill:#4493f8}.once.exact{fill:#4ac26b}.twice{fill:#0a3069}
path.cut{stroke:#cf222e;stroke-width:1;stroke-dasharray:3 3;stroke-opacity:.6}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}.card{fill:#0d1117;stroke:#3d444d}.dim{fill:#9198a1}.grid{stroke:#2a313c}
.axis{stroke:#656c76}text.plain{fill:#f0883e}text.resock{fill:#58a6ff}text.exact{fill:#3fb950}
path.plain{stroke:#f0883e}path.resock{stroke:#58a6ff}path.exact{stroke:#3fb950}
.below.plain{fill:#f0883e}.below.resock{fill:#58a6ff}.below.exact{fill:#3fb950}.twice{fill:#cae8ff}path.cut{stroke:#ff7b72}}
</style>
)";

double missing_at(const sample& taken, std::size_t side) {
    return static_cast<double>(taken.sent[side] - taken.distinct[side]);
}

std::vector<point> missing_of(const outcome& shown, std::size_t side) {
    std::vector<point> points;
    for (const sample& each : shown.course.all())
        points.emplace_back(each.at_s, missing_at(each, side));
    return points;
}

double highest(const std::vector<point>& points) {
    double found = 0;
    for (const point& each : points)
        found = std::max(found, each.second);
    return found;
}

// Of the part below the label at the right.
double late_highest(const std::vector<point>& points, double whole_s) {
    double found = 0;
    for (const point& each : points) {
        if (each.first > 0.8 * whole_s) found = std::max(found, each.second);
    }
    return found;
}

std::string cuts_on(const scale& to, const figures& of, const std::string& look) {
    std::vector<double> at;
    for (const double cut : of.cuts_at_s)
        at.push_back(to.x(cut));
    return strokes(to.on, at, "cut " + look);
}

std::string frame(const scale& to, const std::string& title, int wanted_ticks) {
    std::string made = text_at(to.on.x, to.on.y - 10, "head", anchor::start, title);
    for (const double each : ticks(to.most_y, wanted_ticks)) {
        made += line_between(to.on.x, to.y(each), to.on.right(), to.y(each), "grid");
        made += text_at(to.on.x - 8, to.y(each) + 4, "dim", anchor::end,
                        grouped(static_cast<std::uint64_t>(each)));
    }
    made += text_at(to.on.x - 8, to.on.bottom() + 4, "dim", anchor::end, "0");
    return made + line_between(to.on.x, to.on.bottom(), to.on.right(), to.on.bottom(), "axis");
}

std::string time_axis(const scale& to) {
    std::string made;
    const std::vector<double> marks = ticks(to.most_x, 10);
    const int digits = marks.empty() || marks.front() >= 1 ? 0 : marks.front() >= 0.1 ? 1 : 2;
    for (const double each : marks) {
        made += line_between(to.x(each), to.on.bottom(), to.x(each), to.on.bottom() + 5, "axis");
        made +=
            text_at(to.x(each), to.on.bottom() + 20, "dim", anchor::middle, fixed(each, digits));
    }
    return made + text_at(to.on.x, to.on.bottom() + 20, "dim", anchor::middle, "0 s");
}

std::string missing_chart(const outcome& shown, double whole_s) {
    std::vector<point> curves[side_count];
    double most = 1;
    for (std::size_t side = 0; side < side_count; ++side) {
        curves[side] = missing_of(shown, side);
        most = std::max(most, highest(curves[side]));
    }
    const scale to = {missing_box, whole_s, most * headroom};
    std::string made = frame(to, "messages sent, but not arrived", 4);
    made += cuts_on(to, shown.sides.front(), "plain");
    for (std::size_t side = 0; side < side_count; ++side) {
        const std::string look = colours[side];
        made += area_below(to, curves[side], "below " + look) + curve(to, curves[side], look);
        const figures& of = shown.sides[side];
        const double y = to.y(late_highest(curves[side], whole_s)) - 9;
        // Those that lose nothing are side by side, since their curves lie on each other.
        const double x = to.on.right() - 4 - (side == 1 ? 64 : 0);
        made += text_at(x, y, "big " + look, anchor::end, grouped(of.lost()) + " lost");
    }
    return made;
}

// Where a message is missing nothing is drawn, so that the card shows through.
std::string stretches_of(const scale& to, const std::vector<fate>& fates, const std::string& look) {
    std::vector<std::pair<double, double>> once, twice;
    const auto edge = [&](std::size_t stretch) {
        return to.x(to.most_x * static_cast<double>(stretch) / static_cast<double>(fates.size()));
    };
    for (std::size_t first = 0, next = 0; first < fates.size(); first = next) {
        while (next < fates.size() && fates[next] == fates[first])
            ++next;
        if (fates[first] == fate::arrived) once.emplace_back(edge(first), edge(next));
        if (fates[first] == fate::twice) twice.emplace_back(edge(first), edge(next));
    }
    return blocks(to.on, once, "once " + look) + blocks(to.on, twice, "twice " + look);
}

std::string strips(const outcome& shown, double whole_s) {
    const std::string names[side_count] = {"plain WebSocket that reconnects",
                                           "resock, at-least-once: any server",
                                           "resock, exactly-once: the server speaks resock.v1"};
    std::string made = text_at(strip_boxes[0].x, strip_boxes[0].y - 34, "head", anchor::start,
                               "every message, at the time it was sent");
    for (std::size_t side = 0; side < side_count; ++side) {
        const box& on = strip_boxes[side];
        const scale to = {on, whole_s, 1};
        // The stream may end before the run does.
        const double sent_s = std::min(whole_s, static_cast<double>(shown.wanted.messages) /
                                                    static_cast<double>(shown.wanted.rate));
        const scale stream = {{on.x, on.y, to.x(sent_s) - on.x, on.height}, sent_s, 1};
        made += text_at(on.x, on.y - 13, "dim", anchor::start, names[side]);
        made += stretches_of(stream, shown.sides[side].fates, colours[side]);
        const scale above = {{on.x, on.y - 9, on.width, 7}, whole_s, 1};
        made += cuts_on(above, shown.sides[side], colours[side]);
        if (side + 1 == side_count) made += time_axis(to);
    }
    return made;
}

std::string table(const outcome& shown) {
    double y = missing_box.y - 10;
    std::string made;
    for (std::size_t side = 0; side < side_count; ++side)
        made += text_at(column_right[side], y, "head " + std::string(colours[side]), anchor::end,
                        shown.sides[side].name);
    for (const row& each : table_of(shown)) {
        y += row_height;
        const std::string look = each.name == "lost" ? "head figure" : "figure";
        const std::string name = each.name.substr(each.name.find_first_not_of(' '));
        const bool is_part = name != each.name;
        made +=
            text_at(table_x + (is_part ? 12 : 0), y, is_part ? "dim" : look, anchor::start, name);
        for (std::size_t side = 0; side < side_count; ++side)
            made += text_at(column_right[side], y, look, anchor::end, each.values[side]);
        made += line_between(table_x, y + 8, table_right, y + 8, "grid");
    }
    return made;
}

std::string legend() {
    const double words_x = table_x + 50;
    double y = 443;
    std::string made = strokes({0, y - 6, 0, 12}, {table_x + 18}, "cut") +
                       text_at(words_x, y + 4, "dim", anchor::start, "the line is cut (RST)");
    y += 20;
    for (std::size_t side = 0; side < side_count; ++side)
        made += rectangle({table_x + 13.0 * static_cast<double>(side), y - 6, 11, 11},
                          "once " + std::string(colours[side]));
    made += text_at(words_x, y + 4, "dim", anchor::start, "arrived; a gap: lost");
    y += 20;
    return made + rectangle({table_x + 13, y - 6, 11, 11}, "twice resock") +
           text_at(words_x, y + 4, "dim", anchor::start, "arrived twice (sent again)");
}

} // namespace

std::string svg_of(const outcome& shown) {
    const double whole_s =
        shown.course.all().empty() ? 1.0 : std::max(shown.course.all().back().at_s, 0.001);
    const std::string title = grouped(shown.wanted.messages) +
                              " messages over a line that is cut " + grouped(shown.wanted.cuts) +
                              (shown.wanted.cuts == 1 ? " time" : " times");
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + fixed(width, 0) + " " +
           fixed(height, 0) + "\" width=\"" + fixed(width, 0) + "\" height=\"" + fixed(height, 0) +
           "\" role=\"img\">\n<title>" + title + "</title>\n<desc>" + headline_of(shown.wanted) +
           "</desc>\n" + style + rectangle({0.5, 0.5, width - 1, height - 1}, "card") +
           text_at(32, 42, "title", anchor::start, title) +
           text_at(32, 64, "dim", anchor::start, headline_of(shown.wanted) + " (resock demo)") +
           missing_chart(shown, whole_s) + strips(shown, whole_s) + table(shown) + legend() +
           "</svg>\n";
}

} // namespace demo
