// Questions written behind messages: the answer says that the peer's endpoint has read everything
// before (design: delivery, confirm=pong and confirm=heartbeat). One counter per connection serves
// the heartbeat too.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/deque.hpp"
#include "base/time.hpp"
#include "link/config.hpp"

namespace resock::link {

class barrier {
  public:
    static constexpr std::uint64_t due_bytes = 64u << 10; // at the latest so much behind the last
    static constexpr std::uint64_t due_messages = 256;
    // On a line that broke before anything was confirmed, barriers stand closer, down to this.
    static constexpr std::uint64_t least_due_bytes = 1u << 10;
    static constexpr std::size_t max_unanswered = 1024;

    // Reset by making a new one for each connection. `asks`: this connection's messages need
    // barriers at all. `max_open`: 1 for a text question, whose answers carry no number.
    barrier(std::uint64_t connection, const confirm_options& options, bool asks,
            std::size_t max_open)
        : connection_(connection)
        , options_(options)
        , asks_(asks)
        , max_open_(max_open) {}

    // A message with this id was staged whole.
    void staged(std::uint64_t id, std::uint64_t bytes, time_point now);
    // A barrier is wanted behind what is staged, however little that is.
    void want() { wanted_ = true; }
    void set_due_bytes(std::uint64_t bytes) { due_bytes_ = bytes; }

    // Asked at each message that is staged.
    bool due(time_point now) const {
        return (wanted_ || messages_ > 0) && due_at() <= now && may_ask();
    }
    std::optional<time_point> deadline() const;

    // The next question's payload: connection and counter, 8 bytes each, big-endian.
    using ping_payload = std::array<char, 16>;
    ping_payload next_payload() const;
    // The question was staged; it ends at `end` of the stream.
    void asked(std::uint64_t end, time_point now);
    void written(std::uint64_t total, time_point now);

    struct answer {
        std::uint64_t through = 0; // every message up to this id has been read by the endpoint
        duration rtt{};
    };
    // A pong came: what it confirms; empty where it is only a sign of life.
    std::optional<answer> pong(std::string_view payload, time_point now);
    // The text answer came.
    std::optional<answer> text_answer(time_point now);

    bool open() const { return !unanswered_.empty(); }
    bool all_covered() const { return messages_ == 0 && !wanted_; }
    std::uint64_t last_end() const { return unanswered_.empty() ? 0 : unanswered_.back().end; }
    // A question stands in the output and was not yet given to the kernel.
    bool waits_to_be_written() const { return !unanswered_.empty() && !unanswered_.back().written; }
    // Barriers stand close together and the next is due behind one that still waits to be written:
    // messages wait too, else they would all stand before the next.
    bool holds_back() const {
        return asks_ && due_bytes_ < due_bytes && bytes_ >= due_bytes_ && waits_to_be_written();
    }
    bool crowded() const { return unanswered_.size() >= max_unanswered; }
    // When the oldest unanswered question was given to the kernel.
    std::optional<time_point> oldest_written() const;
    void set_options(const confirm_options& options) { options_ = options; }

  private:
    struct question {
        std::uint64_t counter = 0;
        std::uint64_t through = 0;
        std::uint64_t end = 0;
        time_point at{};
        bool written = false;
    };
    std::optional<answer> take(std::uint64_t counter, time_point now);
    bool may_ask() const;
    // When the next question is due, where something waits for one.
    time_point due_at() const {
        const time_point at = wanted_ || bytes_ >= due_bytes_ || messages_ >= due_messages
                                  ? time_point::min()
                                  : after(first_staged_, options_.interval);
        if (!last_asked_ || options_.min_interval == duration::zero()) return at;
        return std::max(at, after(*last_asked_, options_.min_interval));
    }

    std::uint64_t connection_;
    confirm_options options_;
    bool asks_;
    std::size_t max_open_;
    std::uint64_t due_bytes_ = due_bytes;
    std::uint64_t counter_ = 0;
    std::uint64_t through_ = 0;  // last id staged
    std::uint64_t bytes_ = 0;    // staged behind the last question
    std::uint64_t messages_ = 0; // likewise
    time_point first_staged_{};  // the first of these
    std::optional<time_point> last_asked_;
    bool wanted_ = false;
    deque<question> unanswered_;
};

} // namespace resock::link
