// The sending side of one open connection: what goes into its output, in which order, and the
// questions whose answers tell that the peer is alive and what it has read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/deque.hpp"
#include "base/random.hpp"
#include "link/barrier.hpp"
#include "link/config.hpp"
#include "link/greetings.hpp"
#include "link/kept_queue.hpp"
#include "policy/heartbeat.hpp"
#include "wire/frame.hpp"

namespace resock::link {

class connection {
  public:
    // So much is staged ahead of the kernel, and a message longer than max_fragment goes in
    // fragments: with TCP_NOTSENT_LOWAT (128 KiB) a question never waits behind more than 256 KiB.
    static constexpr std::size_t stage_limit = 64u << 10;
    static constexpr std::size_t max_fragment = 64u << 10;

    connection(std::uint64_t number, const config&, random_source&, const greetings&,
               time_point now);

    std::uint64_t number() const { return number_; }
    std::string_view output() const { return output_.view(); }
    buffer take_output() { return std::move(output_); }

    // Fills the output: pongs, questions, greetings, then messages of the queue.
    void stage(kept_queue&, time_point now);
    // When staging has something to do although nothing happens (a barrier).
    std::optional<time_point> deadline() const;
    // The kernel took `bytes` from the front of output(). The last message id written whole.
    std::uint64_t written(std::size_t bytes, kept_queue&, time_point now, actions&);

    void answer_ping(std::string_view payload); // a newer one replaces one still waiting (§5.5.3)
    // Puts a question on the wire, a ping even where the output is full. `mid_message`: the last
    // fragment of a message is not yet staged.
    void ask_heartbeat(bool mid_message, time_point now);
    void want_barrier() { barrier_.want(); }
    void barrier_every(std::uint64_t bytes) { barrier_.set_due_bytes(bytes); }
    // Nothing is staged behind a Close frame.
    void close(std::uint16_t code, std::string_view reason);
    bool close_sent() const { return close_sent_; }

    std::optional<barrier::answer> pong(std::string_view payload, time_point now) {
        return barrier_.pong(payload, now);
    }
    std::optional<barrier::answer> text_answer(time_point now);

    void add_greeting(const greetings::item&);
    void remove_greeting(const std::string& key);
    bool held() const { return held_; }
    void release_hold() { held_ = false; }
    // The search for a message that the peer refuses: each goes alone, with its own barrier.
    void one_at_a_time(bool on) { one_at_a_time_ = on; }

    policy::heartbeat& heartbeat() { return heartbeat_; }
    const policy::heartbeat& heartbeat() const { return heartbeat_; }
    const barrier& questions() const { return barrier_; }
    void set_options(const config&);

    std::uint64_t messages_sent() const { return messages_sent_; }
    std::uint64_t bytes_written() const { return written_total_; }

  private:
    bool stage_one(kept_queue&, time_point now);
    bool stage_message(kept_queue&, time_point now);
    void stage_question(bool text, time_point now);
    std::optional<std::uint64_t> open_question() const;
    void stage_greeting();
    void append(wire::opcode, bool fin, std::string_view payload);
    bool barrier_is_text() const { return confirm_ == confirm_mode::heartbeat; }

    std::uint64_t number_;
    wire::role role_;
    random_source& random_;
    confirm_mode confirm_;
    bool heartbeat_is_text_;
    std::string heartbeat_text_;
    policy::heartbeat heartbeat_;
    barrier barrier_;

    buffer output_;
    std::uint64_t stream_ = 0;        // bytes staged in all
    std::uint64_t written_total_ = 0; // of these, given to the kernel
    std::optional<std::string> pong_due_;
    bool question_due_ = false;  // a text heartbeat waits for the end of a message
    std::uint64_t text_end_ = 0; // end of the last text heartbeat beside ping barriers
    deque<greetings::item> greetings_;
    bool greeting_barrier_due_ = false;
    bool held_;
    bool one_at_a_time_ = false;
    bool close_sent_ = false;
    std::uint64_t messages_sent_ = 0;
};

} // namespace resock::link
