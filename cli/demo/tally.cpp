#include "demo/tally.hpp"

#include <algorithm>

#include "demo/stream.hpp"

namespace demo {

void tally::take(std::string_view message) {
    const auto number = number_of(message);
    if (!number || *number == 0 || *number >= times_.size()) {
        ++damaged_;
    } else if (times_[*number] > 0) {
        times_[*number] = 2;
        ++twice_;
    } else {
        times_[*number] = 1;
        if (*number < highest_) ++out_of_order_;
        highest_ = std::max(highest_, *number);
        ++distinct_;
    }
}

arrivals tally::counted() const {
    return {distinct_, twice_, out_of_order_, damaged_};
}

std::vector<fate> tally::fates(std::size_t stretches) const {
    const std::size_t messages = times_.size() - 1;
    std::vector<fate> made(std::min(stretches, messages), fate::arrived);
    for (std::size_t number = 1; number <= messages; ++number) {
        fate& of = made[(number - 1) * made.size() / messages];
        if (times_[number] == 0)
            of = fate::missing;
        else if (times_[number] > 1 && of == fate::arrived)
            of = fate::twice;
    }
    return made;
}

} // namespace demo
