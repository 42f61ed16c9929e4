#include "net/tcp_stream.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <sys/socket.h>

#include "net/descriptor.hpp"
#include "net/socket_options.hpp"
#include "net/tcp_error.hpp"

namespace resock::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {
#if defined(MSG_NOSIGNAL)
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0; // SO_NOSIGPIPE is set instead
#endif
} // namespace

tcp_stream::tcp_stream(stream_socket socket, std::string host)
    : socket_(std::move(socket))
    , host_(std::move(host)) {
}

// The system is asked directly: Asio's own calls would wait, or first cost one more to be told not
// to.
io_result tcp_stream::result_of(ssize_t moved, const char* where, readiness direction) const {
    io_result result;
    if (moved >= 0) {
        result.bytes = static_cast<std::size_t>(moved);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        result.wait_for = direction;
    } else {
        result.failure = failure_of(errno, where);
    }
    return result;
}

io_result tcp_stream::read_some(char* data, std::size_t size) {
    io_result result = result_of(::recv(fd(), data, size, MSG_DONTWAIT), "read", readiness::read);
    result.end = size > 0 && result.bytes == 0 && !result.wait_for && !result.failure;
    return result;
}

io_result tcp_stream::write_some(std::string_view bytes) {
    return result_of(::send(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | no_signal), "write",
                     readiness::write);
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

bool tcp_stream::drained() const {
    char next = 0;
    return ::recv(fd(), &next, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

policy::transport_state tcp_stream::inspect() {
    return transport_state_of(socket_.native_handle());
}

void tcp_stream::shutdown() {
    error_code ignored; // already broken: nothing is left to end
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void tcp_stream::move_to(asio::io_context& io) {
    const auto protocol = socket_.local_endpoint().protocol();
    alive_ = std::make_shared<bool>(true); // what is still on its way to a handler is not called
    descriptor held(socket_.release());
    stream_socket moved(io, protocol, held.get());
    held.release();
    socket_ = std::move(moved);
}

std::string tcp_stream::remote_address() const {
    error_code error;
    const auto address = socket_.remote_endpoint(error);
    return error ? std::string() : to_text(*address.data());
}

int tcp_stream::native_handle() {
    return fd();
}

int tcp_stream::fd() const {
    // Asio's accessor is not const, although it changes nothing.
    return const_cast<stream_socket&>(socket_).native_handle();
}

policy::failure tcp_stream::failure_of(int sys_errno, const char* where) const {
    policy::failure made = tcp_failure(sys_errno, where);
    made.host = host_;
    return made;
}

} // namespace resock::net
