// What has arrived of a stream.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "demo/settings.hpp"

namespace demo {

struct arrivals {
    std::uint64_t distinct = 0;
    std::uint64_t twice = 0;        // arrivals of what had arrived before
    std::uint64_t out_of_order = 0; // resends aside: came for the first time, after a later one
    std::uint64_t damaged = 0;      // none of the messages that were sent
};

// Of a stretch of the stream; the worst that happened to one of its messages.
enum class fate { arrived, twice, missing };

class tally {
  public:
    explicit tally(std::uint64_t messages)
        : times_(messages + 1) {}

    // On one thread.
    void take(std::string_view message);
    // The first message of a connection has come; on the thread of take().
    void note_first(clock::time_point at) { first_at_.push_back(at); }

    // From any thread.
    arrivals counted() const;
    // Both once the thread of take() has ended. The stream in so many stretches, in its order;
    // fewer where it has fewer messages.
    std::vector<fate> fates(std::size_t stretches) const;
    const std::vector<clock::time_point>& first_at() const { return first_at_; }

  private:
    std::vector<std::uint8_t> times_; // that each number came: 0, 1, or 2 for more
    std::uint64_t highest_ = 0;
    std::atomic<std::uint64_t> distinct_{0};
    std::atomic<std::uint64_t> twice_{0};
    std::atomic<std::uint64_t> out_of_order_{0};
    std::atomic<std::uint64_t> damaged_{0};
    std::vector<clock::time_point> first_at_;
};

} // namespace demo
