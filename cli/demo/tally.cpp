#include "demo/tally.hpp"

#include <algorithm>

#include "demo/stream.hpp"

namespace demo {

void tally::take(std::string_view message) {
    const auto number = number_of(message);
    if (!number || *number == 0 || *number >= seen_.size()) {
        ++damaged_;
    } else if (seen_[*number]) {
        ++twice_;
    } else {
        seen_[*number] = true;
        if (*number < highest_) ++out_of_order_;
        highest_ = std::max(highest_, *number);
        ++distinct_;
    }
}

arrivals tally::counted() const {
    return {distinct_, twice_, out_of_order_, damaged_};
}

} // namespace demo
