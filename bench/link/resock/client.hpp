#pragma once

#include <resock/resock.hpp>

#include "job/options.hpp"

namespace bench {

struct resock_order {
    job_options job;
    bool threaded = false; // an I/O thread of the library; else all happens inside poll
    bool packed = false;   // packed records instead of one call for each message and event
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
