// Sessions on disk: one SQLite file, one thread that writes it in group commits.
//
// The same class holds a client's outbox (outbox.path) and a listener's sessions (listen.sessions).
// What is kept and in which order: session/record.hpp. How the file is locked, what each sync level
// survives and how large the file gets: docs/dependencies.md and store_file.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "session/record.hpp"

namespace resock::net {

class store_worker;

// What the records that were told stored survive. A killed process: all three.
enum class store_sync {
    full,   // a power loss, too
    normal, // a power loss may take the last commits with it; what is left is an earlier state
    off,    // a power loss may damage the file
};

enum class store_purpose { outbox, table };

struct store_options {
    std::string path;
    store_sync sync = store_sync::normal;
    store_purpose purpose = store_purpose::outbox;
    std::uint64_t max_tombstones = 10000; // of a table; the one that ends first goes
};

// What a server remembers of a session that has ended (protocol R28).
struct tombstone {
    session::sid_bytes sid{};
    session::secret_digest digest{};
    std::string principal;
    session::reject_reason reason{};
    std::uint64_t recv = 0;
    std::int64_t until_unix_s = 0;
};

// Called on the store's thread, one at a time for each channel. They post what they are told and
// return: the thread waits for them, and so does the end of the channel. They do not throw.
struct store_callbacks {
    // Records 1 … through of this channel are in the file.
    std::function<void(std::uint64_t through)> stored;
    // They cannot be written. `for_good`: never again. Else it is tried again until it works, and
    // that is told by stored(); told once, and again where the reason changes.
    std::function<void(const std::string& text, bool for_good)> failed;
};

// All members: from any thread. A forked child must not use what its parent opened: append() there
// throws status::forked, and the end of a channel or a store there touches nothing.
class session_store : public std::enable_shared_from_this<session_store> {
  public:
    class channel;

    // Opens the file or makes it, for this process alone. Throws resock::error with
    // status::option (the file is not what was named) or status::io.
    static std::shared_ptr<session_store> open(const store_options&);
    // Writes what was appended, tries once where writing fails, and closes. Waits for that, but not
    // longer than close_timeout_ms: a disk that hangs keeps the thread and the file's lock.
    ~session_store();
    session_store(const session_store&) = delete;
    session_store& operator=(const session_store&) = delete;

    static constexpr int close_timeout_ms = 30000;

    struct loaded {
        std::vector<session::saved> sessions;
        std::vector<tombstone> tombstones; // those that last longer than now
    };
    // What is in the file: everything that was told stored. Throws resock::error.
    loaded load();

    // The records of one session. `sid` names one that was loaded, or one whose first record is
    // `created`; a later `created` with another sid goes on with that. One channel for each session
    // at a time. It keeps the store open.
    std::unique_ptr<channel> open_channel(const session::sid_bytes& sid, store_callbacks);

    // The same as the destructor, without waiting: `closed` is called last on the store's thread,
    // when another open() of the file is possible. Nothing appended from now on is written. Once.
    void close(std::function<void()> closed);

    // For tests: as if the disk had room for so many pages of the file.
    void limit_pages(std::uint32_t pages);

  private:
    explicit session_store(std::shared_ptr<store_worker>);

    std::shared_ptr<store_worker> worker_;
};

class session_store::channel {
  public:
    // When it returns no callback runs or comes any more. What was appended is still written.
    ~channel();
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    // Numbers the records 1, 2, 3 … Those of one call are stored together or not at all. Never
    // waits for the disk. What waits here is bounded by the budget of whoever appends: it frees
    // a message only when that is stored. One thread at a time.
    void append(session::records);
    std::uint64_t appended() const { return appended_; } // the number of the last

    struct state;

  private:
    friend class session_store;
    channel(std::shared_ptr<session_store>, std::shared_ptr<state>);

    std::shared_ptr<session_store> store_;
    std::shared_ptr<state> state_;
    std::uint64_t appended_ = 0;
};

} // namespace resock::net
