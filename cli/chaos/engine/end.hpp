// One of the two sockets of a connection, and how it comes to its end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "chaos/engine/event.hpp"
#include "chaos/engine/sockets.hpp"

namespace chaos {

class end {
  public:
    // `closed` is called whenever the socket has been closed by one of the calls below.
    end(tcp::socket socket, std::vector<char>& scratch, std::function<void()> closed);

    tcp::socket& socket() { return socket_; }
    bool is_open() const { return socket_.is_open(); }

    // Tells the other side of the end. With a FIN the socket stays open until that side ends, too,
    // for two seconds at most; what it still sends is discarded. `owner` is kept alive until then.
    void tell(manner how, const std::shared_ptr<void>& owner);
    void close();
    // Without a call of `closed`.
    void abandon();

  private:
    void discard(const std::shared_ptr<void>& owner);

    tcp::socket socket_;
    std::vector<char>& scratch_;
    std::function<void()> closed_;
    boost::asio::steady_timer linger_;
};

} // namespace chaos
