#include "net/store/store_worker.hpp"

#include <csignal>
#include <future>
#include <pthread.h>

#include "base/error.hpp"
#include "net/store/store_channel.hpp"
#include "net/store/support/ear.hpp"
#include "net/store/support/records.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::store_worker;

namespace {

struct working {
    temporary_directory directory;
    std::shared_ptr<store_worker> worker =
        std::make_shared<store_worker>(net::store_options{directory.path() + "/a.db"});
    ear heard;
    std::shared_ptr<net::session_store::channel::state> channel =
        std::make_shared<net::session_store::channel::state>(sid_of(1), heard.callbacks());

    ~working() { store_worker::end(std::move(worker)); }
    void push(std::uint64_t through, session::records records) {
        worker->push({channel, std::move(records), through});
    }
};

} // namespace

TEST_CASE("everything that waits when the thread comes to it is told once, by its last number") {
    working at;
    at.push(1, records_of(created_of(1)));
    for (std::uint64_t number = 2; number <= 100; ++number)
        at.push(number, records_of(queued_of(number, "x")));
    at.worker->start(); // only now
    at.heard.wait_stored(100);
    CHECK(at.heard.stored() == std::vector<std::uint64_t>{100});
    at.push(101, records_of(queued_of(101, "x")));
    at.heard.wait_stored(101);
    CHECK(at.heard.stored() == std::vector<std::uint64_t>{100, 101});
    CHECK(at.worker->load().sessions.at(0).queue.size() == 100);
}

TEST_CASE("the thread takes no signal of the application's") {
    std::promise<bool> blocked;
    working at;
    at.channel = std::make_shared<net::session_store::channel::state>(
        sid_of(1), net::store_callbacks{[&](std::uint64_t) {
                                            sigset_t mask;
                                            pthread_sigmask(SIG_SETMASK, nullptr, &mask);
                                            blocked.set_value(sigismember(&mask, SIGTERM) == 1 &&
                                                              sigismember(&mask, SIGINT) == 1);
                                        },
                                        {}});
    at.worker->start();
    at.push(1, records_of(created_of(1)));
    CHECK(blocked.get_future().get());
    sigset_t ours;
    pthread_sigmask(SIG_SETMASK, nullptr, &ours);
    CHECK(sigismember(&ours, SIGTERM) == 0);
}

TEST_CASE("it belongs to the process that made it") {
    working at;
    at.worker->start();
    CHECK(at.worker->own_process());
    at.worker->expect_own_process();
}
