// One TCP connection between the link and the server: buffers of the kernels, delay, bandwidth, the
// window; it can be cut in each direction on its own, or become a black hole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "policy/heartbeat.hpp"
#include "sim/agenda.hpp"

namespace resock::sim {

struct line_options {
    duration delay_min = 1ms; // one way
    duration delay_max = 1ms;
    std::uint64_t bytes_per_second = 10'000'000;
    std::size_t send_buffer = 256u << 10;
    std::size_t unsent_low_water = 128u << 10; // TCP_NOTSENT_LOWAT
    std::size_t receive_buffer = 64u << 10;
};

class line : public std::enable_shared_from_this<line> {
  public:
    line(agenda& time, dice& random, const line_options& options)
        : time_(time)
        , random_(random)
        , options_(options) {}

    // ---- the link's end ----
    std::size_t room() const;
    void write(std::string_view bytes); // at most room()
    policy::transport_state inspect() const;
    void close_client(bool orderly, std::string_view last);
    std::function<void(std::string)> on_client_bytes;
    std::function<void()> on_client_writable;
    std::function<void(bool reset)> on_client_end;

    // ---- the server's end ----
    std::string& arrived() { return arrived_; } // the receive buffer; consumed() after taking
    void consumed();
    void reply(std::string_view bytes);
    void close_server(); // FIN behind what was replied
    std::function<void()> on_server_bytes;
    std::function<void()> on_server_end;

    // ---- faults ----
    // Bytes in flight in a direction that breaks are lost; each end hears of it in its own time.
    void cut(bool up_breaks, bool down_breaks, bool reset);
    void become_hole() { hole_ = true; }
    bool hole() const { return hole_; }
    bool broken() const { return cut_; }
    std::uint64_t most_in_kernel() const { return most_in_kernel_; }

  private:
    void transmit();
    void segment_arrives(std::string bytes);
    void acknowledged(std::size_t bytes);
    void transmit_down();
    duration delay();
    duration sending_time(std::size_t bytes) const;
    void later(duration wait, void (line::*what)());
    void end_client_reset() { end_client(true); }
    void end_client(bool reset);
    void end_server();

    agenda& time_;
    dice& random_;
    line_options options_;

    std::string unsent_;
    std::size_t flight_ = 0;
    std::string arrived_;
    std::uint64_t acked_total_ = 0;
    time_point last_ack_ = beginning;
    time_point up_arrival_{};
    time_point down_arrival_{};
    bool transmitting_ = false;
    bool client_closed_ = false;
    bool server_closed_ = false;
    bool client_told_ = false;
    bool server_told_ = false;
    bool fin_after_ = false;

    std::string down_;
    bool down_busy_ = false;
    bool down_fin_ = false;

    bool hole_ = false;
    bool cut_ = false;
    bool up_breaks_ = false;
    bool down_breaks_ = false;
    std::uint64_t most_in_kernel_ = 0;
};

} // namespace resock::sim
