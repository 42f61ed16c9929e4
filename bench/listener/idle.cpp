// bench_idle: opens links and holds them, so that the server's memory can be read meanwhile.

#include <poll.h>
#include <unistd.h>

#include "support/arguments.hpp"
#include "support/clock.hpp"
#include "support/opener.hpp"
#include "support/report.hpp"

namespace {

struct order {
    std::string url;
    std::uint32_t links = 10000;
    std::uint32_t at_once = 64;
    std::uint32_t per_address = 100;
    double seconds = 60;
};

// What the limit on descriptors leaves for links.
std::uint32_t affordable(std::uint32_t links) {
    constexpr std::uint64_t for_others = 32;
    const std::uint64_t limit = bench::raise_descriptor_limit();
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(links, limit - for_others));
}

// A line, or the end of input.
bool told_to_stop() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return poll(&input, 1, 0) > 0;
}

int hold(const order& wanted) {
    const bench::target to(wanted.url);
    bench::poller poller;
    const std::uint32_t links = affordable(wanted.links);
    bench::opener opener(poller, to, {links, wanted.at_once, {3, wanted.per_address}});
    std::uint32_t lost = 0;
    bool settled = false;
    opener.on_lost = [&](bench::link&, const bench::ending&) { ++lost; };
    opener.on_settled = [&] {
        settled = true;
        bench::print_line({{"open", opener.open()},
                           {"failed", opener.failed()},
                           {"last_failure", opener.last_failure()}});
    };
    opener.start();
    const std::int64_t until =
        bench::now_ns() + static_cast<std::int64_t>(wanted.seconds * bench::ns_per_s);
    poller.run(20 * bench::ns_per_ms, [&] {
        if ((settled && told_to_stop()) || bench::now_ns() > until) poller.stop();
    });
    bench::print_line({{"held", opener.open() - lost}, {"lost", lost}});
    return lost == 0 && opener.failed() == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    order wanted;
    CLI::App app("Holds idle links until a line or the end of standard input", "bench_idle");
    app.add_option("URL", wanted.url, "ws://127.0.0.1:PORT")->required();
    app.add_option("--links", wanted.links, "Fewer where the limit on descriptors is lower")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--at-once", wanted.at_once, "Openings at a time")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--per-address", wanted.per_address, "Links from each source address; 0: one")
        ->capture_default_str();
    app.add_option("--seconds", wanted.seconds, "At most")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    return bench::run_program(app, argc, argv, [&] { return hold(wanted); });
}
