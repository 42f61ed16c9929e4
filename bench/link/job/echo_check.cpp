#include "job/echo_check.hpp"

#include <algorithm>

namespace bench {

void echo_check::arrived_otherwise(std::string_view echo) {
    const std::uint64_t number = like_.is_like(echo) ? numbered_message::number_of(echo) : total_;
    if (number >= total_) {
        ++wrong_;
        return;
    }
    if (seen_.empty()) {
        seen_.resize(static_cast<std::size_t>(total_));
        std::fill_n(seen_.begin(), next_, true);
    }
    auto seen = seen_[static_cast<std::size_t>(number)];
    if (seen) {
        ++twice_;
        return;
    }
    seen = true;
    ++distinct_;
    if (number < next_) ++out_of_order_;
    next_ = std::max(next_, number + 1);
}

void echo_check::report(boost::json::object& into) const {
    into["lost"] = total_ - distinct_;
    into["twice"] = twice_;
    into["out_of_order"] = out_of_order_;
    into["wrong"] = wrong_;
}

} // namespace bench
