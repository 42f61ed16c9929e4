// bench_resock: this library as an application uses it, through its C interface.

#include "client.hpp"
#include "support/arguments.hpp"
#include "support/target.hpp"

namespace {

void add_io(CLI::App& job, bench::resock_order& into) {
    const std::map<std::string, bool> io{{"driven", false}, {"threaded", true}};
    job.add_option("--io", into.threaded,
                   "driven: inside the calls of this thread; threaded: by a thread of the library")
        ->transform(CLI::CheckedTransformer(io))
        ->type_name("driven|threaded");
}

void add_settings(CLI::App& job, bench::resock_order& into) {
    job.add_option("--set", into.settings, "An option of the link, as often as needed")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->take_all();
}

void add_until(CLI::App& job, bench::resock_order& into) {
    const std::map<std::string, bool> until{{"echoed", false}, {"confirmed", true}};
    job.add_option("--until", into.sink,
                   "what ends a message: its echo, or that the peer has confirmed it")
        ->transform(CLI::CheckedTransformer(until))
        ->type_name("echoed|confirmed");
}

void add_calls(CLI::App& job, bench::resock_order& into) {
    const std::map<std::string, bool> calls{{"single", false}, {"packed", true}};
    job.add_option("--calls", into.packed, "packed: many messages and events with one call")
        ->transform(CLI::CheckedTransformer(calls))
        ->type_name("single|packed");
}

} // namespace

using job = int (*)(const bench::resock_order&);

int main(int argc, char** argv) {
    bench::resock_order wanted;
    CLI::App app("Measures resock against an echo server", "bench_resock");
    app.require_subcommand(1);
    CLI::App* const throughput = bench::add_throughput(app, wanted.job);
    add_calls(*throughput, wanted);
    add_until(*throughput, wanted);
    const std::pair<CLI::App*, job> jobs[] = {
        {throughput, bench::run_throughput},
        {bench::add_pingpong(app, wanted.job), bench::run_pingpong},
        {bench::add_idle(app, wanted.job), bench::run_idle},
        {bench::add_recover(app, wanted.job), bench::run_recover},
        {bench::add_loss(app, wanted.job), bench::run_loss}};
    for (const auto& each : jobs) {
        add_io(*each.first, wanted);
        add_settings(*each.first, wanted);
    }
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        for (const auto& [named, run] : jobs) {
            if (named->parsed()) return run(wanted);
        }
        return 2;
    });
}
