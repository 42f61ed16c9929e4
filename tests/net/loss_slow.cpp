// Lines and peers that are slow, not dead: no connection may be given up.
#include <algorithm>
#include <fstream>
#include <unistd.h>

#include "net/peer_support/arrivals.hpp"
#include "net/peer_support/peer_process.hpp"
#include "net/peer_support/session.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using test::peer_process;

namespace {

constexpr std::uint64_t mib = 1u << 20;

// Of this process now, in bytes (proc(5), statm).
std::uint64_t resident_memory() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages_in_all = 0, resident = 0;
    statm >> pages_in_all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// A sanitizer keeps freed memory and shadows of it: its figures say nothing of ours.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_ours = false;
#else
constexpr bool memory_is_ours = true;
#endif

void check_never_down(const test::session& link) {
    INFO(link.story());
    CHECK(link.opens.size() == 1);
    CHECK(link.downs.empty());
    CHECK(link.failures.empty());
}

} // namespace

TEST_CASE("slow: a long queue on a narrow line is no false death") {
    // At full size 8 MiB at 100 kbit/s, with the default heartbeat: eleven minutes.
    const bool full = test::full_size();
    const std::size_t size = 1000;
    const std::uint64_t count = full ? 8 * mib / size : test::scaled(262);
    const std::string bytes_per_s = full ? "12500" : "50000";
    const std::string beat = full ? "10s" : "1s";
    const test::temporary_directory files;
    const std::string record = files.path() + "/arrived";
    peer_process server("websockets_server.py",
                        {"--record", record, "--ping-interval", "none", "--lifetime", "1200"});
    peer_process proxy("faulty_proxy.py", {"--to", server.address(), "--bandwidth", bytes_per_s,
                                           "--lifetime", "1200"});
    test::session link(proxy.url(), {{"heartbeat.interval", beat}, {"heartbeat.timeout", beat}});
    if (full) link.patience = std::chrono::seconds(1200);
    for (std::uint64_t n = 1; n <= count; ++n)
        link.text(test::numbered(n, size));
    link.until_confirmed();
    check_never_down(link);
    link.close();
    server.end();
    const test::arrivals found = test::read_arrivals(record, count, size);
    CHECK(found.lost == 0);
    CHECK(found.doubles == 0);
    CHECK(found.in_order);
}

TEST_CASE("slow: a peer that reads nothing for a while is not given up, and memory is bounded") {
    const bool full = test::full_size();
    const std::string beat = full ? "10s" : "300ms";
    const std::size_t size = 16000;
    const std::uint64_t count = 16 * mib / size; // more than the sockets between us take
    const test::temporary_directory files;
    const std::string record = files.path() + "/arrived";
    peer_process server("raw_server.py", {"--deaf", full ? "120" : "3", "--record", record});
    test::session link(
        server.url(),
        {{"heartbeat.interval", beat}, {"heartbeat.timeout", beat}, {"queue.bytes", "16MiB"}});
    if (full) link.patience = std::chrono::seconds(240);
    link.until_open();
    const std::uint64_t before = resident_memory();
    for (std::uint64_t n = 1; n <= count; ++n)
        link.text(test::numbered(n, size));
    std::uint64_t most = 0;
    link.until("CONFIRMED of everything", [&] {
        most = std::max(most, resident_memory());
        return link.through(link::level::received) >= count;
    });
    check_never_down(link);
    WARN("memory grew by " << (most - before) / 1024 << " KiB for a queue of 16384 KiB"
                           << (link.warnings.empty() ? "" : "; logged: " + link.warnings[0]));
    // What else is held: parts on their way, entries of the queue, the allocator's own.
    if (memory_is_ours) CHECK(most - before < 24 * mib);
    link.close();
    server.end();
    const test::arrivals found = test::read_arrivals(record, count, size);
    CHECK(found.lost == 0);
    CHECK(found.doubles == 0);
    CHECK(found.in_order);
}
