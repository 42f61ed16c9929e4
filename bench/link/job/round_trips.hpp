#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "job/message.hpp"
#include "job/options.hpp"
#include "job/samples.hpp"
#include "support/clock.hpp"

namespace bench {

// One message at a time: `exchange(message)` sends it and returns its echo, or std::nullopt where
// none came in time, which ends the run.
template<class Exchange>
boost::json::object round_trips(const job_options& job, Exchange exchange) {
    numbered_message message(job.size);
    samples taken;
    taken.reserve(static_cast<std::size_t>(job.messages));
    const std::uint64_t total = job.warm_up + job.messages;
    std::uint64_t number = 0;
    std::uint64_t wrong = 0;
    for (; number < total; ++number) {
        const std::string_view sent = message.with(number);
        const std::int64_t from = now_ns();
        const std::optional<std::string_view> echo = exchange(sent);
        const std::int64_t until = now_ns();
        if (!echo) break;
        if (*echo != sent) ++wrong;
        if (number >= job.warm_up) taken.record(until - from);
    }
    boost::json::object made{
        {"messages", taken.count()}, {"lost", total - number}, {"wrong", wrong}};
    taken.report(made);
    return made;
}

} // namespace bench
