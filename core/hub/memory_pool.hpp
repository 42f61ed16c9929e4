// The memory that the links of one listener hold together (listen.memory), so that a few that do
// not read or never end their messages cannot take it from the others.
//
// Half of the limit is divided evenly: every link may always hold its share, limit / 2 /
// listen.connections. The other half is a pool that links borrow from. Once that is used up, a link
// above its share gets no more: its send is refused, its socket is not read, and an open
// message larger than the share ends the connection with 1013.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace resock::hub {

// Any thread.
class memory_pool {
  public:
    memory_pool(std::uint64_t limit, std::uint64_t links)
        : half_(limit / 2)
        , share_(limit / 2 / links) {}

    std::uint64_t share() const { return share_; }
    bool used_up() const { return borrowed_ >= half_; }
    // Called from then on, under whatever locks: `relieved` when there is room again after somebody
    // found none, `pressed` when somebody finds none, at most once a second.
    void tell(std::function<void()> relieved, std::function<void()> pressed);
    std::uint64_t bytes() const { return bytes_; } // held by all links

  private:
    friend class memory_account;
    void move(std::uint64_t from, std::uint64_t to);
    void found_none();

    const std::uint64_t half_;
    const std::uint64_t share_;
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> borrowed_{0}; // above the shares
    std::function<void()> relieved_;
    std::function<void()> pressed_;
    std::atomic<bool> waited_{false}; // somebody found no room since the last relief
    std::atomic<std::int64_t> pressed_at_ns_{0};
};

// What one link holds. Any thread.
class memory_account {
  public:
    enum class part { queue, events, wire };
    // What a message costs beside its bytes, about.
    static constexpr std::uint64_t per_message = 128;

    explicit memory_account(std::shared_ptr<memory_pool> pool)
        : pool_(std::move(pool)) {}
    ~memory_account() { pool_->move(total(), 0); }
    memory_account(const memory_account&) = delete;
    memory_account& operator=(const memory_account&) = delete;

    void set(part, std::uint64_t bytes);
    // May the link hold `more` bytes?
    bool fits(std::uint64_t more) const {
        if (total() + more <= pool_->share() || !pool_->used_up()) return true;
        pool_->found_none();
        return false;
    }
    std::uint64_t share() const { return pool_->share(); }
    bool above_share() const { return total() > pool_->share(); }
    // How much it may read at once, `most` where nothing is short: all that it reads may stay.
    std::size_t allowance(std::size_t most) const;
    std::uint64_t total() const { return total_; }

  private:
    const std::shared_ptr<memory_pool> pool_;
    std::mutex mutex_; // of parts_
    std::array<std::uint64_t, 3> parts_{};
    std::atomic<std::uint64_t> total_{0};
};

} // namespace resock::hub
