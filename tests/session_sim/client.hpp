// The client's process: its session, its attempts, what it makes of REJECT and close codes (R16,
// §5). A small stand-in for the link machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "session_sim/holder.hpp"

namespace resock::session::sim {

class client {
  public:
    // `dial` gives a connection whose other end is a server, or none.
    using dialer = std::function<std::shared_ptr<line>()>;
    client(stage&, const options&, dialer);
    ~client();

    void start(); // a new session, a first attempt
    void kill_and_restart(bool with_store, bool rolled_back);
    void remember();        // for a roll-back
    void give_up_attempt(); // HELLO may be on its way
    void no_new_sessions() { last_ = true; }

    holder* session() const;
    bool idle() const { return !session_; } // nothing is left to be done
    std::optional<time_point> deadline() const;
    void tick();

  private:
    class end;
    friend class end;
    duration backoff(duration least, duration first);
    void attempt_in(duration wait);
    void attempt(std::uint64_t token);
    void connected(std::uint64_t token, std::shared_ptr<line>);
    void line_over(std::uint16_t code, const std::string& reason, bool ours);
    void after_reject(const reject_frame&);
    void session_over(bool clean, std::optional<std::uint64_t> recv);
    void restore(const std::shared_ptr<sim::pair>&);

    stage& stage_;
    options options_;
    dialer dial_;
    std::shared_ptr<end> session_;
    std::uint64_t token_ = 0; // of the attempt that is planned or under way
    std::uint64_t failures_ = 0;
    std::uint64_t protocol_errors_ = 0;
    std::optional<store> snapshot_;
    std::shared_ptr<pair> snapshot_of_;
    bool last_ = false;
};

} // namespace resock::session::sim
