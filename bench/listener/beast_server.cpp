// bench_beast_server: the reference. An echo server on Beast's WebSocket stream, asynchronous, one
// thread, with Beast's suggested settings for servers.

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <memory>

#include "support/arguments.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

class session : public std::enable_shared_from_this<session> {
  public:
    explicit session(asio::ip::tcp::socket socket)
        : stream_(std::move(socket)) {
        stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    }

    void accept() {
        stream_.async_accept([self = shared_from_this()](error_code error) {
            if (!error) self->read();
        });
    }

  private:
    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
            if (!error) self->write();
        });
    }

    void write() {
        stream_.text(stream_.got_text());
        stream_.async_write(buffer_.data(),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                if (error) return;
                                self->buffer_.clear();
                                self->read();
                            });
    }

    websocket::stream<beast::tcp_stream> stream_;
    beast::flat_buffer buffer_;
};

void accept_next(asio::ip::tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](error_code error, asio::ip::tcp::socket socket) {
        if (!error) {
            error_code ignored;
            // A connection that was reset meanwhile refuses the options; it ends by itself.
            socket.set_option(asio::ip::tcp::no_delay(true), ignored);
            if (!ignored) std::make_shared<session>(std::move(socket))->accept();
        }
        accept_next(acceptor);
    });
}

} // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    CLI::App app("Echo server on Boost.Beast", "bench_beast_server");
    app.add_option("--port", port, "0: any free one")->capture_default_str();
    return bench::run_program(app, argc, argv, [&] {
        asio::io_context context(1);
        asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), port});
        accept_next(acceptor);
        std::cout << "listening on ws://" << acceptor.local_endpoint() << std::endl;
        asio::signal_set signals(context, SIGINT, SIGTERM);
        signals.async_wait([&](error_code, int) { context.stop(); });
        context.run();
        return 0;
    });
}
