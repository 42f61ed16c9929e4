// One channel as the store's thread sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "net/store/record_writer.hpp"
#include "net/store/session_store.hpp"

namespace resock::net {

struct session_store::channel::state {
    state(const session::sid_bytes& sid, store_callbacks callbacks)
        : cursor(sid)
        , callbacks_(std::make_shared<const store_callbacks>(std::move(callbacks))) {}

    void tell_stored(std::uint64_t through);
    // Not again what was told last, until something was stored.
    void tell_failed(const std::string& text, bool for_good);
    // No callback runs, but the one that calls this, or comes any more.
    void silence();

    // The store's thread only.
    record_writer::cursor cursor;
    std::uint64_t stored_through = 0; // to be told

  private:
    template<class Call>
    void tell(Call);

    std::string told_; // the store's thread only
    // Held during a callback; recursive, because one may let go of its own channel.
    std::recursive_mutex mutex_;
    std::shared_ptr<const store_callbacks> callbacks_;
};

} // namespace resock::net
