// Is the peer still there? Pure: told what happened, it says what is due and when.
//
// A question (ping or text) is sent when nothing was received for `interval`, whatever we send.
// The answer's time starts when the question has left the socket. Until the peer's TCP has taken
// the question, or while bytes of ours still wait for the peer, what the peer acknowledges by TCP
// and a zero window that answers probes count as life, up to `stall`. While we pause reading the
// answer's time rests. Any byte received is life and answers the question.
//
// The driver's part: fetch due() at deadline() and after each event, do what it says, report it.
// `inspect` stays due until inspected() was called; nothing is declared dead on an old inspection.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace resock::policy {

struct heartbeat_options {
    bool enabled = true;
    duration interval = std::chrono::seconds(10);
    duration timeout = std::chrono::seconds(10);
    duration stall = std::chrono::minutes(5);
};

// What the transport says of the way to the peer (Linux: SIOCOUTQNSD, SIOCOUTQ, TCP_INFO).
struct transport_state {
    std::uint64_t unsent = 0;      // bytes in the socket that were not yet transmitted
    std::uint64_t unacked = 0;     // bytes in the socket that the peer's TCP has not acknowledged,
                                   // the unsent ones included (as SIOCOUTQ counts)
    std::uint64_t acked_total = 0; // bytes acknowledged since the connection began
    duration last_ack_age = duration::max(); // since the last ACK segment came; max: not known
    // A probe of a zero window was sent and not answered so far (tcpi_probes > 0). Linux spaces
    // probes further and further apart, up to 2 min, so the age of the last ACK alone would let a
    // living peer die between two probes.
    bool probe_unanswered = false;
};

class heartbeat {
  public:
    enum class duty {
        none,
        ask,     // put a question on the wire, then call asked()
        inspect, // fetch transport_state, then call inspected()
        dead,    // silent for silence(): give the connection up
    };

    explicit heartbeat(const heartbeat_options& options)
        : options_(options) {}

    void connected(time_point now);
    void received(time_point now);
    // We stop or go on reading from the socket because our own reader is slow.
    void reading(bool on, time_point now);
    // The question was appended to the output; it ends at byte `end` of this connection's stream.
    // While an earlier question is unanswered this changes nothing: it is the one that counts.
    // not_staged: it cannot be appended yet; a second call tells its end once it is.
    static constexpr std::uint64_t not_staged = UINT64_MAX;
    void asked(std::uint64_t end, time_point now);
    // So many bytes of the stream were given to the kernel in all.
    void written(std::uint64_t total, time_point now);
    void inspected(const transport_state&, time_point now);

    duty due(time_point now) const;
    std::optional<time_point> deadline() const;

    // Time since the last byte was received.
    duration silence(time_point now) const { return now - last_received_; }
    // The peer takes bytes but has not answered for a while: "peer reads slowly" (LOG once).
    bool peer_reads_slowly() const { return slow_; }
    void set_options(const heartbeat_options& options) { options_ = options; }

  private:
    // Each state waits for received(), which leads back to idle.
    enum class state {
        closed, // before connected(): nothing is due
        idle,   // a question is due `interval` after the last byte received
        asked,  // the question is in the stream, not all of it has left the socket
        left,   // all of it was transmitted: its answer's time runs
    };

    duration inspection_period() const;
    bool shows_life(const transport_state&, time_point now) const;
    time_point dead_at() const;

    heartbeat_options options_;
    state state_ = state::closed;
    time_point last_received_{};
    std::optional<time_point> paused_at_;

    // Of the question that is out.
    std::uint64_t end_ = 0; // its last byte stands before this one of the stream
    time_point asked_at_{};
    time_point unextended_{}; // from when the answer's time would count without signs of life
    time_point reference_{};  // from when it counts
    time_point inspect_at_{}; // when to look next
    bool acked_ = false;      // the peer's TCP has taken the question
    bool slow_ = false;

    // Of the connection.
    std::uint64_t written_ = 0;
    std::uint64_t acked_total_ = 0;
    time_point inspected_at_{};
};

} // namespace resock::policy
