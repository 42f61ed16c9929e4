// What a run has shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "demo/samples.hpp"
#include "demo/tally.hpp"

namespace demo {

struct figures {
    std::string name; // "plain", "resock", "exactly-once"
    std::uint64_t sent = 0;
    std::uint64_t sent_while_down = 0;
    arrivals arrived;
    std::uint64_t connections = 0;
    std::uint64_t cuts = 0;
    // From a cut to the first message that a later connection brought; empty without any.
    std::optional<double> down_median_ms;
    std::optional<double> down_worst_ms;
    double seconds = 0;            // until the client had nothing left to do
    std::vector<double> cuts_at_s; // since the start
    std::vector<fate> fates;       // of the stream, in equal stretches
    std::string failure;           // of the client itself

    std::uint64_t lost() const { return sent - arrived.distinct; }
};

struct outcome {
    settings wanted;
    std::vector<milliseconds> plan;
    std::vector<figures> sides; // plain, resock, exactly-once
    samples course;
    bool out_of_time = false; // the time limit ended it
    int signal = 0;           // that ended it; 0: none

    // Why it proves nothing, or what resock did not keep to; empty if all is well.
    std::string complaint() const;

  private:
    std::string ended_early() const;
    void judge(const figures& ours, std::string& found) const;
};

// Milliseconds down after each cut, ascending; a cut that no connection followed has none.
std::vector<double> down_times(const std::vector<clock::time_point>& cuts_at,
                               const std::vector<clock::time_point>& first_at);
std::optional<double> median(const std::vector<double>& ascending);

} // namespace demo
