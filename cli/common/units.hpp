// Durations and sizes as arguments.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace cli {

// For ->transform(): "500ms", "10s", "5min", "2h" become a number of milliseconds, which may have
// a fraction. The unit is needed.
inline CLI::Validator duration_in_ms() {
    static const std::map<std::string, double> units = {
        {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}};
    return CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED).description("");
}

// Likewise "8MiB", "64KiB", "100kB" become bytes; without a unit it is bytes.
inline CLI::Validator size_in_bytes() {
    return CLI::AsSizeValue(true).description("");
}

} // namespace cli
