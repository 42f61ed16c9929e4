// After our last word: the peer may still be sending, and closing a socket with unread bytes would
// reset the connection and destroy what we said. Reads and drops for a moment, then closes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "net/stream.hpp"

namespace resock::net {

// Bounded: one second, 1 MiB. Takes the stream; needs no one to wait for it. `held` is released
// when the stream is closed.
void linger(boost::asio::io_context&, std::unique_ptr<stream>, std::shared_ptr<void> held = {});

} // namespace resock::net
