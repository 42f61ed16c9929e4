#include "common/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace cli {

namespace {

// Levenshtein distance.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t above = row[j + 1];
            const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
            row[j + 1] = std::min({above + 1, row[j] + 1, changed});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

std::string nearest(std::string_view wrong, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = wrong.size() / 3 + 1;
    for (const std::string& name : known) {
        const std::size_t changes = distance(wrong, name);
        if (changes > least || (changes == least && !best.empty())) continue;
        least = changes;
        best = name;
    }
    return best;
}

} // namespace cli
