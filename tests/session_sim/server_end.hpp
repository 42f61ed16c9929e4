// The server's end of a session, and a connection before its HELLO.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "session_sim/server.hpp"

namespace resock::session::sim {

class server::end : public holder {
  public:
    template<class From>
    end(server& home, std::shared_ptr<sim::pair> books, std::uint64_t number, From from)
        : holder(home.stage_, std::move(books), server_side, home.options_, std::move(from))
        , owner(number)
        , away_since(home.stage_.time.now())
        , home_(home) {}

    ~end() override {
        if (former) former->let_go(server_side);
    }

    const std::uint64_t owner;
    time_point away_since;
    // The connection that a newer one has replaced, where nothing fences it off.
    std::shared_ptr<sim::line> former;
    std::optional<wire::receiver> former_receiver;

    void take(const std::shared_ptr<sim::line>&, const hello_frame&, bool known);
    void finish(bool clean) { check_ended(clean); }
    void bytes(sim::line& from, std::string data) override;
    bool is_over() const { return over_; }

  protected:
    void on_line_over(std::uint16_t code, const std::string& reason, bool ours) override;

  private:
    server& home_;
};

class server::greeting : public line_user, public std::enable_shared_from_this<greeting> {
  public:
    greeting(server* home, std::shared_ptr<sim::line> of)
        : home_(home)
        , line_(std::move(of)) {}
    void bytes(sim::line&, std::string data) override;
    void writable(sim::line&) override {}
    void ended(sim::line&) override;
    void forget_home() { home_ = nullptr; }
    bool begun() const { return begun_; }
    sim::line& of() { return *line_; }

  private:
    void leave();

    server* home_;
    std::shared_ptr<sim::line> line_;
    wire::receiver receiver_{wire::role::server, {64u << 20}};
    bool begun_ = false;
};

} // namespace resock::session::sim
