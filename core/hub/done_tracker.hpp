// Which messages of a session the application is done with: in any order, on any thread; what the
// peer is told is the last frame up to which all are (protocol R24).
//
// The I/O thread hands messages over in their order and publishes a burst at once. Their events
// hold a ticket each, and outlive hub and link. A tracker belongs to one session and lives until
// its owner and the last ticket have gone.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/deque.hpp"
#include "session/record.hpp"

namespace resock::hub {

// Told, on the thread of whoever finished a message, that the I/O thread has to learn of it. No
// lock of the tracker is held.
class done_listener {
  public:
    virtual void done_moved() noexcept = 0;

  protected:
    ~done_listener() = default;
};

class done_tracker {
  public:
    using ticket = std::uint64_t;

    struct release {
        void operator()(done_tracker* owned) const noexcept { owned->leave(); }
    };
    using owner = std::unique_ptr<done_tracker, release>;

    // by_hand: session.done=manual. positions: the application keeps the receive position.
    struct options {
        bool by_hand = false;
        bool positions = false;
        std::uint64_t window = 0; // session.window: a quarter of it does not wait for an ACK
        session::sid_bytes sid{};
        std::uint64_t born = 0;
    };
    static owner make(const options&, std::weak_ptr<done_listener>);

    // ---- I/O thread ----
    bool is_of(const session::sid_bytes& sid, std::uint64_t born) const {
        return options_.sid == sid && options_.born == born;
    }
    // The next message of the peer, which ends with frame `seq`.
    ticket hand_over(std::uint64_t seq, std::size_t bytes);
    // Everything handed over so far may be seen by the application from now on.
    void publish();
    // What moved since the last time.
    std::optional<std::uint64_t> fetch();
    // Whether the session will send an ACK by itself, which asks fetch() first. True where that
    // does not do for what has moved already: fetch now.
    bool set_ack_pending(bool);
    // The session is over or given up: nothing counts any more.
    void close();

    // ---- any thread ----
    void mark(ticket);              // done
    void mark_seq(std::uint64_t);   // the message that ends with this frame; unknown: nothing
    void drop(ticket, bool polled); // the event has gone; done with that, unless by hand
    // Bytes for the application to keep; empty where it does not keep the position.
    std::string position_behind(std::uint64_t seq, std::uint32_t check) const;
    std::size_t position_size() const { return options_.positions ? session::position_size : 0; }

  private:
    struct entry {
        std::uint64_t seq;
        std::uint32_t cost;
        bool done;
    };
    using lock = std::unique_lock<std::mutex>;

    done_tracker(const options& wanted, std::weak_ptr<done_listener> told)
        : options_(wanted)
        , told_(std::move(told)) {}
    ~done_tracker() = default;
    void leave() noexcept;
    entry* find(ticket);
    void set_done(entry&);
    bool wake_due();
    void unlock_and_wake(lock&);
    void tell() const;
    void end(lock&);

    const options options_;
    const std::weak_ptr<done_listener> told_;

    // I/O thread only.
    std::vector<entry> staged_;
    ticket next_ = 0;

    mutable std::mutex mutex_;   // of all below
    deque<entry> open_;          // from the first that is not done, in order
    ticket first_open_ = 0;      // the ticket of its front
    std::int64_t tickets_ = 0;   // published and not dropped; below 0 where an end came first
    std::uint64_t done_seq_ = 0; // all up to it are done
    std::uint64_t fetched_ = 0;
    std::uint64_t cost_ = 0; // done since the last fetch
    bool ack_pending_ = false;
    bool waking_ = false; // told_ was told, and nothing fetched since
    bool closed_ = false;
    bool owned_ = true;
};

} // namespace resock::hub
