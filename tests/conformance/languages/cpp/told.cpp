#include "told.hpp"

#include <stdexcept>

namespace conformance {

bool told::pull() {
    if (closed_) return false;
    if (auto event = hub_.poll()) sort(std::move(*event));
    return true;
}

void told::sort(resock::event event) {
    using kind = resock::event_kind;
    switch (event.kind()) {
    case kind::message:
        messages_.push_back(std::move(event));
        break;
    case kind::confirmed:
        through_[event.level()] = event.id();
        break;
    case kind::failed:
        failed_.push_back({event.id(), event.last_id(), event.reason()});
        break;
    case kind::writable:
        writable_ = true;
        break;
    case kind::open:
    case kind::down:
    case kind::credentials:
    case kind::lost:
    case kind::closed:
        if (event.kind() == kind::credentials) request_id_ = event.id();
        closed_ = closed_ || event.kind() == kind::closed;
        events_.push_back(std::move(event));
        break;
    default:
        break;
    }
}

std::optional<resock::event> told::next(queue& of) {
    while (of.empty())
        if (!pull()) return std::nullopt;
    std::optional<resock::event> first(std::move(of.front()));
    of.pop_front();
    return first;
}

void told::wait_until_writable() {
    while (!writable_)
        if (!pull()) throw std::runtime_error("CLOSED before WRITABLE");
    writable_ = false;
}

std::optional<resock::fail_reason> told::failure(std::uint64_t id) const {
    for (const failed& each : failed_)
        if (each.first <= id && id <= each.last) return each.reason;
    return std::nullopt;
}

bool told::reached(std::uint64_t id, resock::level level) const {
    for (auto each = through_.lower_bound(level); each != through_.end(); ++each)
        if (each->second >= id) return true;
    return false;
}

std::optional<resock::fail_reason> told::outcome(std::uint64_t id, resock::level level) {
    for (;;) {
        if (const auto reason = failure(id)) return reason;
        if (reached(id, level)) return std::nullopt;
        if (!pull()) throw std::runtime_error("CLOSED, and nothing was told of the message");
    }
}

} // namespace conformance
