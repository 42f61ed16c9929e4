// One TCP connection to the first address that takes it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "policy/failure.hpp"

namespace resock::net {

using clock_time = std::chrono::steady_clock::time_point;

// Tries the addresses in their order. Each may take its share of the time that is left, so that an
// address which swallows everything leaves time for those behind it. Dropping the object ends it;
// the handler is then not called any more.
class tcp_connect : public std::enable_shared_from_this<tcp_connect> {
  public:
    using result = std::variant<boost::asio::ip::tcp::socket, policy::failure>;

    tcp_connect(boost::asio::io_context& io, std::vector<boost::asio::ip::tcp::endpoint> addresses,
                clock_time deadline, std::function<void(result)> handler);
    // The handler may be called from inside.
    void start();

  private:
    void try_next();
    void connected(std::size_t attempt, const boost::system::error_code&);
    void expired(std::size_t attempt);
    void note(int sys_errno);
    void arm(std::size_t attempt);

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    std::vector<boost::asio::ip::tcp::endpoint> addresses_;
    clock_time deadline_;
    std::function<void(result)> handler_;
    std::size_t next_ = 0;  // addresses begun
    bool waiting_ = false;  // for the answer of address next_ - 1
    policy::failure worst_; // the most telling failure, with the words of all
    std::string words_;
};

} // namespace resock::net
