#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace bench {

// What a job is told; each job reads its own part.
struct job_options {
    std::string url;
    std::string ca_file;
    std::size_t size = 64;
    std::uint64_t messages = 100000;
    std::uint64_t warm_up = 0;
    std::uint64_t in_flight = 1000;
    std::uint32_t links = 1000;
    std::uint32_t times = 100;
    double rate = 1000; // messages a second
    double patience_s = 60;
};

// Each adds one job as a subcommand.
CLI::App* add_throughput(CLI::App& to, job_options& into);
CLI::App* add_pingpong(CLI::App& to, job_options& into);
CLI::App* add_idle(CLI::App& to, job_options& into);
CLI::App* add_connect(CLI::App& to, job_options& into);
CLI::App* add_loss(CLI::App& to, job_options& into);
CLI::App* add_recover(CLI::App& to, job_options& into);

} // namespace bench
