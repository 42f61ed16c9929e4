// Connects to the first of several addresses that answers.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chaos/engine/sockets.hpp"

namespace chaos {

class dialer : public std::enable_shared_from_this<dialer> {
  public:
    // `failures` is empty where the socket is connected, else it has a reason for each address.
    using handler = std::function<void(const std::string& failures)>;

    dialer(tcp::socket& socket, const std::vector<tcp::endpoint>& targets, bool is_narrow,
           handler done);
    // `done` is called once, unless the dialer is stopped. The socket and the addresses must live
    // until then.
    void start();
    void stop();

  private:
    void try_next();
    void failed(const std::string& why);
    void finish();

    tcp::socket& socket_;
    const std::vector<tcp::endpoint>& targets_;
    const bool is_narrow_;
    handler done_;
    boost::asio::steady_timer timeout_;
    std::size_t target_ = 0;
    std::string failures_;
    bool stopped_ = false;
};

} // namespace chaos
