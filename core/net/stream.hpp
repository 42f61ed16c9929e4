// One connection's byte stream, non-blocking: TCP, TLS over TCP, or the echo peer in the process.
// Used on its I/O thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policy/failure.hpp"
#include "policy/heartbeat.hpp"

namespace resock::net {

enum class readiness { read, write };

struct io_result {
    std::size_t bytes = 0;             // moved; when > 0 nothing else is set
    std::optional<readiness> wait_for; // nothing moved now: wait for this and try again (TLS may
                                       // ask a reader to wait for write and the reverse)
    bool end = false;                  // the peer closed its side in order (FIN, TLS close_notify)
    std::optional<policy::failure> failure; // tcp-reset, tls-cut, … with errno and words
};

class stream {
  public:
    virtual ~stream() = default; // closes; a wait's handler is then not called any more

    virtual io_result read_some(char* data, std::size_t size) = 0;
    // Where it says wait, the next call must begin with the same bytes and hold as many at least:
    // TLS has already made a record of them.
    virtual io_result write_some(std::string_view bytes) = 0;
    // Calls `handler` once on the I/O thread when the socket is ready or broken. At most one wait
    // in each direction; never called from inside this function.
    virtual void async_wait(readiness, std::function<void()> handler) = 0;
    // Bytes that can be read without waiting for the socket (TLS keeps some inside).
    virtual bool has_buffered() const = 0;
    // Has the peer sent nothing that was not read? Closing then does not reset the connection.
    virtual bool drained() const = 0;
    virtual policy::transport_state inspect() = 0;
    // After the WebSocket closing handshake: FIN (and close_notify) to the peer.
    virtual void shutdown() = 0;
    // Another I/O thread's from now on: called where it was used so far, with no handler waiting;
    // bytes inside it go along. Throws where the system does not let it: it is closed then.
    virtual void move_to(boost::asio::io_context&) = 0;
    virtual std::string remote_address() const = 0; // "127.0.0.1:8080", "[::1]:8080"; "echo"
    virtual std::string tls() const = 0; // "TLSv1.3 TLS_AES_256_GCM_SHA384"; "" where plain
};

} // namespace resock::net
