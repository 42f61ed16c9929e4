// The parts of an SVG chart: scales, and elements as text. Coordinates are in pixels of the
// picture, y downwards; looks are classes, which the picture's style explains.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace demo {

struct box {
    double x, y, width, height;

    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

// Values from 0 to `most`, on a box whose origin is its lower left corner.
struct scale {
    box on;
    double most_x;
    double most_y;

    double x(double value) const;
    double y(double value) const; // higher values are cut off at the top
};

// About `wanted` round values above 0, up to `most`.
std::vector<double> ticks(double most, int wanted);

enum class anchor { start, middle, end };

using point = std::pair<double, double>; // values, not pixels

std::string text_at(double x, double y, const std::string& look, anchor at,
                    const std::string& words);
std::string line_between(double x1, double y1, double x2, double y2, const std::string& look);
std::string rectangle(const box& shape, const std::string& look);
// In one element, as there may be many: upright strokes over the height of `on`, and blocks, each
// from a left to a right edge. Those that would draw over the one before are left out.
std::string strokes(const box& on, const std::vector<double>& at, const std::string& look);
std::string blocks(const box& on, const std::vector<std::pair<double, double>>& edges,
                   const std::string& look);
// Through the points, which ascend in x; those that would draw over the one before are left out.
std::string curve(const scale& to, const std::vector<point>& points, const std::string& look);
// The area below it.
std::string area_below(const scale& to, const std::vector<point>& points, const std::string& look);

} // namespace demo
