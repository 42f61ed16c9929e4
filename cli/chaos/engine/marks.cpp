#include "chaos/engine/marks.hpp"

#include <algorithm>

namespace chaos {

void marks::add(way counted, std::uint64_t byte, action what) {
    all_.push_back({counted, byte, what});
}

std::optional<std::uint64_t> marks::next(way counted) const {
    std::optional<std::uint64_t> next;
    for (const mark& each : all_) {
        if (each.counted == counted) next = std::min(each.byte, next.value_or(unlimited));
    }
    return next;
}

std::vector<marks::action> marks::take(way counted, std::uint64_t byte) {
    std::vector<action> due;
    std::erase_if(all_, [&](const mark& each) {
        if (each.counted != counted || each.byte > byte) return false;
        due.push_back(each.what);
        return true;
    });
    return due;
}

} // namespace chaos
