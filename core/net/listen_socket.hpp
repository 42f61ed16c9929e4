// Sockets that connections are accepted from.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/listen_address.hpp"
#include "net/descriptor.hpp"
#include "net/tcp_stream.hpp"

namespace resock::net {

// A bound and listening socket, non-blocking and close-on-exec.
struct bound_socket {
    descriptor fd;
    listen_address address; // with the port that the system chose
    // Of a unix socket: removes its file once nobody has it any more, if it still is that file.
    // Behind the descriptor, so that it ends first.
    std::shared_ptr<void> file;
};

// `shared`: another socket of this process may be bound to the same address (SO_REUSEPORT), so that
// the kernel spreads connections over I/O threads. A unix socket's file that nobody listens at any
// more is replaced. [::] takes IPv6 only.
// Throws error(status::io) naming the address, what the system said and what to do.
bound_socket bind_and_listen(const listen_address&, bool shared);

// The same socket once more, for another I/O thread: connections go to whichever is first.
bound_socket duplicate(const bound_socket&);

struct accepted_socket {
    descriptor fd;       // non-blocking, close-on-exec
    int family = 0;      // AF_INET, AF_INET6, AF_UNIX
    std::string address; // "192.0.2.1:4711", "[2001:db8::1]:4711"; of a unix socket "unix:PATH"
    // "192.0.2.1"; of IPv6 the /64 network, which one customer has whole; "" of a unix socket.
    std::string ip;
};

// What the owner of an acceptor is told. On the I/O thread.
class acceptor_events {
  public:
    // `at`: where it came in.
    virtual void accepted(accepted_socket, const listen_address& at) = 0;
    // The process or system has no descriptor left: `fd` was accepted with one kept in reserve
    // and is to be answered at once; −1 where not even that was possible.
    virtual void exhausted(descriptor fd, const listen_address& at, int sys_errno) = 0;

  protected:
    ~acceptor_events() = default;
};

// Accepts until it is closed. I/O thread only; destroying it closes the socket.
class acceptor : public std::enable_shared_from_this<acceptor> {
  public:
    // Connections accepted in one turn, so that the links of this thread go on.
    static constexpr int per_turn = 64;

    acceptor(boost::asio::io_context&, bound_socket, std::shared_ptr<acceptor_events>);
    ~acceptor();
    void start();
    void close(); // the last one removes the file of a unix socket

  private:
    void wait();
    void accept_some();
    bool accept_one();
    bool use_reserve(int sys_errno);
    void rest();

    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer pause_;
    listen_address address_;
    std::shared_ptr<void> file_; // as bound_socket::file
    std::weak_ptr<acceptor_events> events_;
    descriptor reserve_; // closed to accept one more where descriptors are used up
};

} // namespace resock::net
