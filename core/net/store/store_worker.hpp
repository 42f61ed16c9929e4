// The thread of a store.
//
// It takes what waits, writes it in one transaction, tells the channels and begins again: one
// record is committed at once where nothing else happens, and batches grow by themselves where
// much does. Where writing fails the transaction is rolled back and tried again, in order, after
// a growing pause; where the file is damaged it is given up, and everything is refused.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/store/record_writer.hpp"
#include "net/store/store_file.hpp"
#include "net/store/store_queue.hpp"

namespace resock::net {

class store_worker : public std::enable_shared_from_this<store_worker> {
  public:
    static constexpr std::chrono::milliseconds first_pause{50};
    static constexpr std::chrono::milliseconds longest_pause{5000};

    explicit store_worker(const store_options&); // opens the file
    void start();                                // once; may throw status::io
    // Closes and waits for it (session_store::close_timeout_ms).
    static void end(std::shared_ptr<store_worker>);

    bool own_process() const;
    void expect_own_process() const; // throws status::forked
    session_store::loaded load();
    void push(store_queue::job);
    void close(std::function<void()> closed);
    void limit_pages(std::uint32_t pages);

  private:
    void run() noexcept;
    void rest();
    void write(store_queue::jobs&);
    struct trouble {
        std::string text;
        bool for_good = false;
        bool full = false;
    };
    // Empty where it is stored.
    std::optional<trouble> attempt(const store_queue::jobs&);
    void transact(const store_queue::jobs&);
    void make_room();
    void refuse(const store_queue::jobs&);
    void close_file();

    const store_options options_;
    const pid_t process_;
    store_queue queue_;

    std::mutex file_mutex_; // the database and what writes it
    std::unique_ptr<store_file> file_;
    std::unique_ptr<record_writer> writer_;

    // The thread only.
    std::optional<std::string> broken_; // for good: why
    bool gave_up_ = false;              // closing, and it cannot be written

    std::mutex end_mutex_;
    std::condition_variable ended_;
    bool closed_ = false;
    std::vector<std::function<void()>> when_closed_;
    std::thread thread_;
};

} // namespace resock::net
