#include "hub/memory_pool.hpp"

namespace resock::hub {

void memory_pool::move(std::uint64_t from, std::uint64_t to) {
    const auto above = [this](std::uint64_t held) { return held > share_ ? held - share_ : 0; };
    // Unsigned arithmetic wraps: adding the difference is right both ways.
    bytes_ += to - from;
    borrowed_ += above(to) - above(from);
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
