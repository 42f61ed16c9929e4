// One way through the proxy: reads from one socket, holds, writes to the other.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "chaos/engine/delay_line.hpp"
#include "chaos/engine/sockets.hpp"

namespace chaos {

// What a direction tells the connection that it is a part of.
class direction_owner : public std::enable_shared_from_this<direction_owner> {
  public:
    virtual ~direction_owner() = default;
    virtual void ended_by_source(way direction) = 0; // read, not yet delivered
    virtual void end_delivered(delay_line::ending end) = 0;
    virtual void sink_broken(way direction) = 0; // nothing can be written any more
    virtual void limit_reached(way direction) = 0;
    virtual void passed(way direction, std::size_t size) = 0;
};

class direction {
  public:
    // `scratch` is shared by all directions of the thread; it is used within a call only.
    direction(direction_owner& owner, way which, tcp::socket& source, tcp::socket& sink,
              delay_line line, std::vector<char>& scratch);

    void start();
    // Exactly so many bytes pass, then limit_reached() is called; without a value no limit.
    void set_limit(std::optional<std::uint64_t> bytes);
    // The source is gone: an RST behind what is held.
    void source_failed();
    // Nothing is read or written any more; what is held is lost.
    void stop();

    // The source is not read because the line or the limit takes no more.
    bool waits_for_room() const { return !stopped_ && !source_ended_ && may_read() == 0; }
    std::uint64_t bytes() const { return passed_; }

  private:
    void await_readable();
    void await_writable();
    void on_readable();
    void read_ended(const boost::system::error_code& error);
    void take(std::size_t size);
    void pump();
    bool write_front();
    void deliver_end();
    void arm_timer();
    void count(std::size_t size);
    std::size_t may_read() const;

    direction_owner& owner_;
    const way way_;
    tcp::socket& source_;
    tcp::socket& sink_;
    delay_line line_;
    std::vector<char>& scratch_;
    boost::asio::steady_timer timer_;
    std::optional<std::uint64_t> limit_;
    std::uint64_t read_ = 0;
    std::uint64_t passed_ = 0;
    bool reading_ = false; // a wait is under way
    bool writing_ = false;
    bool timing_ = false;
    bool source_ended_ = false;
    bool rst_added_ = false;
    bool stopped_ = false;
};

} // namespace chaos
