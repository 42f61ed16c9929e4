// What the proxy asks of its sockets beyond Asio.
#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace chaos {

using tcp = boost::asio::ip::tcp;

// Not inherited by programs that this process starts, never waited for, without Nagle's delay.
void prepare(tcp::socket& socket);
void close_on_exec(int fd);
// A small receive buffer, so that a sender into a narrow line feels it instead of filling the
// kernel's memory. On a listening socket it holds for what it accepts.
void narrow(int fd);
// Closes with an RST, whatever is still to be sent or read.
void reset(tcp::socket& socket);
// What was written has been acknowledged by the other end's kernel.
bool is_drained(tcp::socket& socket);
// The other end has closed or reset, whether or not there are unread bytes before that.
bool has_hung_up(tcp::socket& socket);
// Likewise, by an RST that no read has seen yet.
bool was_reset(tcp::socket& socket);

} // namespace chaos
