// The I/O threads of a hub; or none: with io.threads=0 the callers of poll, flush and waiting
// sends drive the I/O themselves, one at a time.
#pragma once

#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/io_worker.hpp"
#include "net/resolver.hpp"

namespace resock::hub {

using wall_clock = std::chrono::steady_clock;

// What an I/O thread has to do for somebody.
class chore {
  public:
    virtual void run_chore() = 0;

  protected:
    ~chore() = default;
};

// A thread that takes no signals: those are the application's, whose handlers would run here.
std::thread start_thread(std::function<void()>);

class engine {
  public:
    engine(unsigned threads, net::lookup);
    ~engine();

    bool driven() const { return driven_; }
    // Links are spread over the workers in turn.
    std::shared_ptr<net::io_worker> next_worker();
    const std::vector<std::shared_ptr<net::io_worker>>& workers() const { return workers_; }
    const std::shared_ptr<net::resolver>& names() const { return names_; }

    // Runs `task` on the worker's thread; driven and not driven by anyone: at once, here. Once the
    // engine has stopped it is thrown away.
    void run(const std::shared_ptr<net::io_worker>&, std::function<void()> task);

    // Runs it on the worker's thread, unless it is gone by then: an inbox that nobody runs any more
    // must not keep its own hub alive. Driven: by whoever drives next.
    void run_soon(const std::shared_ptr<net::io_worker>&, std::weak_ptr<chore>);

    // ---- driven only ----
    // Holds the right to drive; false where another thread has it. One that only runs a task (run)
    // is waited for.
    [[nodiscard]] std::unique_lock<std::mutex> try_drive();
    // With the right held: what is ready now, without waiting; a bounded share of it.
    void drive_ready();
    // With the right held: waits for one thing to happen, or the deadline.
    void drive_one(wall_clock::time_point deadline);
    // Ends drive_one() of another thread, or the next one.
    void interrupt();

    // Ends the threads and what they ran; `last` runs on each worker when nothing else does.
    void stop(const std::function<void()>& last);

  private:
    class waiting;
    bool has_stopped();
    bool run_due();
    void look(); // at the sockets; a bounded share of what is ready runs

    std::vector<std::shared_ptr<net::io_worker>> workers_;
    std::vector<std::thread> threads_;
    std::shared_ptr<net::resolver> names_;
    bool driven_;
    std::mutex driving_;
    std::atomic<unsigned> tasks_{0}; // being run by run()
    std::mutex turn_;                // of the next two
    bool stopped_ = false;
    std::size_t next_ = 0;

    // Driven. They stand here and not in the reactor, which would look at its sockets each time.
    std::mutex due_mutex_; // of the next three
    std::vector<std::weak_ptr<chore>> due_;
    bool interrupted_ = false;
    bool waiting_ = false;                    // somebody waits for the sockets
    std::vector<std::weak_ptr<chore>> taken_; // of due_, by who drives
    unsigned runs_without_look_ = 0;
};

} // namespace resock::hub
