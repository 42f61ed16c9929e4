#include "hub/admission.hpp"

#include <utility>

namespace resock::hub {

struct admission::place {
    place(std::shared_ptr<admission> in, std::string from, bool over)
        : owner(std::move(in))
        , ip(std::move(from))
        , excess(over) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() { owner->leave(*this); }

    const std::shared_ptr<admission> owner;
    const std::string ip;
    const bool excess;
};

admission::entry admission::enter(const std::string& ip) {
    const std::lock_guard guard(mutex_);
    entry made;
    const auto at = by_address_.find(ip);
    const std::uint64_t from_there = at == by_address_.end() ? 0 : at->second;
    made.outcome = passed_ >= connections_                     ? outcome::full
                   : !ip.empty() && from_there >= per_address_ ? outcome::address_full
                                                               : outcome::pass;
    const bool excess = made.outcome != outcome::pass;
    if (excess && excess_ >= max_excess) {
        made.outcome = outcome::drop;
        return made;
    }
    made.slot = std::make_shared<place>(shared_from_this(), ip, excess);
    if (excess) {
        ++excess_;
    } else {
        ++passed_;
        if (!ip.empty()) ++by_address_[ip];
    }
    return made;
}

void admission::leave(const place& from) {
    bool empty = false;
    {
        const std::lock_guard guard(mutex_);
        --(from.excess ? excess_ : passed_);
        if (!from.excess && !from.ip.empty()) {
            const auto at = by_address_.find(from.ip);
            if (--at->second == 0) by_address_.erase(at);
        }
        empty = passed_ + excess_ == 0;
    }
    if (empty && emptied_) emptied_();
}

std::uint64_t admission::inside() const {
    const std::lock_guard guard(mutex_);
    return passed_ + excess_;
}

} // namespace resock::hub
