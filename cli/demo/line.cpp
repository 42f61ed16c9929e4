#include "demo/line.hpp"

namespace demo {

line::line(const chaos::settings& faults)
    : proxy_(faults, [this](const chaos::event& happened) { note(happened); }) {
}

void line::stop() {
    proxy_.stop();
    proxy_.join();
}

std::vector<clock::time_point> line::cuts_at() const {
    const std::lock_guard lock(mutex_);
    return cuts_at_;
}

std::uint64_t line::cuts() const {
    const std::lock_guard lock(mutex_);
    return cuts_at_.size();
}

std::uint64_t line::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

void line::note(const chaos::event& happened) {
    const std::lock_guard lock(mutex_);
    if (happened.kind == chaos::kind::accepted) ++connections_;
    if (happened.kind == chaos::kind::cut) cuts_at_.push_back(clock::now());
}

} // namespace demo
