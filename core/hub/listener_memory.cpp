// What a listener does while listen.memory is short, and once it no longer is.

#include <boost/asio/post.hpp>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/listener.hpp"

namespace resock::hub {

namespace {

// While memory is short, a peer that takes nothing for so long is one that does not read.
constexpr duration stalled_after = std::chrono::seconds(10);
constexpr auto look_every = std::chrono::seconds(1);

} // namespace

std::vector<std::shared_ptr<hub_link>> listener::all_of_mine() const {
    std::vector<std::shared_ptr<hub_link>> links;
    const lock guard(mutex_);
    for (const auto& [id, each] : links_)
        if (auto link = each.lock()) links.push_back(std::move(link));
    return links;
}

void listener::post(void (listener::*what)()) {
    boost::asio::post(*gates_.front()->worker()->io, [weak = weak_from_this(), what] {
        if (const auto self = weak.lock()) (self.get()->*what)();
    });
}

void listener::wake_waiting() {
    for (const auto& each : all_of_mine())
        each->memory_freed();
}

// Memory is short: of the links above their share whose peers take nothing, the largest goes.
void listener::end_stalled() {
    const time_point now = net::steady_now();
    std::shared_ptr<hub_link> largest;
    std::uint64_t most = 0;
    for (const auto& each : all_of_mine()) {
        const std::uint64_t held = each->stalled_bytes(now, stalled_after);
        if (held <= most) continue;
        most = held;
        largest = each;
    }
    if (largest) largest->give_up();
    // Looked at once more whatever the pool says now: who finds no room within the next second is
    // not told of (memory_pool::tell).
    if (std::exchange(pressure_armed_, true)) return;
    pressure_->expires_after(look_every);
    pressure_->async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!self || cancelled) return;
        self->pressure_armed_ = false;
        if (self->pool_->used_up()) self->end_stalled();
    });
}

} // namespace resock::hub
