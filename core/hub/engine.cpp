#include "hub/engine.hpp"

#include <csignal>
#include <cstring>

#include "net/tls_context.hpp"

namespace resock::hub {

namespace {
// Handlers run in one turn of drive_ready(), so that a flood does not keep the caller for ever.
constexpr int ready_per_turn = 64;

// Raises a count for its lifetime.
class counted {
  public:
    explicit counted(std::atomic<unsigned>& count)
        : count_(count) {
        ++count_;
    }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { --count_; }

  private:
    std::atomic<unsigned>& count_;
};

// Signals are the application's: an I/O thread that took one would run its handler.
std::thread start_thread(const std::shared_ptr<net::io_worker>& worker) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread made([worker] { worker->io->run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return made;
}
} // namespace

engine::engine(unsigned threads, net::lookup look)
    : names_(std::make_shared<net::resolver>(std::move(look)))
    , driven_(threads == 0) {
    net::prepare_openssl();
    const unsigned count = driven_ ? 1 : threads;
    for (unsigned i = 0; i < count; ++i)
        workers_.push_back(std::make_shared<net::io_worker>());
    try {
        for (unsigned i = 0; i < threads; ++i)
            threads_.push_back(start_thread(workers_[i]));
    } catch (...) { // the system has no more threads: end those that were started
        stop([] {});
        throw;
    }
}

engine::~engine() {
    stop([] {});
}

std::shared_ptr<net::io_worker> engine::next_worker() {
    const std::lock_guard guard(turn_);
    return workers_[next_++ % workers_.size()];
}

void engine::run(const std::shared_ptr<net::io_worker>& worker, std::function<void()> task) {
    if (driven_) {
        const counted running(tasks_); // before the lock is taken: nobody may see it without
        const std::unique_lock right(driving_, std::try_to_lock);
        if (right) {
            if (!has_stopped()) task();
            return;
        }
    }
    const std::lock_guard guard(turn_);
    if (!stopped_) boost::asio::post(*worker->io, std::move(task));
}

std::unique_lock<std::mutex> engine::try_drive() {
    for (;;) {
        std::unique_lock right(driving_, std::try_to_lock);
        if (right || tasks_ == 0) return right;
        std::this_thread::yield(); // tasks are short
    }
}

bool engine::has_stopped() {
    const std::lock_guard guard(turn_);
    return stopped_;
}

void engine::drive_ready() {
    auto& io = *workers_.front()->io;
    for (int i = 0; i < ready_per_turn && io.poll_one() > 0; ++i) {
    }
}

void engine::drive_one(wall_clock::time_point deadline) {
    auto& io = *workers_.front()->io;
    if (deadline == wall_clock::time_point::max())
        io.run_one();
    else
        io.run_one_until(deadline);
}

void engine::interrupt() {
    if (driven_) boost::asio::post(*workers_.front()->io, [] {});
}

void engine::stop(const std::function<void()>& last) {
    for (auto& worker : workers_)
        worker->io->stop();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
    const std::lock_guard right(driving_);
    last();
    {
        const std::lock_guard guard(turn_);
        stopped_ = true;
    }
    for (auto& worker : workers_) {
        // What was posted and never ran may hold a link that holds this engine.
        worker->io->restart();
        worker->io->poll();
        worker->io->stop();
    }
}

} // namespace resock::hub
