// Attempts that fail on the way: names, and the time of each phase.
#include <condition_variable>
#include <mutex>
#include <netdb.h>

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

using namespace resock;
using test::black_hole;
using test::loop;
using test::loopback_server;
using test::peer;

TEST_CASE("names that cannot be looked up") {
    struct row {
        int error;
        policy::cause cause;
    };
    const row rows[] = {{EAI_NONAME, policy::cause::dns_unknown},
                        {EAI_AGAIN, policy::cause::dns_temporary},
                        {EAI_FAIL, policy::cause::dns_temporary},
                        {EAI_SYSTEM, policy::cause::dns_temporary}};
    loop on;
    for (const row& row : rows) {
        CAPTURE(row.error);
        net::resolver names([&](const std::string&, std::uint16_t) {
            net::resolved answer;
            answer.error = row.error;
            answer.detail = "the words";
            return answer;
        });
        const auto failure =
            test::failed(test::connect(on, names, test::request_to("ws", "no.example", 80)));
        CHECK(failure.cause == row.cause);
        CHECK(failure.detail == "the words");
        CHECK(failure.host == "no.example");
    }
}

namespace {

// A lookup that hangs until released, and counts its end.
struct hanging_lookup {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    int ended = 0;

    net::resolved wait() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
        ++ended;
        changed.notify_all();
        return {};
    }
    void release() {
        std::unique_lock lock(mutex);
        open = true;
        changed.notify_all();
        changed.wait(lock, [&] { return ended == 1; });
    }
};

} // namespace

TEST_CASE("each phase has its time and its cause") {
    loop on;
    auto request = test::request_to("ws", "127.0.0.1", 0);
    request.connect_timeout = std::chrono::milliseconds(20);
    SECTION("DNS") {
        const auto hang = std::make_shared<hanging_lookup>();
        net::resolver names([hang](const std::string&, std::uint16_t) { return hang->wait(); });
        request.url.host = "hanging.example";
        const auto failure = test::failed(test::connect(on, names, request));
        CHECK(failure.cause == policy::cause::dns_temporary);
        CHECK(test::contains(failure.detail, "hanging.example"));
        hang->release();
    }
    SECTION("TCP") {
        const black_hole hole;
        request.url.port = hole.port();
        const auto failure = test::failed(test::connect(on, request));
        CHECK(failure.cause == policy::cause::tcp_timeout);
        CHECK(failure.sys_errno == ETIMEDOUT);
    }
    SECTION("TCP, the whole opening being shorter") {
        const black_hole hole;
        request.url.port = hole.port();
        request.connect_timeout = unlimited_duration;
        request.open_timeout = std::chrono::milliseconds(20);
        CHECK(test::failed(test::connect(on, request)).cause == policy::cause::tcp_timeout);
    }
    SECTION("TLS") {
        loopback_server silent([](peer& client) { client.read_to_end(); });
        request.url.scheme = url::scheme::wss;
        request.url.port = silent.port();
        request.tls.verify = false;
        const auto failure = test::failed(test::connect(on, request));
        CHECK(failure.cause == policy::cause::tls_timeout);
    }
    SECTION("HTTP") {
        loopback_server silent([](peer& client) { client.read_to_end(); });
        request.url.port = silent.port();
        request.connect_timeout = unlimited_duration;
        request.open_timeout = std::chrono::milliseconds(20);
        const auto failure = test::failed(test::connect(on, request));
        CHECK(failure.cause == policy::cause::open_timeout);
        CHECK(test::contains(failure.detail, "not answered"));
    }
}
