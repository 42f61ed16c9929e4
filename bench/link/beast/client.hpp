#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <stdexcept>

#include "job/address.hpp"
#include "job/options.hpp"

namespace bench {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

// Ends the run: a client of a benchmark that meets an error has nothing to measure.
[[noreturn]] inline void fail(const char* during, error_code error) {
    throw std::runtime_error(std::string(during) + " failed: " + error.message());
}

struct beast_order {
    job_options job;
    bool tuned = false;
    bool sync = false; // of pingpong
};

// `Socket` is tcp::socket for the synchronous jobs and beast::tcp_stream for the asynchronous ones,
// as in Beast's examples.
template<class Socket>
using plain_stream = websocket::stream<Socket>;
template<class Socket>
using tls_stream = websocket::stream<asio::ssl::stream<Socket>>;

template<class Stream>
constexpr bool has_tls = false;
template<class Socket>
constexpr bool has_tls<tls_stream<Socket>> = true;

// What all streams of a run have in common, and how each is opened.
class client {
  public:
    explicit client(const beast_order& by)
        : to(by.job.url)
        , tuned_(by.tuned) {
        tls_.set_verify_mode(asio::ssl::verify_peer);
        if (!by.job.ca_file.empty()) tls_.load_verify_file(by.job.ca_file);
    }

    template<class Stream>
    Stream make() {
        if constexpr (has_tls<Stream>)
            return Stream(io, tls_);
        else
            return Stream(io);
    }

    // Connects and does the opening handshake, as the documentation shows. Throws on failure.
    template<class Stream>
    void open(Stream& ws) {
        const auto found = tcp::resolver(io).resolve(to.host, std::to_string(to.port));
        connect(beast::get_lowest_layer(ws), found);
        if constexpr (has_tls<Stream>) {
            SSL_set_tlsext_host_name(ws.next_layer().native_handle(), to.host.c_str());
            ws.next_layer().set_verify_callback(asio::ssl::host_name_verification(to.host));
            ws.next_layer().handshake(asio::ssl::stream_base::client);
        }
        ws.binary(true);
        if (tuned_) tune(ws);
        ws.handshake(to.authority(), to.path);
    }

    asio::io_context io{1}; // one thread
    const address to;

  private:
    static void connect(tcp::socket& socket, const tcp::resolver::results_type& to) {
        asio::connect(socket, to);
        socket.set_option(tcp::no_delay(true));
    }
    static void connect(beast::tcp_stream& stream, const tcp::resolver::results_type& to) {
        stream.connect(to);
        stream.expires_never();
        stream.socket().set_option(tcp::no_delay(true));
    }

    // What one who knows Beast sets for throughput.
    template<class Stream>
    static void tune(Stream& ws) {
        // A client's payload is masked through this buffer, and each filling is a system call:
        // by default one for each 4 KiB of a message.
        ws.write_buffer_bytes(128 * 1024);
        // By default each filling is also a frame of its own.
        ws.auto_fragment(false);
    }

    asio::ssl::context tls_{asio::ssl::context::tls_client};
    bool tuned_;
};

int run_throughput(const beast_order& by);
int run_pingpong(const beast_order& by);
int run_idle(const beast_order& by);
int run_connect(const beast_order& by);
int run_loss(const beast_order& by);

} // namespace bench
