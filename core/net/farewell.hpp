// The last word on a connection of resock.v1 that becomes no session's, or no longer is one's. Each
// takes the stream, with no handler waiting, says it, drops what still arrives and closes; needs no
// one to wait for it. Bounded as linger() is, and by a second for the saying. `held` is released
// when the stream is closed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/buffer.hpp"
#include "net/stream.hpp"
#include "session/frame.hpp"

namespace resock::net {

// A Close frame; the reason is cut as RFC 6455 asks.
void close_with(boost::asio::io_context&, std::unique_ptr<stream>, std::uint16_t code,
                std::string_view reason, std::shared_ptr<void> held = {});

// R16: the REJECT, and a Close frame with its code.
void reject(boost::asio::io_context&, std::unique_ptr<stream>, const session::reject_frame&,
            std::shared_ptr<void> held = {});

// Bytes that end with a Close frame. Those that the stream has been offered before stand in front.
void say_last(boost::asio::io_context&, std::unique_ptr<stream>, buffer words,
              std::shared_ptr<void> held = {});

} // namespace resock::net
