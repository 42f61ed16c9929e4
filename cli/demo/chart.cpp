#include "demo/chart.hpp"

#include <algorithm>
#include <cmath>

#include "demo/words.hpp"

namespace demo {

namespace {

std::string at(const char* name, double value) {
    return std::string(" ") + name + "=\"" + fixed(value, 1) + "\"";
}

std::string of_class(const std::string& look) {
    return " class=\"" + look + "\"";
}

// "L10.0 20.0L11.0 …", one for each point.
std::string segments(const scale& to, const std::vector<point>& points) {
    std::string made;
    std::string before;
    for (const auto& [x, y] : points) {
        const std::string here = fixed(to.x(x), 1) + " " + fixed(to.y(y), 1);
        if (here != before) made += "L" + here;
        before = here;
    }
    return made;
}

} // namespace

double scale::x(double value) const {
    return on.x + on.width * std::clamp(value / most_x, 0.0, 1.0);
}

double scale::y(double value) const {
    return on.bottom() - on.height * std::clamp(value / most_y, 0.0, 1.0);
}

std::vector<double> ticks(double most, int wanted) {
    if (!(most > 0)) return {};
    const double rough = most / wanted;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {5.0, 2.0, 1.0}) {
        if (factor * power >= rough) step = factor * power;
    }
    std::vector<double> made;
    for (int i = 1; i * step <= most * 1.0001; ++i)
        made.push_back(i * step);
    return made;
}

std::string text_at(double x, double y, const std::string& look, anchor where,
                    const std::string& words) {
    const char* anchors[] = {"start", "middle", "end"};
    return "<text" + at("x", x) + at("y", y) + of_class(look) + " text-anchor=\"" +
           anchors[static_cast<int>(where)] + "\">" + words + "</text>\n";
}

std::string line_between(double x1, double y1, double x2, double y2, const std::string& look) {
    return "<line" + at("x1", x1) + at("y1", y1) + at("x2", x2) + at("y2", y2) + of_class(look) +
           "/>\n";
}

std::string rectangle(const box& shape, const std::string& look) {
    return "<rect" + at("x", shape.x) + at("y", shape.y) + at("width", shape.width) +
           at("height", shape.height) + of_class(look) + "/>\n";
}

std::string strokes(const box& on, const std::vector<double>& at, const std::string& look) {
    const std::string upright = " " + fixed(on.y, 1) + "V" + fixed(on.bottom(), 1);
    std::string path;
    std::string before;
    for (const double each : at) {
        const std::string x = fixed(each, 1);
        if (x != before) path += "M" + x + upright;
        before = x;
    }
    return "<path" + of_class(look) + " d=\"" + path + "\"/>\n";
}

std::string blocks(const box& on, const std::vector<std::pair<double, double>>& edges,
                   const std::string& look) {
    const std::string down = "v" + fixed(on.height, 1);
    std::string path;
    for (const auto& [left, right] : edges)
        path += "M" + fixed(left, 1) + " " + fixed(on.y, 1) + down + "H" + fixed(right, 1) + "V" +
                fixed(on.y, 1) + "Z";
    return "<path" + of_class(look) + " d=\"" + path + "\"/>\n";
}

std::string curve(const scale& to, const std::vector<point>& points, const std::string& look) {
    if (points.empty()) return {};
    std::string path = segments(to, points);
    path.front() = 'M';
    return "<path" + of_class(look) + " d=\"" + path + "\"/>\n";
}

std::string area_below(const scale& to, const std::vector<point>& points, const std::string& look) {
    if (points.empty()) return {};
    const std::string bottom = fixed(to.on.bottom(), 1);
    return "<path" + of_class(look) + " d=\"M" + fixed(to.x(points.front().first), 1) + " " +
           bottom + segments(to, points) + "V" + bottom + "Z\"/>\n";
}

} // namespace demo
