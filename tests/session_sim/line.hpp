// One connection between client and server: two byte streams with delay, which can be cut with the
// loss of what is on its way, told to each end in its own time or never.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/agenda.hpp"

namespace resock::session::sim {

using namespace std::chrono_literals;
using ::resock::sim::agenda;
using ::resock::sim::dice;

enum side : std::size_t { client_side = 0, server_side = 1 };
inline side other(side s) {
    return s == client_side ? server_side : client_side;
}
inline const char* name_of(side s) {
    return s == client_side ? "client" : "server";
}

struct line_options {
    duration delay_min = 1ms; // one way
    duration delay_max = 1ms;
    std::uint64_t bytes_per_second = 10'000'000;
    std::size_t buffer = 64u << 10; // of the kernels, each direction
};

// Processes that sleep (a suspended machine, a throttled one) read nothing until then.
using sleep_times = std::array<time_point, 2>;

class line;
class line_user {
  public:
    virtual void bytes(line&, std::string) = 0;
    virtual void writable(line&) = 0;
    virtual void ended(line&) = 0; // FIN or RST

  protected:
    ~line_user() = default;
};

class line : public std::enable_shared_from_this<line> {
  public:
    line(agenda& time, dice& random, const line_options& options, const sleep_times& sleep)
        : time_(time)
        , random_(random)
        , options_(options)
        , sleep_(sleep) {}

    // ---- an end ----
    void attach(side s, line_user& user) { way_to(s).reader = &user; }
    std::size_t room(side from) const;
    void write(side from, std::string_view bytes); // at most room()
    // What was written goes on its way, then FIN. This end hears nothing any more.
    void close(side from);
    void let_go(side s) { way_to(s).reader = nullptr; }

    // ---- faults ----
    // Directions that are lost carry nothing any more, not even what is on its way; each end is
    // told after so long, or never (half-open).
    struct breaking {
        bool up_lost = true;
        bool down_lost = true;
        std::optional<duration> tell_client;
        std::optional<duration> tell_server;
    };
    void cut(const breaking&);
    bool broken() const { return broken_; }
    bool slow() const {
        return options_.delay_max > 50ms || options_.bytes_per_second < 10'000'000;
    }

  private:
    struct way {
        line_user* reader = nullptr;
        std::size_t in_flight = 0;
        std::deque<std::optional<std::string>> held; // its process sleeps; empty: the end
        time_point arrival{};
        bool lost = false;
        bool shut = false; // FIN is behind what was written
        bool told = false; // the reader has heard of the end
    };
    way& way_to(side s) { return ways_[s]; }
    const way& way_from(side s) const { return ways_[other(s)]; }
    void arrive(side to, std::optional<std::string> bytes);
    void wake(side to);
    void hand(side to, std::optional<std::string> bytes);
    duration delay();

    agenda& time_;
    dice& random_;
    line_options options_;
    const sleep_times& sleep_;
    std::array<way, 2> ways_; // by the end that reads
    bool broken_ = false;
};

} // namespace resock::session::sim
