#include "chaos/engine/listener.hpp"

#include <boost/asio/error.hpp>

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto retry_after = std::chrono::milliseconds(100);

} // namespace

listener::listener(asio::io_context& loop, const tcp::endpoint& at, bool is_narrow)
    : loop_(loop)
    , at_(at)
    , is_narrow_(is_narrow)
    , acceptor_(loop)
    , retry_(loop) {
    bind();
    acceptor_.listen();
    at_ = acceptor_.local_endpoint();
}

void listener::bind() {
    acceptor_.open(at_.protocol());
    close_on_exec(acceptor_.native_handle());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    if (is_narrow_) narrow(acceptor_.native_handle());
    error_code error;
    acceptor_.bind(at_, error);
    if (!error) return;
    error_code ignored;
    acceptor_.close(ignored);
    throw boost::system::system_error(error);
}

void listener::start(accepted_handler accepted, trouble_handler trouble) {
    accepted_ = std::move(accepted);
    trouble_ = std::move(trouble);
    accept();
}

void listener::accept() {
    if (stopped_ || !is_open_) return;
    const auto peer = std::make_shared<tcp::endpoint>();
    acceptor_.async_accept(*peer, [this, peer](const error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || stopped_) return;
        if (!is_open_) {
            reset(socket); // accepted in the moment before the port was closed
            return;
        }
        if (error && error != asio::error::connection_aborted) {
            retry_later("cannot accept a connection: " + error.message());
            return;
        }
        in_trouble_ = false;
        if (!error) accepted_(std::move(socket), *peer);
        accept();
    });
}

// Without a pause a lack of descriptors would be a tight loop.
void listener::retry_later(const std::string& why) {
    if (!in_trouble_) trouble_(why);
    in_trouble_ = true;
    retry_.expires_after(retry_after);
    retry_.async_wait([this](const error_code& stopped) {
        if (!stopped) accept();
    });
}

// A socket that is bound but does not listen keeps the port, and connections to it are refused.
void listener::close_port() {
    if (!is_open_ || stopped_) return;
    is_open_ = false;
    retry_.cancel();
    error_code ignored;
    acceptor_.close(ignored);
    bind();
}

void listener::open_port() {
    if (is_open_ || stopped_) return;
    if (!acceptor_.is_open()) bind();
    acceptor_.listen();
    is_open_ = true;
    accept();
}

void listener::stop() {
    stopped_ = true;
    retry_.cancel();
    error_code ignored;
    acceptor_.close(ignored);
}

} // namespace chaos
