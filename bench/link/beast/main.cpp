// bench_beast: clients of Boost.Beast to compare with, one as its documentation and examples show
// it, one (--tuned) with the options that Beast offers for throughput. Deflate is off, as is
// Beast's default.

#include "client.hpp"
#include "support/arguments.hpp"
#include "support/target.hpp"

int main(int argc, char** argv) {
    bench::beast_order wanted;
    CLI::App app("Measures Boost.Beast against an echo server", "bench_beast");
    app.require_subcommand(1);
    const auto add = [&](CLI::App* job, int (*run)(const bench::beast_order&)) {
        job->add_flag("--tuned", wanted.tuned, "write_buffer_bytes(128 KiB), auto_fragment(false)");
        return std::pair(job, run);
    };
    auto* const pingpong = bench::add_pingpong(app, wanted.job);
    pingpong->add_flag("--sync", wanted.sync, "by blocking calls, not asynchronously");
    const std::pair<CLI::App*, int (*)(const bench::beast_order&)> jobs[] = {
        add(bench::add_throughput(app, wanted.job), bench::run_throughput),
        add(pingpong, bench::run_pingpong), add(bench::add_idle(app, wanted.job), bench::run_idle),
        add(bench::add_connect(app, wanted.job), bench::run_connect),
        add(bench::add_loss(app, wanted.job), bench::run_loss)};
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        for (const auto& [job, run] : jobs) {
            if (job->parsed()) return run(wanted);
        }
        return 2;
    });
}
