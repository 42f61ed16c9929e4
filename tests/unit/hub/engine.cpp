#include "hub/engine.hpp"

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <set>

#include "net/link_support/application.hpp"

using namespace resock;
using hub::engine;
using hub::wall_clock;
using test::latch;

namespace {

struct counting final : hub::chore {
    std::atomic<int> ran{0};
    latch done;
    void run_chore() override {
        ++ran;
        done.set();
    }
};

// Runs what was handed over, however often it takes.
void drive(engine& io) {
    const auto right = io.try_drive();
    REQUIRE(right.owns_lock());
    io.drive_ready();
}

} // namespace

TEST_CASE("links are spread over the threads in turn") {
    engine io(3, net::system_lookup);
    CHECK_FALSE(io.driven());
    std::set<std::shared_ptr<net::io_worker>> different;
    for (int i = 0; i < 6; ++i)
        different.insert(io.next_worker());
    CHECK(different.size() == 3);
}

TEST_CASE("a task runs on its worker's thread, always the same") {
    engine io(2, net::system_lookup);
    const auto worker = io.next_worker();
    std::thread::id first, second;
    latch done;
    io.run(worker, [&] { first = std::this_thread::get_id(); });
    io.run(worker, [&] {
        second = std::this_thread::get_id();
        done.set();
    });
    REQUIRE(done.wait());
    CHECK(first == second);
    CHECK(first != std::this_thread::get_id());
}

TEST_CASE("I/O threads take no signals") {
    engine io(1, net::system_lookup);
    latch done;
    bool blocked = false;
    io.run(io.next_worker(), [&] {
        sigset_t mask;
        ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        blocked = sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1;
        done.set();
    });
    REQUIRE(done.wait());
    CHECK(blocked);
    sigset_t mine;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mine);
    CHECK(sigismember(&mine, SIGINT) == 0);
}

TEST_CASE("driven: a task runs here and now where nobody drives") {
    engine io(0, net::system_lookup);
    CHECK(io.driven());
    std::thread::id where;
    io.run(io.next_worker(), [&] { where = std::this_thread::get_id(); });
    CHECK(where == std::this_thread::get_id());
}

TEST_CASE("driven: while another thread drives, it runs the task") {
    engine io(0, net::system_lookup);
    latch driving, done;
    std::thread::id where;
    std::thread other([&] {
        const auto right = io.try_drive();
        driving.set();
        while (!done.is_set())
            io.drive_one(wall_clock::time_point::max());
    });
    REQUIRE(driving.wait());
    CHECK_FALSE(io.try_drive().owns_lock());
    io.run(io.next_worker(), [&] {
        where = std::this_thread::get_id();
        done.set();
    });
    const auto driver = other.get_id();
    other.join();
    CHECK(where == driver);
    CHECK(io.try_drive().owns_lock());
}

TEST_CASE("driven: interrupt ends a wait without a task") {
    engine io(0, net::system_lookup);
    latch driving;
    std::thread other([&] {
        const auto right = io.try_drive();
        driving.set();
        io.drive_one(wall_clock::time_point::max());
    });
    REQUIRE(driving.wait());
    io.interrupt();
    other.join();
}

TEST_CASE("driven: a wait ends at its deadline") {
    engine io(0, net::system_lookup);
    const auto right = io.try_drive();
    io.drive_one(wall_clock::now() + std::chrono::milliseconds(1));
    io.drive_one(wall_clock::time_point::min());
    CHECK(right.owns_lock());
}

TEST_CASE("driven: one turn runs a bounded share of what is ready") {
    engine io(0, net::system_lookup);
    const auto worker = io.next_worker();
    int ran = 0;
    for (int i = 0; i < 1000; ++i)
        boost::asio::post(*worker->io, [&] { ++ran; });
    drive(io);
    CHECK(ran > 0);
    CHECK(ran < 1000);
    while (ran < 1000)
        drive(io);
}

TEST_CASE("stop runs the last task once nothing else runs, and drops what never ran") {
    const unsigned threads = GENERATE(0u, 1u, 2u);
    engine io(threads, net::system_lookup);
    const auto held = std::make_shared<int>(0);
    boost::asio::steady_timer timer(*io.next_worker()->io, std::chrono::hours(1));
    timer.async_wait([held](auto) {});
    bool last = false;
    io.stop([&] {
        last = true;
        timer.cancel();
    });
    CHECK(last);
    CHECK(held.use_count() == 1);
    io.stop([] {}); // twice is once
}

TEST_CASE("a task that comes after stop is thrown away") {
    engine io(GENERATE(0u, 1u, 2u), net::system_lookup);
    const auto held = std::make_shared<int>(0);
    bool ran = false;
    io.stop([] {});
    io.run(io.next_worker(), [held, &ran] { ran = true; });
    CHECK_FALSE(ran);
    CHECK(held.use_count() == 1);
}

TEST_CASE("a chore runs on its worker's thread, one that is gone does not") {
    engine io(1, net::system_lookup);
    const auto chore = std::make_shared<counting>();
    io.run_soon(io.next_worker(), std::make_shared<counting>());
    io.run_soon(io.next_worker(), chore);
    REQUIRE(chore->done.wait());
    CHECK(chore->ran == 1);
}

TEST_CASE("driven: a chore waits for who drives next, each time once") {
    engine io(0, net::system_lookup);
    const auto chore = std::make_shared<counting>();
    io.run_soon(io.next_worker(), chore);
    io.run_soon(io.next_worker(), std::make_shared<counting>());
    CHECK(chore->ran == 0);
    drive(io);
    CHECK(chore->ran == 1);
    drive(io);
    CHECK(chore->ran == 1);
    io.run_soon(io.next_worker(), chore);
    const auto right = io.try_drive();
    io.drive_one(wall_clock::time_point::max());
    CHECK(chore->ran == 2);
}

TEST_CASE("driven: a chore ends the wait of another thread") {
    engine io(0, net::system_lookup);
    const auto chore = std::make_shared<counting>();
    latch driving;
    std::thread other([&] {
        const auto right = io.try_drive();
        driving.set();
        while (chore->ran == 0)
            io.drive_one(wall_clock::time_point::max());
    });
    REQUIRE(driving.wait());
    io.run_soon(io.next_worker(), chore);
    other.join();
    CHECK(chore->ran == 1);
}

TEST_CASE("driven: an interrupt before the wait ends it, too") {
    engine io(0, net::system_lookup);
    io.interrupt();
    const auto right = io.try_drive();
    io.drive_one(wall_clock::time_point::max());
    CHECK(right.owns_lock());
}

TEST_CASE("driven: chores without end do not keep the sockets from being looked at") {
    engine io(0, net::system_lookup);
    const auto worker = io.next_worker();
    const auto chore = std::make_shared<counting>();
    bool seen = false;
    boost::asio::post(*worker->io, [&] { seen = true; });
    const auto right = io.try_drive();
    for (int i = 0; i < 100 && !seen; ++i) {
        io.run_soon(worker, chore);
        io.drive_one(wall_clock::time_point::max());
    }
    CHECK(seen);
}
