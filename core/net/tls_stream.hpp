// TLS over TCP: OpenSSL driven directly over the non-blocking socket, which asio::ssl cannot do
// without 34 KiB of buffers for each connection.
#pragma once

#include "net/tcp_stream.hpp"
#include "net/tls_context.hpp"
#include "net/tls_error.hpp"

namespace resock::net {

// What OpenSSL's side of the socket saw last.
struct tls_socket {
    int fd = -1;
    int error = 0; // errno of the last failed call, 0 after success and at the peer's end
};

class tls_stream final : public stream {
  public:
    // `host` is the URL's, without brackets: sent as SNI and checked against the certificate, as an
    // address where it is one. `authority` is what the failures name.
    tls_stream(stream_socket, const tls_context&, const std::string& host, std::string authority);
    // The server's side of a connection that was accepted from `peer`, an address for words.
    tls_stream(stream_socket, const tls_context&, std::string peer);
    tls_stream(const tls_stream&) = delete;
    tls_stream& operator=(const tls_stream&) = delete;

    // The next step of the handshake. Nothing set: it is done.
    io_result handshake();

    io_result read_some(char* data, std::size_t size) override;
    io_result write_some(std::string_view bytes) override;
    void async_wait(readiness, std::function<void()> handler) override;
    bool has_buffered() const override;
    bool drained() const override { return !has_buffered() && tcp_.drained(); }
    policy::transport_state inspect() override { return tcp_.inspect(); }
    void shutdown() override;
    void move_to(boost::asio::io_context& io) override { tcp_.move_to(io); }
    std::string remote_address() const override { return tcp_.remote_address(); }
    std::string tls() const override;

  private:
    void attach();
    io_result result_of(int returned);

    tcp_stream tcp_;
    std::string authority_;
    tls_notes notes_;
    tls_socket socket_;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
    io_result later_;     // an end or failure seen behind bytes that were returned first
    bool starved_ = true; // the last read found no whole record
    bool broken_ = false; // no close_notify may be sent
};

} // namespace resock::net
