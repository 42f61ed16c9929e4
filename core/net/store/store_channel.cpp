#include "net/store/store_channel.hpp"

#include <unistd.h>

namespace resock::net {

template<class Call>
void session_store::channel::state::tell(Call call) {
    const std::lock_guard lock(mutex_);
    // A copy: the callback may silence this very channel.
    if (const auto callbacks = callbacks_) call(*callbacks);
}

void session_store::channel::state::tell_stored(std::uint64_t through) {
    told_.clear();
    tell([&](const store_callbacks& to) {
        if (to.stored) to.stored(through);
    });
}

void session_store::channel::state::tell_failed(const std::string& text, bool for_good) {
    if (told_ == text) return;
    told_ = text;
    tell([&](const store_callbacks& to) {
        if (to.failed) to.failed(text, for_good);
    });
}

void session_store::channel::state::silence() {
    const std::lock_guard lock(mutex_);
    callbacks_.reset();
}

} // namespace resock::net
