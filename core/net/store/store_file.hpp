// The file of a store: made or found, checked, locked.
//
// The lock is SQLite's own on the file (locking_mode=EXCLUSIVE, a POSIX record lock): the kernel
// takes it back however the holder ends, a forked child neither inherits it nor keeps it, every
// other program that opens the file with SQLite is refused, too, and no file of its own lies about
// that could be left or be deleted. Such locks do not tell apart two openers in one process, so
// each process also knows the files that it has open. One caution comes with them: a process
// must not open and close the file by other means while the store is open, which gives the
// lock up (fcntl(2)). With the lock SQLite needs no shared memory beside the WAL.
//
// The file grows to what was kept at most at one time. Pages that become free are used again, and
// what is free above keep_free_pages is given back while nothing is to be written.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "net/store/session_store.hpp"
#include "net/store/sqlite.hpp"

namespace resock::net {

class store_file {
  public:
    // Pages of the WAL (4 KiB each) at which SQLite moves them into the file.
    static constexpr int checkpoint_pages = 1000;
    // A WAL that one large transaction has made longer is cut back to this.
    static constexpr int wal_limit_bytes = 16 << 20;
    static constexpr int keep_free_pages = 4096;
    // Opening checks every page of a file up to this size. Of a larger one only what load() reads
    // is looked at, so that opening is bounded.
    static constexpr std::int64_t check_limit_bytes = 64 << 20;
    static constexpr int version = 1; // of the tables
    // How long opening waits for another store of this process to give the file back.
    static constexpr std::chrono::milliseconds release_limit{500};

    // Throws resock::error: one sentence with the option, the file and what to do.
    explicit store_file(const store_options&);
    ~store_file();
    store_file(const store_file&) = delete;
    store_file& operator=(const store_file&) = delete;

    sqlite::database& database() { return *database_; }
    // Throws sqlite::error where the file no longer has its name: what is written would be lost.
    void expect_in_place();
    // Gives back a part of what is free; false where there was nothing to do.
    bool shrink();

  private:
    void open(const store_options&);
    void forget() noexcept;

    std::unique_ptr<sqlite::database> database_;
    std::string identity_; // in the list of the process
};

// Whether writing may succeed when it is tried again.
bool may_pass(const sqlite::error&);
// A sentence for whoever reads the log.
std::string sentence_of(const store_options&, const sqlite::error&);

} // namespace resock::net
