#include "job/options.hpp"

namespace bench {

namespace {

constexpr std::uint64_t most_messages = 1'000'000'000;
constexpr std::size_t least_size = 8; // the number
constexpr std::size_t most_size = std::size_t{16} << 20;

CLI::App* add_job(CLI::App& to, job_options& into, const char* name, const char* what) {
    CLI::App* const job = to.add_subcommand(name, what);
    job->add_option("--url", into.url, "ws://127.0.0.1:PORT/ or wss://localhost:PORT/")->required();
    job->add_option("--ca", into.ca_file, "PEM file of the authority to trust, for wss");
    job->add_option("--patience", into.patience_s, "Seconds to wait for the next echo")
        ->check(CLI::Range(0.01, 3600.0))
        ->capture_default_str();
    return job;
}

void add_messages(CLI::App& job, job_options& into) {
    job.add_option("--messages", into.messages, "Messages, those of the warm-up not counted")
        ->check(CLI::Range(std::uint64_t{1}, most_messages))
        ->capture_default_str();
    job.add_option("--size", into.size, "Bytes of a message")
        ->check(CLI::Range(least_size, most_size))
        ->capture_default_str();
}

void add_warm_up(CLI::App& job, job_options& into) {
    job.add_option("--warm-up", into.warm_up, "Messages before the clock starts")
        ->check(CLI::Range(std::uint64_t{0}, most_messages))
        ->capture_default_str();
}

void add_times(CLI::App& job, job_options& into) {
    job.add_option("--times", into.times, "How often")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

} // namespace

CLI::App* add_throughput(CLI::App& to, job_options& into) {
    CLI::App* const job =
        add_job(to, into, "throughput", "Messages a second, with a bound on those not yet echoed");
    add_messages(*job, into);
    add_warm_up(*job, into);
    job->add_option("--in-flight", into.in_flight, "Messages sent and not yet echoed, at most")
        ->check(CLI::Range(std::uint64_t{1}, most_messages))
        ->capture_default_str();
    return job;
}

CLI::App* add_pingpong(CLI::App& to, job_options& into) {
    CLI::App* const job = add_job(to, into, "pingpong", "Round trips, one message at a time");
    add_messages(*job, into);
    add_warm_up(*job, into);
    return job;
}

CLI::App* add_idle(CLI::App& to, job_options& into) {
    CLI::App* const job =
        add_job(to, into, "idle", "Opens links and holds them until standard input ends");
    job->add_option("--links", into.links)->check(CLI::Range(0, 60000))->capture_default_str();
    return job;
}

CLI::App* add_connect(CLI::App& to, job_options& into) {
    CLI::App* const job =
        add_job(to, into, "connect", "Connects, opens and closes again and again");
    add_times(*job, into);
    return job;
}

CLI::App* add_loss(CLI::App& to, job_options& into) {
    CLI::App* const job =
        add_job(to, into, "loss", "Sends at a steady rate over a line that is cut");
    add_messages(*job, into);
    job->add_option("--rate", into.rate, "Messages a second")
        ->check(CLI::Range(1.0, 1'000'000.0))
        ->capture_default_str();
    return job;
}

CLI::App* add_recover(CLI::App& to, job_options& into) {
    CLI::App* const job =
        add_job(to, into, "recover", "Lets the server cut the connection; waits for the next echo");
    add_times(*job, into);
    return job;
}

} // namespace bench
