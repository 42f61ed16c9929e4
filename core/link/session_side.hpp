// A session as the machine of a link holds it: frames go into the output of the connection that
// stands, what the session tells becomes actions or is left for the machine to settle.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/random.hpp"
#include "link/actions.hpp"
#include "link/config.hpp"
#include "session/endpoint.hpp"

namespace resock::link {

// With what the session of a link begins.
struct session_start {
    session::identity identity;            // of a new one
    std::unique_ptr<session::saved> saved; // one that goes on
    std::optional<session::position> position;
};

class session_side final : public session::events, public session::frame_sink {
  public:
    // So much is staged ahead of the kernel, as for plain links.
    static constexpr std::size_t stage_limit = 64u << 10;

    session_side(const config&, session_start, random_source&);

    session::endpoint& end() { return *session_; }
    const session::endpoint& end() const { return *session_; }
    // Where actions go during the step that begins; and `now` of it.
    void begin_step(actions& out) { out_ = &out; }

    // ---- the connection ----
    void open_stream();
    void close_stream(time_point now); // the session is told
    bool has_stream() const { return has_stream_; }
    std::string_view output() const { return output_.view(); }
    buffer take_output() { return std::move(output_); }
    // All of it goes to the connection without another word: it counts as written.
    buffer hand_over_output(time_point now) {
        session_->written(staged_, now);
        written_ = staged_;
        return take_output();
    }
    std::size_t output_size() const { return output_.size(); }
    std::uint64_t written(std::size_t bytes, time_point now);
    void stage(time_point now);
    void answer_ping(std::string_view payload) { pong_due_ = std::string(payload); }
    void close(std::uint16_t code, std::string_view reason); // nothing is staged behind it
    std::uint64_t bytes_written() const { return written_; }
    std::uint64_t frames_sent() const { return frames_sent_; }

    // ---- what the machine has to settle after the step ----
    struct told {
        std::optional<bool> opened; // resumed
        std::optional<std::pair<std::uint16_t, std::string>> hang_up;
        std::optional<session::reject_frame> rejected;
        std::string reject_text;
        std::optional<session::goaway_frame> go_away;
        std::string go_away_url;
        std::optional<duration> token_wanted;
        bool peer_ended = false;
    };
    told take() { return std::exchange(told_, {}); }
    bool left() const { return told_.hang_up || told_.rejected; }

    // ---- session::events ----
    void deliver(session::arrival) override;
    void confirmed(level, std::uint64_t through, std::uint64_t messages,
                   std::uint64_t bytes) override;
    void failed(const session::failure_range&) override;
    void persist(session::record::any) override;
    void hang_up(std::uint16_t code, std::string reason) override;
    void opened(bool resumed) override;
    void rejected(const session::reject_frame&) override;
    void go_away(const session::goaway_frame&) override;
    void token_wanted(duration within) override;
    void token_given(std::string_view token) override;
    void peer_ended(std::uint32_t code, std::string_view reason) override;
    // ---- session::frame_sink ----
    bool room() const override { return output_.size() < stage_limit && !close_sent_; }
    void put(std::string_view head, std::string_view body) override;
    std::uint64_t staged() const override { return staged_; }

    std::uint64_t delivered() const { return delivered_; }

  private:
    wire::role role_;
    random_source& random_;
    actions* out_ = nullptr;
    told told_;

    buffer output_;
    bool has_stream_ = false;
    bool close_sent_ = false;
    std::uint64_t staged_ = 0;  // of the connection's stream
    std::uint64_t written_ = 0; // of these, given to the kernel
    std::uint64_t frames_sent_ = 0;
    std::uint64_t delivered_ = 0;
    std::optional<std::string> pong_due_;
    std::unique_ptr<session::endpoint> session_; // last: it calls back until it ends
};

} // namespace resock::link
