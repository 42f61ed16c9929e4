// One connection of the plain client: Beast's WebSocket stream, with a queue in front of it since
// it takes one message at a time.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <memory>
#include <string>

#include "chaos/engine/settings.hpp"

namespace demo {

class plain_connection : public std::enable_shared_from_this<plain_connection> {
  public:
    // Told on the loop's thread; not after disown().
    class owner {
      public:
        virtual void opened() = 0;
        // The end, orderly or not; the connection says no more.
        virtual void ended() = 0;

      protected:
        ~owner() = default;
    };

    plain_connection(boost::asio::io_context& loop, owner& told)
        : stream_(loop)
        , owner_(&told) {}

    void open(const chaos::address& to);
    bool is_open() const { return is_open_; }
    std::size_t waiting() const { return waiting_.size(); }
    void send(std::string message);
    // With the closing handshake, once nothing waits.
    void close();
    // Tells nobody any more, and closes the socket.
    void disown();

  private:
    void shake_hands(const std::string& host);
    void read();
    void write();
    void end();

    boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_;
    owner* owner_;
    boost::beast::flat_buffer arrived_;
    std::deque<std::string> waiting_; // the first one is being written
    bool is_open_ = false;
};

} // namespace demo
