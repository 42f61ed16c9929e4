#include "job/flow.hpp"

namespace bench {

boost::json::object flow::report() {
    if (from_ns_ == 0) start_clock(); // not even the warm-up came back
    stop_clock();
    const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) / ns_per_s; };
    boost::json::object made{{"messages", check_.total() - warm_up_},
                             {"seconds", seconds(until_ns_ - from_ns_)},
                             {"cpu_seconds", seconds(cpu_until_ns_ - cpu_from_ns_)}};
    check_.report(made);
    return made;
}

} // namespace bench
