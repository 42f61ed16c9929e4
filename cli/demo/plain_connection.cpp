#include "demo/plain_connection.hpp"

#include <utility>

namespace demo {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
namespace websocket = boost::beast::websocket;

} // namespace

void plain_connection::open(const chaos::address& to) {
    const tcp::endpoint where(boost::asio::ip::make_address(to.host), to.port);
    const std::string host = to.host + ":" + std::to_string(to.port);
    stream_.next_layer().async_connect(
        where, [self = shared_from_this(), host](const error_code& error) {
            if (error) return self->end();
            error_code ignored; // without it messages would be slower, and no others
            self->stream_.next_layer().set_option(tcp::no_delay(true), ignored);
            self->shake_hands(host);
        });
}

void plain_connection::shake_hands(const std::string& host) {
    stream_.set_option(websocket::stream_base::timeout::suggested(boost::beast::role_type::client));
    stream_.async_handshake(host, "/", [self = shared_from_this()](const error_code& error) {
        if (error) return self->end();
        if (!self->owner_) return;
        self->is_open_ = true;
        self->read();
        self->owner_->opened();
    });
}

// Answers pings, and notices the end.
void plain_connection::read() {
    stream_.async_read(arrived_, [self = shared_from_this()](const error_code& error, std::size_t) {
        if (error) return self->end();
        self->arrived_.clear();
        self->read();
    });
}

void plain_connection::send(std::string message) {
    waiting_.push_back(std::move(message));
    if (waiting_.size() == 1) write();
}

void plain_connection::write() {
    stream_.async_write(boost::asio::buffer(waiting_.front()),
                        [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (error) return self->end();
                            self->waiting_.pop_front();
                            if (!self->waiting_.empty()) self->write();
                        });
}

void plain_connection::close() {
    stream_.async_close(websocket::close_code::normal,
                        [self = shared_from_this()](const error_code&) { self->end(); });
}

void plain_connection::disown() {
    owner_ = nullptr;
    is_open_ = false;
    error_code ignored; // it is open or not
    stream_.next_layer().close(ignored);
}

void plain_connection::end() {
    is_open_ = false;
    if (owner* told = std::exchange(owner_, nullptr)) told->ended();
}

} // namespace demo
