// How many connections a listener holds, in all and from one address. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace resock::hub {

class admission : public std::enable_shared_from_this<admission> {
  public:
    // Connections above a limit that are held just long enough to be told so.
    static constexpr std::uint64_t max_excess = 256;

    enum class outcome {
        pass,
        full,         // listen.connections: to be refused with 503
        address_full, // listen.per_address: to be refused with 429
        drop,         // even the places of those to be refused are taken
    };
    struct entry {
        admission::outcome outcome = outcome::drop;
        std::shared_ptr<void> slot; // the place: free again once it is gone; null for drop
    };

    // `emptied` is called, on any thread, whenever the last place became free.
    admission(std::uint64_t connections, std::uint64_t per_address, std::function<void()> emptied)
        : connections_(connections)
        , per_address_(per_address)
        , emptied_(std::move(emptied)) {}

    // `ip`: "" counts in all only (unix sockets).
    entry enter(const std::string& ip);
    std::uint64_t inside() const; // those in excess too

  private:
    struct place;
    void leave(const place&);

    const std::uint64_t connections_;
    const std::uint64_t per_address_;
    const std::function<void()> emptied_;
    mutable std::mutex mutex_; // of all below
    std::uint64_t passed_ = 0;
    std::uint64_t excess_ = 0;
    std::unordered_map<std::string, std::uint64_t> by_address_;
};

} // namespace resock::hub
