// Counts while it runs: on a terminal one line that changes, else a line now and then.
#pragma once

#include "demo/outcome.hpp"

namespace demo {

struct live_counts {
    std::uint64_t sent = 0;
    arrivals arrived;
};

class live {
  public:
    // `quiet`: shows nothing.
    explicit live(bool quiet);

    void begin(); // the names of the columns
    // Shows it if it is time; cheap otherwise.
    void show(clock::time_point started, const std::vector<live_counts>& sides);
    void end();

  private:
    bool quiet_;
    bool on_terminal_;
    milliseconds due_; // the next one, since the start
};

} // namespace demo
