// What waits for the store's thread: appended records, in order.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "net/store/session_store.hpp"

namespace resock::net {

// Bytes that a record takes in memory, about.
std::size_t weight_of(const session::record::any&);

class store_queue {
  public:
    struct job {
        std::shared_ptr<session_store::channel::state> channel;
        session::records records;
        std::uint64_t through = 0; // the number of the last of them
    };
    using jobs = std::vector<job>;

    // One transaction takes jobs until it has so much; a job is never divided. What is tried again
    // after a failure may take more: acknowledgements further back may make room for it.
    static constexpr std::size_t max_batch_records = 4096;
    static constexpr std::size_t max_batch_bytes = 8 << 20;
    static constexpr std::size_t retry_factor = 8;

    void push(job);
    // Appends to `batch` up to factor times the bounds in all. False where nothing waits.
    bool take(jobs& batch, std::size_t factor = 1);
    // Until something waits or close() was called: true where something waits.
    bool wait();
    // False at once or as soon as close() was called; else true when the time is over.
    bool pause(std::chrono::milliseconds);
    void close();
    bool idle() const; // nothing waits, and it is not closed

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<job> jobs_;
    bool idle_ = false; // the thread sleeps in wait()
    bool closing_ = false;
};

} // namespace resock::net
