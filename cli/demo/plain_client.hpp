// The stream over a plain WebSocket that only reconnects, as most programs do it: what the
// application says while there is no connection is gone, and so is what a broken one had not
// delivered. Nobody tells it which messages these were.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <thread>

#include "demo/client.hpp"
#include "demo/plain_connection.hpp"
#include "demo/stream.hpp"

namespace demo {

class plain_client final : public client, private plain_connection::owner {
  public:
    plain_client(const settings& wanted, const pace& stream, const chaos::address& to);
    ~plain_client() override;

    void start() override;
    void stop() override { loop_.stop(); }
    bool has_opened() const override { return has_opened_; }
    bool finished() const override { return finished_; }
    std::uint64_t sent() const override { return sent_; }
    std::uint64_t sent_while_down() const override { return sent_while_down_; }
    clock::time_point finished_at() const override { return finished_at_; }
    std::string failure() const override { return failure_; }

  private:
    void run();
    void connect();
    void opened() override;
    void ended() override;
    void tick();
    void send_due();
    bool has_sent_all() const { return sent_ == wanted_.messages; }

    const settings wanted_;
    const pace& stream_;
    const chaos::address to_;
    boost::asio::io_context loop_{1};
    boost::asio::steady_timer next_tick_{loop_};
    boost::asio::steady_timer again_{loop_};
    std::shared_ptr<plain_connection> connection_;
    bool was_open_ = false; // this connection
    bool is_closing_ = false;
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<std::uint64_t> sent_while_down_{0};
    std::atomic<bool> has_opened_{false};
    std::atomic<bool> finished_{false}; // written last
    clock::time_point finished_at_;
    std::string failure_;
    std::thread thread_;
};

} // namespace demo
