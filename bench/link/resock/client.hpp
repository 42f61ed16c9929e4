#pragma once

#include <resock/resock.hpp>
#include <string>
#include <vector>

#include "job/options.hpp"

namespace bench {

struct resock_order {
    job_options job;
    bool threaded = false; // an I/O thread of the library; else all happens inside poll
    bool packed = false;   // packed records instead of one call for each message and event
    bool sink = false;     // the server answers nothing: what it has confirmed counts
    std::vector<std::string> settings; // NAME=VALUE, beside the defaults
};

resock::hub make_hub(const resock_order& by);

// The defaults; what a job changes stands in the job.
resock::options link_options(const resock_order& by);

int run_throughput(const resock_order& by);
int run_pingpong(const resock_order& by);
int run_idle(const resock_order& by);
int run_recover(const resock_order& by);
int run_loss(const resock_order& by);

} // namespace bench
