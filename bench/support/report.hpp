#pragma once

#include <boost/json/object.hpp>

#include "histogram.hpp"

namespace bench {

// p50, p90, p99, p99.9 and max in microseconds.
boost::json::object summary_us(const histogram& of);

// One line on standard output, at once: how run.py follows what a program does.
void print_line(const boost::json::object& line);

} // namespace bench
