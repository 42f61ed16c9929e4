// A connected TCP or unix socket as a stream.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <sys/types.h>

#include "net/stream.hpp"

namespace resock::net {

// Either kind; an ip::tcp::socket becomes one by itself.
using stream_socket = boost::asio::generic::stream_protocol::socket;

class tcp_stream final : public stream {
  public:
    // `host` is what the failures name. It keeps no buffer.
    tcp_stream(stream_socket socket, std::string host);

    io_result read_some(char* data, std::size_t size) override;
    io_result write_some(std::string_view bytes) override;
    void async_wait(readiness, std::function<void()> handler) override;
    bool has_buffered() const override { return false; }
    bool drained() const override;
    policy::transport_state inspect() override;
    void shutdown() override;
    void move_to(boost::asio::io_context&) override;
    std::string remote_address() const override;
    std::string tls() const override { return {}; }

    int native_handle();
    // Calls `handler` soon, but not after this stream is gone.
    void post(std::function<void()> handler);
    // A failure of this connection: the cause by errno, `where` in front of the words.
    policy::failure failure_of(int sys_errno, const char* where) const;

  private:
    int fd() const;
    io_result result_of(ssize_t moved, const char* where, readiness) const;

    stream_socket socket_;
    std::string host_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // watched by waiting handlers
};

} // namespace resock::net
