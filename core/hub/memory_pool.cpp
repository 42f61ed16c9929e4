#include "hub/memory_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace resock::hub {

namespace {
constexpr std::int64_t press_every_ns = 1'000'000'000;
constexpr std::size_t least_read = 4096;
} // namespace

void memory_pool::tell(std::function<void()> relieved, std::function<void()> pressed) {
    relieved_ = std::move(relieved);
    pressed_ = std::move(pressed);
}

void memory_pool::move(std::uint64_t from, std::uint64_t to) {
    const auto above = [this](std::uint64_t held) { return held > share_ ? held - share_ : 0; };
    // Unsigned arithmetic wraps: adding the difference is right both ways.
    bytes_ += to - from;
    const std::uint64_t change = above(to) - above(from);
    if (change == 0) return;
    const std::uint64_t before = borrowed_.fetch_add(change);
    const bool room_again = before >= half_ && before + change < half_;
    if (room_again && relieved_ && waited_.exchange(false)) relieved_();
}

void memory_pool::found_none() {
    waited_ = true;
    // Given back meanwhile: whoever did may have seen nobody waiting.
    if (!used_up() && relieved_ && waited_.exchange(false)) return relieved_();
    const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
    std::int64_t before = pressed_at_ns_;
    if (!pressed_ || now - before < press_every_ns) return;
    if (pressed_at_ns_.compare_exchange_strong(before, now)) pressed_();
}

std::size_t memory_account::allowance(std::size_t most) const {
    if (!pool_->used_up()) return most;
    const std::uint64_t held = total();
    const std::uint64_t left = pool_->share() > held ? pool_->share() - held : 0;
    return static_cast<std::size_t>(
        std::clamp<std::uint64_t>(left, least_read, std::max(most, least_read)));
}

void memory_account::set(part which, std::uint64_t bytes) {
    const std::lock_guard guard(mutex_);
    std::uint64_t& at = parts_[static_cast<std::size_t>(which)];
    if (at == bytes) return;
    const std::uint64_t before = total_;
    const std::uint64_t now = before - at + bytes;
    at = bytes;
    total_ = now;
    pool_->move(before, now);
}

} // namespace resock::hub
