#include "ledger.hpp"

#include <boost/json/array.hpp>

#include "support/clock.hpp"

namespace bench {

namespace {

// Bounds for memory: 128 MiB of bits, and more cuts than a run has.
constexpr std::uint64_t most_numbers = std::uint64_t{1} << 30;
constexpr std::size_t most_cuts = 1'000'000;

} // namespace

void ledger::began(std::uint64_t number) {
    if (number >= most_numbers) {
        ++out_of_range_;
        return;
    }
    const bool later = number >= seen_.size();
    if (later) seen_.resize(static_cast<std::size_t>(number) + 1);
    auto seen = seen_[static_cast<std::size_t>(number)];
    if (seen) {
        ++twice_;
        return;
    }
    seen = true;
    ++distinct_;
    if (!later) ++out_of_order_;
}

void ledger::cut() {
    cut_at_ns_ = now_ns();
}

void ledger::recovered() {
    if (recover_ns_.size() < most_cuts) recover_ns_.push_back(now_ns() - cut_at_ns_);
    cut_at_ns_ = 0;
}

boost::json::object ledger::report() const {
    boost::json::array recover_us;
    for (const std::int64_t each : recover_ns_)
        recover_us.push_back(static_cast<double>(each) / 1000);
    return {{"connections", connections_},
            {"messages", messages_},
            {"distinct", distinct_},
            {"twice", twice_},
            {"out_of_order", out_of_order_},
            {"out_of_range", out_of_range_},
            {"missing_below_highest", seen_.size() - distinct_},
            {"recover_us", std::move(recover_us)}};
}

} // namespace bench
