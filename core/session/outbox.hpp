// Our direction of a session: messages are numbered when they are accepted (R6), cut into frames
// that are the same at each transmission, and kept until the peer has acknowledged them.
//
// Frames go out in the order of their numbers, so what this connection has carried, and what any
// connection has, are prefixes.
#pragma once

#include <array>
#include <boost/circular_buffer.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string_view>
#include <vector>

#include "base/deque.hpp"
#include "base/outcome.hpp"
#include "base/payload.hpp"
#include "base/time.hpp"
#include "session/id_runs.hpp"
#include "session/record.hpp"

namespace resock::session {

struct outgoing {
    std::uint64_t id = 0; // 1, 2, 3 … of the link
    payload data;
    bool text = false;
    bool note = false;                      // NOTE (R11), else DATA
    bool flush = false;                     // ACKME: acknowledged at once
    time_point expires = time_point::max(); // while no frame of it was handed to a connection
    std::uint64_t expires_ms = 0;           // the same, since 1970, for the peer; 0: does not
};

struct failure_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    fail_reason reason = fail_reason::not_sent;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    bool for_room = false;
};

struct freed_room {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

class outbox {
  public:
    struct entry {
        std::uint64_t id = 0; // no_id: END
        payload data;
        std::uint64_t first_seq = 0; // of a note: that of the next message
        std::uint64_t frames = 0;    // 0: a note
        std::uint64_t record = 0;    // must be stored before a frame goes out; 0: need not
        std::uint64_t expires_ms = 0;
        time_point expires = time_point::max();
        std::uint32_t chunk = 0; // bytes of payload in each frame but the last
        std::uint32_t size = 0;  // its share of the budget; stays when data is given back
        std::uint32_t end_code = 0;
        session::content content = content::data;
        bool text = false;
        bool ackme = false;
        bool failed = false; // was told so; the VOIDs in its place are still to be acknowledged
        bool over = false;   // acknowledged, or a note that was written or dropped

        std::uint64_t last_seq() const { return first_seq + frames - 1; }
    };
    static constexpr std::uint64_t no_id = UINT64_MAX;

    struct told {                  // what a call made of messages; ranges merged
        std::uint64_t through = 0; // CONFIRMED; 0: nothing new
        freed_room confirmed;
        std::vector<failure_range> failed;
    };

    void restore(saved&);
    void set_max_frame(std::uint32_t bytes) { max_frame_ = bytes; } // of frames made from now on

    // ---- accepting ----
    entry& push(outgoing&&);
    entry& push_end(std::uint32_t code, std::string_view reason);
    bool ending() const { return ending_; }
    static record::queued record_of(const entry&);

    // ---- staging, on the connection that stands ----
    struct frame {
        std::string_view head; // valid until the next call
        std::string_view body;
        std::uint64_t size() const { return head.size() + body.size(); }
    };
    // The next sequenced frame that this connection has not carried and that fits below `limit`;
    // `stored`: records up to this are. False: none.
    bool next(std::uint64_t limit, std::uint64_t stored, frame& out);
    // It was put at these places of the connection's stream.
    void sent(std::uint64_t begin, std::uint64_t end);
    entry* next_note();
    void note_sent(std::uint64_t begin, std::uint64_t end);
    bool has_notes() const { return !notes_.empty(); }

    // ---- what happened to them ----
    // The kernel has taken the stream up to `total`. The last id written whole, 0 where none.
    std::uint64_t written(std::uint64_t total, told&);
    // The connection is gone, or a new one begins: notes that were not written are dropped, the
    // next frame is the first unacknowledged.
    void rewind(std::uint64_t written_total, told&);
    // acked() <= seq <= numbered() is the caller's to see to.
    void acknowledge(std::uint64_t seq, told&);
    // R24: the peer's application has finished every message up to frame seq. The id that this
    // covers; 0: none that is known.
    std::uint64_t processed(std::uint64_t seq) { return acknowledged_ids_.take(seq); }
    std::optional<time_point> next_expiry();
    // R25: each that becomes VOID is handed to `changed`, to be written down.
    using changed = std::function<void(entry&)>;
    void expire(time_point now, told&, const changed&);
    void void_above(std::uint64_t max_message, told&, const changed&);
    freed_room make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first, told&,
                         const changed&);
    // The link ends and its session stays on disk: what never came there is over.
    void end_unstored(std::uint64_t stored, fail_reason, told&);
    // R29. `all_unsent`: the peer's last word covers the rest. Untouched messages go into `keep`
    // where it is given.
    void end_all(bool all_unsent, told&, std::vector<outgoing>* keep);

    // ---- looking ----
    std::uint64_t numbered() const { return numbered_; }
    std::uint64_t acked() const { return acked_; }
    std::uint32_t acked_check() const { return acked_check_; }
    bool end_acked() const { return ending_ && acked_ == numbered_; }
    // The check of frame `seq` (R17): acked() <= seq <= numbered(), seq > 0.
    std::uint32_t check_at(std::uint64_t seq) const;
    // R7, counted from where this end began or was restored.
    std::uint64_t acked_position() const { return acked_position_; }
    std::uint64_t sent_position() const { return sent_position_; }
    std::uint64_t sent_through() const { return sent_; }
    // Messages that have not ended, and their bytes.
    std::uint64_t messages() const { return live_; }
    std::uint64_t bytes() const { return live_bytes_; }
    std::uint64_t first_id() const; // of the first that has not ended; 0: none
    std::uint64_t resent() const { return resent_; }
    std::size_t entries() const { return entries_.size(); }
    bool nothing_owed() const { return entries_.empty(); }

  private:
    struct place {                   // in the connection's stream
        std::uint64_t first_seq = 0; // 0: a note
        std::uint64_t id = 0;
        std::uint64_t begin = 0;
        std::uint64_t end = 0; // 0: not whole yet
    };
    using expiry = std::pair<time_point, std::uint64_t>; // when, first_seq

    entry& append();
    void push_place(const place&);
    void cut(entry&);
    std::size_t index_of(std::uint64_t seq) const; // of the entry with that frame
    std::size_t index_of_id(std::uint64_t id) const;
    frame make_frame(const entry&, std::uint64_t part) const;
    std::uint64_t cost_of(const entry&, std::uint64_t part) const;
    bool untouched(const entry&) const; // and not staged on this connection
    void make_void(std::size_t index, fail_reason, bool for_room, told&, const changed&);
    void merge_void(std::size_t into);
    void note_over(std::uint64_t id, bool dropped, told&);
    void fail(entry&, fail_reason, bool for_room, told&);
    void acknowledge_in(entry&, std::uint64_t seq);
    void skip_sent();
    void collect(told&);

    boost::circular_buffer<entry> entries_;
    deque<std::uint64_t> notes_; // ids of those to be staged
    deque<place> places_;
    std::priority_queue<expiry, std::vector<expiry>, std::greater<>> expiries_;
    id_runs acknowledged_ids_; // whose DONE has not come
    mutable std::array<char, 40> head_;

    std::uint32_t max_frame_ = min_max_frame;
    bool ending_ = false;
    std::uint64_t numbered_ = 0;
    std::uint64_t acked_ = 0;
    std::uint32_t acked_check_ = 0;
    std::uint64_t acked_position_ = 0;
    std::uint64_t sent_ = 0; // on this connection, or acknowledged
    std::uint64_t sent_position_ = 0;
    std::uint64_t highest_sent_ = 0; // on any
    std::size_t cursor_ = 0;         // entry of frame sent_ + 1, or of a note before it
    std::uint64_t touched_ = 0;      // highest first_seq of which a byte was given to the kernel
    std::uint64_t live_ = 0;
    std::uint64_t live_bytes_ = 0;
    std::uint64_t resent_ = 0;
    std::uint64_t last_id_ = 0;
};

} // namespace resock::session
