#include "report.hpp"

#include <boost/json/src.hpp> // compiled here, once for all programs
#include <cstdio>

namespace bench {

boost::json::object summary_us(const histogram& of) {
    const auto us = [](std::int64_t ns) { return (ns + 500) / 1000; };
    return {{"p50", us(of.at(0.5))},
            {"p90", us(of.at(0.9))},
            {"p99", us(of.at(0.99))},
            {"p99.9", us(of.at(0.999))},
            {"max", us(of.max_ns())}};
}

void print_line(const boost::json::object& line) {
    std::puts(boost::json::serialize(line).c_str());
    std::fflush(stdout);
}

} // namespace bench
