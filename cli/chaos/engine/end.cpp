#include "chaos/engine/end.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <utility>

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds linger_time(2);
constexpr int reads_in_a_row = 16;

} // namespace

end::end(tcp::socket socket, std::vector<char>& scratch, std::function<void()> closed)
    : socket_(std::move(socket))
    , scratch_(scratch)
    , closed_(std::move(closed))
    , linger_(socket_.get_executor()) {
}

void end::tell(manner how, const std::shared_ptr<void>& owner) {
    if (!is_open()) return;
    if (how == manner::rst) {
        reset(socket_);
        close();
        return;
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    linger_.expires_after(linger_time);
    linger_.async_wait([this, owner](const error_code& stopped) {
        if (!stopped && is_open()) close();
    });
    discard(owner);
}

// To close with unread bytes would be an RST: they are read until that side ends, too.
void end::discard(const std::shared_ptr<void>& owner) {
    socket_.async_wait(tcp::socket::wait_read, [this, owner](const error_code& failed) {
        if (failed || !is_open()) return;
        error_code error;
        for (int i = 0; i < reads_in_a_row && !error; ++i)
            socket_.read_some(asio::buffer(scratch_), error);
        if (error && error != asio::error::would_block)
            close();
        else
            discard(owner);
    });
}

void end::close() {
    abandon();
    closed_();
}

void end::abandon() {
    error_code ignored;
    socket_.close(ignored);
    linger_.cancel();
}

} // namespace chaos
