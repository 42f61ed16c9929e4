// Peers that answer pings as RFC 6455 §5.5.3 allows, or not at all.
#include <algorithm>

#include "net/peer_support/peer_process.hpp"
#include "net/peer_support/session.hpp"
#include "support/catch.hpp"

using namespace resock;
using test::peer_process;

namespace {

// Paced, so that messages arrive while confirmations are missed.
constexpr double messages_per_s = 2000;

std::string numbered(std::uint64_t n) {
    return "message " + std::to_string(n);
}

// Every id from 1 to the last one ended as in doubt, once.
void check_all_in_doubt(const test::session& link) {
    std::uint64_t next = 1;
    for (const auto& each : link.failures) {
        CHECK(each.reason == link::fail_reason::in_doubt);
        CHECK(each.first == next);
        next = each.last + 1;
    }
    CHECK(next == link.sent + 1);
}

} // namespace

TEST_CASE("pongs: answers to the last ping only confirm everything") {
    peer_process server("raw_server.py", {"--pong", "last"});
    test::session link(server.url(), {{"confirm.interval", "0"}});
    const std::uint64_t count = test::scaled(20000);
    const std::string filling(100, '.');
    // Bursts: several barriers stand in one read of the server.
    for (std::uint64_t n = 1; n <= count; ++n) {
        link.text(numbered(n) + filling);
        if (n % 4000 == 0) link.until_confirmed();
    }
    link.until_confirmed();
    CHECK(link.through(link::level::received) == count);
    CHECK(link.opens.size() == 1);
    CHECK(link.downs.empty());
    CHECK(link.warnings.empty());
    link.close();
    CHECK(link.failures.empty());
}

TEST_CASE("pongs: without any the link stays up, warns once, and confirms nothing") {
    peer_process server("raw_server.py", {"--pong", "none", "--echo"});
    test::session link(server.url(), {{"confirm.timeout", "100ms"},
                                      {"heartbeat.interval", "1s"},
                                      {"heartbeat.timeout", "1s"},
                                      {"close.timeout", "200ms"}});
    // Longer than a silent peer would be borne, and many times confirm.timeout.
    constexpr double seconds = 2.5;
    const auto count = static_cast<std::uint64_t>(messages_per_s * seconds);
    link.send_paced(count, messages_per_s, numbered);
    link.until("every echo", [&] { return link.received >= count; });
    for (std::uint64_t n = 1; n <= count; ++n)
        REQUIRE(link.messages.at(n - 1).bytes == numbered(n));
    CHECK(link.opens.size() == 1);
    CHECK(link.downs.empty());
    CHECK(link.through(link::level::received) == 0);
    REQUIRE(link.warnings.size() == 1);
    CHECK(link.warnings[0].find("confirm=app") != std::string::npos);
    link.close();
    CHECK(link.warnings.size() == 1);
    check_all_in_doubt(link);
}

TEST_CASE("pongs: without any, answers of the application confirm") {
    peer_process server("raw_server.py", {"--pong", "none", "--echo"});
    test::session link(server.url(), {{"confirm", "app"}});
    // The n-th echo answers message n.
    link.on_event = [&](const hub::event& event) {
        if (event.kind == hub::event_kind::message) link.link().confirm(link.received, true);
    };
    link.send_paced(test::scaled(2000), messages_per_s, numbered);
    link.until_confirmed();
    CHECK(link.received == link.sent);
    CHECK(link.downs.empty());
    CHECK(link.warnings.empty());
    link.close();
    CHECK(link.failures.empty());
}
