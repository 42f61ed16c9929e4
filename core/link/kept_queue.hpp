// The messages of a link that were accepted and have not ended: waiting, written, in doubt.
//
// They are transmitted in the order of their ids, so on each connection what was staged (put into
// the connection's output) is a prefix, and what the kernel has taken is a prefix of that.
#pragma once

#include <boost/circular_buffer.hpp>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "base/payload.hpp"
#include "base/time.hpp"
#include "link/actions.hpp"

namespace resock::link {

struct kept_message {
    std::uint64_t id = 0;
    payload data;
    std::uint64_t begin = 0; // first byte in the stream of this connection, once staging began
    std::uint64_t end = 0;   // behind its last byte, once it is staged whole
    time_point expires = time_point::max();
    std::uint32_t size = 0; // its share of the budget; stays when data is given back
    bool text = false;
    bool unkept = false;
    bool flush = false;
    bool expiry_set = false; // its entry stands among the expiries
    bool touched = false;    // on some connection a byte of it was given to the kernel
    bool ended = false;      // confirmed or failed; leaves when it comes to the front
};

class kept_queue {
  public:
    // `final_is_written`: a message ends when it is written (at-most-once with confirm=off).
    kept_queue(link::delivery delivery, bool final_is_written)
        : at_most_once_(delivery == delivery::at_most_once)
        , final_is_written_(final_is_written) {}

    void push(kept_message message);
    bool empty() const { return live_ == 0; }
    std::uint64_t messages() const { return live_; }
    std::uint64_t bytes() const { return live_bytes_; }

    // Of the first message that has not ended; the queue must not be empty.
    std::uint64_t first_id() const;
    // A barrier is wanted behind the newest message, if it still waits.
    void flush_last();

    // ---- staging ----
    // The next message to put into the output, null where none waits.
    kept_message* to_stage();
    // A message is staged in parts: offset of the next part, 0 between messages.
    std::size_t part() const { return part_; }
    void begin_stage(kept_message&, std::uint64_t stream);
    void advance_part(std::size_t bytes) { part_ += bytes; }
    void finish_stage(kept_message&, std::uint64_t stream);
    std::uint64_t staged_through() const { return staged_through_; }

    // ---- what happened to them ----
    // The kernel has taken the stream up to `total`. The last id written whole, 0 where none.
    std::uint64_t written(std::uint64_t total, actions&);
    void confirm_through(std::uint64_t id, actions&);
    void confirm_one(std::uint64_t id, actions&);
    void refuse(std::uint64_t id, actions&);
    void expire(time_point now, actions&);
    std::optional<time_point> next_expiry();
    // Ends untouched messages until so much is free or none is left.
    out::made_room make_room(const in::make_room&, actions&);
    // The connection is gone: what it does to each message (see the table in the .cpp). The
    // answer: how many were given to the kernel on this connection and stay in doubt, and the
    // first of them.
    struct doubt {
        std::uint64_t messages = 0;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
    };
    doubt lost_connection(actions&);
    // The link ends: FAILED for everything left, in_doubt where a byte was or may yet be given to
    // the kernel, else not_sent.
    void end_all(actions&);

    // Messages staged again that an earlier connection had already carried.
    std::uint64_t resent() const { return resent_; }
    // Entries held for messages and expiries, those of ended ones included: a small multiple of
    // messages().
    std::size_t held() const { return queue_.size() + expiries_.size(); }

  private:
    std::size_t position(std::uint64_t id) const; // of the first message with an id >= `id`
    bool mid_stage(const kept_message& m) const { return part_ > 0 && m.id == staging_; }
    void end(kept_message&);
    void confirm(kept_message&);
    void fail(kept_message&, fail_reason, bool for_room, actions&);
    void collect(actions&); // ended messages leave at the front; CONFIRMED where the run moved
    void compact();
    void set_expiry(kept_message&);

    boost::circular_buffer<kept_message> queue_;
    using expiry = std::pair<time_point, std::uint64_t>;
    class expiry_queue : public std::priority_queue<expiry, std::vector<expiry>, std::greater<>> {
      public:
        void clear() { c.clear(); }
    };
    expiry_queue expiries_;
    bool at_most_once_;
    bool final_is_written_;
    std::uint64_t live_ = 0; // not ended
    std::uint64_t live_bytes_ = 0;
    std::uint64_t staged_through_ = 0;  // last id staged whole on this connection
    std::uint64_t written_through_ = 0; // last id written whole on this connection
    std::uint64_t written_total_ = 0;   // bytes of this connection's stream the kernel has
    std::uint64_t touched_through_ = 0; // last id of which a byte was ever given to the kernel
    std::uint64_t staging_ = 0;         // id of the message whose parts are being staged
    std::size_t part_ = 0;
    std::uint64_t resent_ = 0;
    // Confirmed since the last CONFIRMED that was told: their budget is free with the next.
    std::uint64_t confirmed_id_ = 0;
    std::uint64_t confirmed_messages_ = 0;
    std::uint64_t confirmed_bytes_ = 0;
    std::uint64_t told_through_ = 0;
    std::uint64_t drop_from_ = 0; // no message below this id can be dropped any more
};

} // namespace resock::link
