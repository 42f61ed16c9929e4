// What one end of a session has put on its connections, frame by frame, held against the rules.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "session/frame.hpp"

namespace resock::session::sim {

class stream_log {
  public:
    stream_log(std::string name, std::function<void(std::string)> complain)
        : name_(std::move(name))
        , complain_(std::move(complain)) {}

    // ---- frames of this end ----
    void staged(std::uint64_t seq, std::size_t size);
    void carried(std::uint64_t seq, std::uint32_t check); // its first byte went to a kernel
    // R7, as the frames were last staged.
    std::uint64_t position(std::uint64_t seq) const { return seq ? known(seq).position : 0; }
    std::uint32_t check(std::uint64_t seq) const { return known(seq).check; }
    std::uint64_t carried_through() const { return carried_; }

    // ---- what this end heard of them ----
    void begins_connection() { staged_ = acked_; }
    void set_limit(std::uint64_t recv, std::uint32_t window) {
        acknowledged(recv);
        limit_ = position(recv) + window;
    }
    void raise_limit(std::uint64_t recv, std::uint32_t window);
    void acknowledged(std::uint64_t recv) { acked_ = std::max(acked_, recv); }
    std::uint64_t acknowledged() const { return acked_; }
    void restarted(std::uint64_t acked) {
        limit_.reset();
        staged_ = acked_ = acked;
    }
    // Another store: what was carried is no measure any more.
    void tampered() { tampered_ = true; }

  private:
    struct frame {
        std::uint64_t position = 0;
        std::uint32_t check = 0;
        bool carried = false;
    };
    const frame& known(std::uint64_t seq) const;
    void complain(std::uint64_t seq, const char* what) {
        complain_(name_ + ": frame " + std::to_string(seq) + " " + what);
    }

    std::string name_;
    std::function<void(std::string)> complain_;
    std::vector<frame> frames_;
    std::uint64_t carried_ = 0;
    std::uint64_t staged_ = 0; // on this connection
    std::uint64_t acked_ = 0;
    std::optional<std::uint64_t> limit_;
    bool tampered_ = false;
};

} // namespace resock::session::sim
