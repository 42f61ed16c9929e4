// A connection through the proxy and the faults that befall it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "chaos/engine/dialer.hpp"
#include "chaos/engine/direction.hpp"
#include "chaos/engine/end.hpp"
#include "chaos/engine/event.hpp"
#include "chaos/engine/marks.hpp"
#include "chaos/engine/settings.hpp"
#include "chaos/engine/sockets.hpp"

namespace chaos {

// What all connections share.
class connection_host {
  public:
    virtual ~connection_host() = default;
    virtual const settings& faults() const = 0;
    virtual const std::vector<tcp::endpoint>& targets() const = 0;
    virtual std::vector<char>& scratch() = 0;
    virtual void report(event happened) = 0;
    virtual void count_bytes(way direction, std::size_t size) = 0;
    virtual bool may_cut() const = 0; // the number of cuts allows one more
    virtual bool may_blackhole() const = 0;
    // One side has left, and the other knows nothing of it.
    virtual void half_left(std::uint64_t number) = 0;
    virtual void over(std::uint64_t number) = 0; // both sockets are closed
};

class connection final : public direction_owner {
  public:
    // Faults are decided here, by the seed and the number.
    connection(connection_host& host, boost::asio::io_context& loop, tcp::socket client,
               std::uint64_t number);

    void start();
    // Looks for sides that have left a connection that is not read any more; called regularly.
    void sweep();
    // Resets what is still open after half_left().
    void drop(const std::string& why);
    // Closes both sockets without a word.
    void abandon();

    const fate& decided() const { return fate_; }

    void ended_by_source(way direction) override;
    void end_delivered(delay_line::ending end) override;
    void sink_broken(way direction) override;
    void limit_reached(way direction) override;
    void passed(way direction, std::size_t size) override;

  private:
    enum class state {
        connecting, // to the server; then passing, or over if it cannot be reached
        passing,    // until it is cut, becomes a black hole or its sides end it
        draining,   // cut by RST at a byte: until the receiver's kernel has that byte; then ending
        silent,     // a black hole both ways: until both sides have left
        ending,     // cut: each side is told, or not; until both have left, too
        closing,    // in the midst of closing both sockets
        over,
    };

    void connected();
    void unreachable(const std::string& why);
    void schedule();
    void cut_at_age();
    void cut_at_byte(way direction);
    void await_drained(way direction, clock::time_point until);
    void finish_cut();
    void become_black_hole();
    void silence();
    void sweep_passing();
    void sweep_unread();
    bool is_half_left() const;
    void closed();
    void close_both(manner how);
    void ended(manner how);
    void report(event happened);
    end& at(side which) { return which == side::client ? client_ : server_; }
    tcp::socket& socket(side which) { return at(which).socket(); }
    direction& of(way which) { return which == way::to_server ? to_server_ : to_client_; }

    connection_host& host_;
    const std::uint64_t number_;
    const fate fate_;
    const clock::time_point accepted_at_ = clock::now();
    end client_;
    end server_;
    std::shared_ptr<dialer> dialer_; // to the server
    direction to_server_;
    direction to_client_;
    boost::asio::steady_timer cut_timer_;
    boost::asio::steady_timer hole_timer_;
    boost::asio::steady_timer drain_timer_;
    marks marks_;
    state state_ = state::connecting;
    std::optional<way> one_way_hole_;
    std::optional<side> ended_by_;
    int ends_delivered_ = 0;
};

} // namespace chaos
