// The port of the proxy: accepts, and can be closed for a while without being given away.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "chaos/engine/settings.hpp"
#include "chaos/engine/sockets.hpp"

namespace chaos {

class listener {
  public:
    using accepted_handler = std::function<void(tcp::socket accepted, const tcp::endpoint& peer)>;
    using trouble_handler = std::function<void(const std::string& why)>;

    // Throws boost::system::system_error.
    listener(boost::asio::io_context& loop, const tcp::endpoint& at, bool is_narrow);

    void start(accepted_handler accepted, trouble_handler trouble);
    tcp::endpoint endpoint() const { return at_; }
    // From now on the system refuses new connections, also those that wait to be accepted.
    // Both throw boost::system::system_error; open_port() may then be tried again.
    void close_port();
    void open_port();
    bool is_open() const { return is_open_; }
    void stop();

  private:
    void bind();
    void accept();
    void retry_later(const std::string& why);

    boost::asio::io_context& loop_;
    tcp::endpoint at_;
    bool is_narrow_;
    tcp::acceptor acceptor_;
    boost::asio::steady_timer retry_;
    accepted_handler accepted_;
    trouble_handler trouble_;
    bool is_open_ = true;
    bool in_trouble_ = false;
    bool stopped_ = false;
};

} // namespace chaos
