#include "net/tcp_stream.hpp"

#include <boost/asio/post.hpp>

#include "net/socket_options.hpp"
#include "net/tcp_error.hpp"

namespace resock::net {

namespace asio = boost::asio;
using boost::system::error_code;

tcp_stream::tcp_stream(stream_socket socket, std::string host)
    : socket_(std::move(socket))
    , host_(std::move(host)) {
    error_code ignored; // a socket already reset tells so at the first read
    socket_.non_blocking(true, ignored);
    set_link_options(socket_.native_handle());
}

io_result tcp_stream::result_of(std::size_t bytes, const error_code& error, const char* where,
                                readiness direction) const {
    io_result result;
    if (!error) {
        result.bytes = bytes;
    } else if (error == asio::error::would_block || error == asio::error::try_again ||
               error == asio::error::interrupted) {
        result.wait_for = direction;
    } else if (error == asio::error::eof) {
        result.end = true;
    } else {
        result.failure = failure_of(error.value(), where);
    }
    return result;
}

io_result tcp_stream::read_some(char* data, std::size_t size) {
    error_code error;
    const std::size_t bytes = socket_.read_some(asio::buffer(data, size), error);
    return result_of(bytes, error, "read", readiness::read);
}

io_result tcp_stream::write_some(std::string_view bytes) {
    error_code error;
    const std::size_t written = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    return result_of(written, error, "write", readiness::write);
}

void tcp_stream::async_wait(readiness direction, std::function<void()> handler) {
    const auto type =
        direction == readiness::read ? asio::socket_base::wait_read : asio::socket_base::wait_write;
    socket_.async_wait(type, [alive = std::weak_ptr<bool>(alive_),
                              handler = std::move(handler)](const error_code&) {
        // An error of the wait is told by the read or write that follows.
        if (!alive.expired()) handler();
    });
}

void tcp_stream::post(std::function<void()> handler) {
    asio::post(socket_.get_executor(),
               [alive = std::weak_ptr<bool>(alive_), handler = std::move(handler)] {
                   if (!alive.expired()) handler();
               });
}

policy::transport_state tcp_stream::inspect() {
    return transport_state_of(socket_.native_handle());
}

void tcp_stream::shutdown() {
    error_code ignored; // already broken: nothing is left to end
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

std::string tcp_stream::remote_address() const {
    error_code error;
    const auto address = socket_.remote_endpoint(error);
    return error ? std::string() : to_text(*address.data());
}

int tcp_stream::native_handle() {
    return socket_.native_handle();
}

policy::failure tcp_stream::failure_of(int sys_errno, const char* where) const {
    policy::failure made = tcp_failure(sys_errno, where);
    made.host = host_;
    return made;
}

} // namespace resock::net
