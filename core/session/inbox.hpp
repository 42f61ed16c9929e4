// The peer's direction of a session: frames are taken in order, put together to messages, and
// counted until the application is done with them (R18–R20, R24).
//
// Three counts go up one behind the other: arrived (read from a connection), recv (kept at the
// announced level: what is acknowledged) and done. Without a store recv is arrived.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "base/deque.hpp"
#include "base/payload.hpp"
#include "session/frame.hpp"
#include "session/record.hpp"

namespace resock::session {

struct arrival {
    std::string_view bytes;
    payload owned; // where set, bytes points into it
    bool text = false;
    bool note = false;
    bool redelivered = false;
    std::uint64_t seq = 0;   // of its last frame; 0: a note
    std::uint32_t check = 0; // of that frame, with ack_level 3
    std::uint64_t expires_ms = 0;
};

class inbox {
  public:
    inbox(std::uint32_t window, std::uint8_t ack_level)
        : window_(window)
        , level_(ack_level) {}

    void restore(saved&);
    void set_position(const position&);
    void set_max_message(std::uint32_t bytes) { max_message_ = bytes; }

    // ---- frames ----
    // Where frame `seq` stands: 0 the next, negative a duplicate, positive a gap.
    int place(std::uint64_t seq) const {
        return seq == arrived_.seq + 1 ? 0 : seq <= arrived_.seq ? -1 : 1;
    }
    // A message is incomplete: VOID and END may not come, DATA goes on with it (R8).
    bool mid_message() const { return mid_message_; }
    bool ended() const { return ended_; }

    // The next frame, `size` bytes long, with its payload and, from ack_level 2 on, its check (R17;
    // below that set_check() comes later, once for many frames). Returns an error for 4400, ""
    // where it was taken. A whole message is left in `message()`.
    std::string take(const data_frame&, std::size_t size, std::uint32_t check, payload owned);
    void take_void(std::size_t size, std::uint32_t check);
    void take_end(const end_frame&, std::size_t size, std::uint32_t check);
    bool whole() const { return whole_; }
    arrival message(); // takes the whole message away
    void set_check(std::uint32_t of_arrived);

    // ---- keeping ----
    struct mark {
        std::uint64_t seq = 0;
        std::uint64_t position = 0; // R7, from where this end began or was restored
        std::uint32_t check = 0;
    };
    // Frames up to there were written down (from ack_level 2 on; below that they are kept at once).
    void stored(const mark&);
    // False: nothing has moved.
    bool done(std::uint64_t seq);

    // ---- looking ----
    const mark& arrived() const { return arrived_; }
    const mark& recv() const { return recv_; }
    std::uint64_t done() const; // at most recv
    // R20: cost for which there is room beside whole messages that are not done.
    std::uint32_t window() const {
        return held_ >= window_ ? 0 : static_cast<std::uint32_t>(window_ - held_);
    }
    std::uint32_t first_window() const { return window_; }
    std::size_t open_bytes() const { return parts_.size(); }
    std::uint32_t end_code() const { return end_code_; }
    const std::string& end_reason() const { return end_reason_; }

    // After restore(): the messages that come again, in order; empty where none is left.
    std::optional<arrival> redeliver();

  private:
    struct waiting {              // a whole message that is not done
        mark at;                  // its last frame
        std::uint64_t before = 0; // last frame of what was whole before it
        std::uint64_t cost = 0;
    };
    void arrive(std::uint64_t cost, std::uint32_t check);
    void keep(const mark& at) {
        if (at.seq > recv_.seq) recv_ = at;
    }
    std::string begin_message(const data_frame&);
    void finish_message(std::string_view bytes, payload owned);
    void wait_for_done();
    arrival put_together(const record::arrived& last);
    void begin_behind(const mark&);
    void look_for_end();

    std::uint32_t window_;
    std::uint8_t level_;
    std::uint32_t max_message_ = default_max_message;
    mark arrived_;
    mark recv_;
    mark stored_; // ack_level 3: written down, but messages before it are not done
    std::uint64_t whole_through_ = 0; // last frame of the last whole message, VOID or END
    std::uint64_t held_ = 0;          // cost of waiting_
    deque<waiting> waiting_;

    bool mid_message_ = false;
    bool whole_ = false;
    bool text_ = false;
    std::uint64_t expires_ms_ = 0;
    std::uint64_t message_cost_ = 0;
    buffer parts_;
    arrival message_;

    bool ended_ = false;
    std::uint32_t end_code_ = 0;
    std::string end_reason_;
    std::vector<record::arrived> again_; // from the restart on, until redelivered
    std::size_t next_again_ = 0;
    std::size_t end_again_ = 0;
};

} // namespace resock::session
