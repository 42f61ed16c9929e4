// bench_resock: this library as an application uses it, through its C interface.

#include "client.hpp"
#include "support/arguments.hpp"
#include "support/target.hpp"

namespace {

void add_own_options(CLI::App& job, bench::resock_order& into, bool packed) {
    const std::map<std::string, bool> io{{"driven", false}, {"threaded", true}};
    job.add_option("--io", into.threaded,
                   "driven: inside the calls of this thread; threaded: by a thread of the library")
        ->transform(CLI::CheckedTransformer(io))
        ->type_name("driven|threaded");
    if (!packed) return;
    const std::map<std::string, bool> calls{{"single", false}, {"packed", true}};
    job.add_option("--calls", into.packed, "packed: many messages and events with one call")
        ->transform(CLI::CheckedTransformer(calls))
        ->type_name("single|packed");
}

} // namespace

int main(int argc, char** argv) {
    bench::resock_order wanted;
    CLI::App app("Measures resock against an echo server", "bench_resock");
    app.require_subcommand(1);
    CLI::App* const throughput = bench::add_throughput(app, wanted.job);
    add_own_options(*throughput, wanted, true);
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        return bench::run_throughput(wanted);
    });
}
