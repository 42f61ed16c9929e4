// What stands behind chaos::proxy: one loop, one thread, all connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "chaos/engine/connection.hpp"
#include "chaos/engine/listener.hpp"
#include "chaos/engine/proxy.hpp"

namespace chaos {

class proxy::engine final : public connection_host {
  public:
    engine(const settings& faults, observer told);
    ~engine() override;

    tcp::endpoint endpoint() const { return listener_->endpoint(); }
    void run(int stop_fd);
    void start();
    void stop();
    void join();
    counts counted() const;

  private:
    const settings& faults() const override { return faults_; }
    const std::vector<tcp::endpoint>& targets() const override { return targets_; }
    std::vector<char>& scratch() override { return scratch_; }
    void report(event happened) override;
    void count_bytes(way direction, std::size_t size) override;
    bool may_cut() const override { return counts_.cut < faults_.cuts; }
    bool may_blackhole() const override { return counts_.black_holes < faults_.blackholes; }
    void half_left(std::uint64_t number) override;
    void over(std::uint64_t number) override;

    void accepted(tcp::socket client, const tcp::endpoint& peer);
    void refuse(tcp::socket client, const std::string& peer, const std::string& why);
    void count(const event& happened);
    void after_cut();
    void open_port_later(milliseconds delay);
    void open_port();
    void trouble(const std::string& why);
    void sweep_later();
    void shut_down();

    const settings faults_;
    const observer told_;
    boost::asio::io_context loop_{1};
    std::vector<tcp::endpoint> targets_;
    std::unique_ptr<listener> listener_;
    boost::asio::steady_timer reopen_{loop_};
    boost::asio::steady_timer sweep_{loop_};
    boost::asio::steady_timer lifetime_{loop_};
    boost::asio::posix::stream_descriptor stop_fd_{loop_};
    std::vector<char> scratch_;
    std::unordered_map<std::uint64_t, std::shared_ptr<connection>> connections_;
    std::deque<std::uint64_t> half_left_; // the oldest first; not counted as connections
    counts counts_;
    std::uint64_t refuse_left_ = 0;
    clock::time_point closed_at_;
    std::thread thread_;
};

} // namespace chaos
