// Streams over a line that is cut: nothing is lost, and the first arrivals are in order.
#include <algorithm>
#include <fstream>

#include "net/peer_support/arrivals.hpp"
#include "net/peer_support/peer_process.hpp"
#include "net/peer_support/session.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

namespace resock::test {

std::string numbered(std::uint64_t n, std::size_t size) {
    std::string made = std::to_string(n) + " ";
    made.resize(std::max(made.size(), size), '.');
    return made;
}

arrivals read_arrivals(const std::string& file, std::uint64_t sent, std::size_t size) {
    arrivals found;
    std::vector<bool> seen(sent + 1, false);
    std::uint64_t last_first = 0;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line); ++found.total) {
        const std::uint64_t n = std::strtoull(line.c_str(), nullptr, 10);
        if (n == 0 || n > sent || line != numbered(n, size)) {
            found.whole = false;
            continue;
        }
        if (seen[n]) continue;
        seen[n] = true;
        ++found.distinct;
        found.in_order = found.in_order && n > last_first;
        last_first = n;
    }
    found.doubles = found.total - found.distinct;
    found.lost = sent - found.distinct;
    return found;
}

} // namespace resock::test

using namespace resock;
using test::peer_process;

namespace {

constexpr std::size_t message_bytes = 64;

struct line {
    int delay_ms = 0;
    std::size_t resets = 0;
    std::string reset_every_s;
};

struct outcome {
    std::uint64_t sent = 0;
    std::uint64_t resent = 0;
    std::vector<test::seen_failure> failures;
    test::arrivals arrived;
};

// At least `count` messages at 5,000 a second, until the line has been reset as often as it will.
outcome stream_over(const line& over, std::uint64_t count, const std::string& delivery,
                    unsigned io_threads) {
    const test::temporary_directory files;
    const std::string record = files.path() + "/arrived";
    peer_process server("websockets_server.py", {"--record", record, "--ping-interval", "none"});
    peer_process proxy("faulty_proxy.py",
                       {"--to", server.address(), "--delay-ms", std::to_string(over.delay_ms),
                        "--reset-every", over.reset_every_s, "--resets",
                        std::to_string(over.resets), "--seed", "1"});
    test::session link(proxy.url(),
                       {{"delivery", delivery},
                        {"reconnect.min", "0"},
                        {"reconnect.max", "100ms"},
                        {"queue.messages", "1000000"}},
                       io_threads, false);
    const std::uint64_t most = count * 10; // the resets come later on a slow machine
    link.send_paced(
        most, 5000, [](std::uint64_t n) { return test::numbered(n, message_bytes); },
        [&](std::uint64_t n) { return n >= count && link.downs.size() >= over.resets; });
    // One that no reset can put in doubt, so that CONFIRMED reaches the end also where those fail.
    link.text(test::numbered(link.sent + 1, message_bytes));
    link.until_confirmed();
    CAPTURE(over.delay_ms, link.story());
    // On a slow machine a reset may hit a connection that is not open yet.
    CHECK(link.downs.size() == over.resets);
    CHECK(link.opens.size() == link.breaks() + 1);
    const auto stats = link.link().status().stats;
    link.close();
    CHECK(test::count_in(proxy.end(), "resets") == over.resets);
    server.end();
    return {link.sent, stats.messages_resent, link.failures,
            test::read_arrivals(record, link.sent, message_bytes)};
}

void check_all_arrived(const test::arrivals& at_the_server) {
    CHECK(at_the_server.lost == 0);
    CHECK(at_the_server.in_order);
    CHECK(at_the_server.whole);
}

} // namespace

TEST_CASE("loss: arrivals are compared as they should be") {
    const test::temporary_directory files;
    const auto read = [&](const std::string& text) {
        return test::read_arrivals(files.write("arrived", text), 3, 4);
    };
    const auto good = read("1 ..\n2 ..\n1 ..\n2 ..\n3 ..\n");
    CHECK(good.lost == 0);
    CHECK(good.in_order);
    CHECK(good.whole);
    CHECK(good.doubles == 2);
    CHECK(read("1 ..\n3 ..\n").lost == 1);
    CHECK(!read("1 ..\n3 ..\n2 ..\n").in_order);
    CHECK(!read("1 ..\n2 .\n3 ..\n").whole);
}

TEST_CASE("loss: a stream with 20 resets arrives whole and in order") {
    const int delay_ms = GENERATE(0, 10);
    const line over = {delay_ms, 20, test::full_size() ? "0.75" : "0.08"};
    const std::uint64_t count = test::full_size() ? 100000 : test::scaled(10000);
    const outcome found = stream_over(over, count, "at-least-once", delay_ms == 0 ? 1 : 0);
    CHECK(found.failures.empty());
    WARN("at " << delay_ms << " ms: " << found.sent << " messages, " << over.resets
               << " resets: " << found.arrived.lost << " lost, " << found.arrived.doubles
               << " arrived twice, " << found.resent << " resent");
    check_all_arrived(found.arrived);
}

TEST_CASE("loss: at-most-once sends nothing twice, and names what may be lost") {
    // Also shows that these resets do lose messages of who does not resend.
    const outcome found = stream_over({10, 5, "0.08"}, 1000, "at-most-once", 1);
    CHECK(found.arrived.doubles == 0);
    CHECK(found.arrived.in_order);
    CHECK(found.arrived.whole);
    CHECK(found.resent == 0);
    CHECK(found.arrived.lost > 0);
    std::uint64_t in_doubt = 0;
    for (const auto& each : found.failures) {
        CHECK(each.reason == link::fail_reason::in_doubt);
        in_doubt += each.last - each.first + 1;
    }
    CHECK(found.arrived.lost <= in_doubt);
}

TEST_CASE("loss: a line that is cut again and again still gets everything across") {
    // The whole queue needs `seconds` at full bandwidth, and a connection lasts 0.3 s.
    const std::size_t size = GENERATE(std::size_t{64}, std::size_t{1000});
    const std::uint64_t count = test::full_size() ? 10000 : test::scaled(4000);
    const double seconds = static_cast<double>(count) / 1000;
    const double frames = static_cast<double>(count * (size + 8));
    const test::temporary_directory files;
    const std::string record = files.path() + "/arrived";
    peer_process server("websockets_server.py", {"--record", record, "--ping-interval", "none"});
    peer_process proxy("faulty_proxy.py",
                       {"--to", server.address(), "--bandwidth", std::to_string(frames / seconds),
                        "--reset-every", "0.3"});
    test::session link(proxy.url(), {{"reconnect.min", "0"}, {"reconnect.max", "100ms"}}, 1, false);
    for (std::uint64_t n = 1; n <= count; ++n)
        link.text(test::numbered(n, size));
    link.until_confirmed();
    CAPTURE(size, link.story());
    CHECK(link.breaks() > 2);
    CHECK(link.failures.empty());
    const std::size_t breaks = link.breaks();
    const auto stats = link.link().status().stats;
    link.close();
    server.end();
    const test::arrivals found = test::read_arrivals(record, count, size);
    WARN(count << " messages of " << size << " bytes over " << breaks << " resets: " << found.lost
               << " lost, " << found.doubles << " arrived twice, " << stats.messages_resent
               << " resent");
    check_all_arrived(found);
}
