#include "hub/engine.hpp"

#include <csignal>
#include <cstring>

#include "net/driver.hpp"
#include "net/tls_context.hpp"

namespace resock::hub {

namespace {
// Handlers run in one turn of drive_ready(), so that a flood does not keep the caller for ever.
constexpr int ready_per_turn = 64;

// Chores run before the sockets are looked at again, at the latest.
constexpr unsigned runs_between_looks = 16;

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

} // namespace

std::thread start_thread(std::function<void()> what) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const auto restore = [](const sigset_t* mask) { pthread_sigmask(SIG_SETMASK, mask, nullptr); };
    const std::unique_ptr<const sigset_t, decltype(restore)> mask(&before, restore);
    return std::thread(std::move(what));
}

engine::engine(unsigned threads, net::lookup look)
    : names_(std::make_shared<net::resolver>(std::move(look)))
    , driven_(threads == 0) {
    net::prepare_openssl();
    const unsigned count = driven_ ? 1 : threads;
    for (unsigned i = 0; i < count; ++i)
        workers_.emplace_back(std::make_shared<net::io_worker>())->driven = driven_;
    try {
        for (unsigned i = 0; i < threads; ++i)
            threads_.push_back(start_thread([worker = workers_[i]] { worker->io->run(); }));
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

void engine::run_soon(const std::shared_ptr<net::io_worker>& worker, std::weak_ptr<chore> what) {
    if (!driven_) {
        boost::asio::post(*worker->io, [what = std::move(what)] {
            if (const auto there = what.lock()) there->run_chore();
        });
        return;
    }
    const std::lock_guard guard(due_mutex_);
    due_.push_back(std::move(what));
    if (waiting_) boost::asio::post(*worker->io, [] {});
}

// False where there was nothing to do.
bool engine::run_due() {
    {
        const std::lock_guard guard(due_mutex_);
        if (due_.empty() && !interrupted_) return false;
        taken_.swap(due_);
        interrupted_ = false;
    }
    for (const auto& each : taken_)
        if (const auto there = each.lock()) there->run_chore();
    taken_.clear();
    return true;
}

// Who makes something due meanwhile wakes the reactor; who did so before keeps us from waiting.
class engine::waiting {
  public:
    explicit waiting(engine& of)
        : of_(of) {
        const std::lock_guard guard(of_.due_mutex_);
        of_.waiting_ = of_.due_.empty() && !of_.interrupted_;
        allowed_ = of_.waiting_;
    }
    waiting(const waiting&) = delete;
    waiting& operator=(const waiting&) = delete;
    ~waiting() {
        const std::lock_guard guard(of_.due_mutex_);
        of_.waiting_ = false;
    }
    bool allowed() const { return allowed_; }

  private:
    engine& of_;
    bool allowed_ = false;
};

void engine::drive_ready() {
    run_due();
    look();
}

void engine::look() {
    net::io_worker& worker = *workers_.front();
    net::driver::arm_reads(worker);
    auto& io = *worker.io;
    for (int i = 0; i < ready_per_turn && io.poll_one() > 0; ++i) {
    }
}

void engine::drive_one(wall_clock::time_point deadline) {
    net::io_worker& worker = *workers_.front();
    auto& io = *worker.io;
    if (run_due()) {
        if (++runs_without_look_ < runs_between_looks) return;
        runs_without_look_ = 0;
        return look();
    }
    net::driver::arm_reads(worker);
    const waiting now(*this);
    if (!now.allowed()) return;
    if (deadline == wall_clock::time_point::max())
        io.run_one();
    else
        io.run_one_until(deadline);
}

void engine::interrupt() {
    if (!driven_) return;
    const std::lock_guard guard(due_mutex_);
    interrupted_ = true;
    if (waiting_) boost::asio::post(*workers_.front()->io, [] {});
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
