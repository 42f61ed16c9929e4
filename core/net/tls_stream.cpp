#include "net/tls_stream.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <limits>
#include <new>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "net/tls_bio.hpp"

namespace resock::net {
namespace {

// OpenSSL counts in int.
int bounded(std::size_t size) {
    return static_cast<int>(
        std::min<std::size_t>(size, static_cast<std::size_t>(std::numeric_limits<int>::max())));
}

bool is_address(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    return !error;
}

// RFC 6066 §3: SNI is never an address and has no trailing dot; the certificate's names neither.
void expect_host(SSL* ssl, std::string host) {
    X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
    if (is_address(host)) {
        const std::string plain = host.substr(0, host.find('%')); // the scope is ours alone
        if (!X509_VERIFY_PARAM_set1_ip_asc(expected, plain.c_str())) throw std::bad_alloc();
        return;
    }
    if (host.size() > 1 && host.back() == '.') host.pop_back();
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size())) throw std::bad_alloc();
    SSL_set_tlsext_host_name(ssl, host.c_str()); // fails for a name too long for DNS as well
}

} // namespace

tls_stream::tls_stream(stream_socket socket, const tls_context& context, const std::string& host,
                       std::string authority)
    : tcp_(std::move(socket), authority)
    , authority_(std::move(authority))
    , ssl_(SSL_new(context.get()), SSL_free) {
    notes_.host = host;
    attach();
    expect_host(ssl_.get(), host);
    SSL_set_connect_state(ssl_.get());
}

tls_stream::tls_stream(stream_socket socket, const tls_context& context, std::string peer)
    : tcp_(std::move(socket), peer)
    , authority_(std::move(peer))
    , ssl_(SSL_new(context.get()), SSL_free) {
    notes_.host = authority_;
    notes_.serves = true;
    attach();
    SSL_set_accept_state(ssl_.get());
}

void tls_stream::attach() {
    if (!ssl_) throw std::bad_alloc();
    socket_.fd = tcp_.native_handle();
    BIO* bio = make_socket_bio(socket_);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_app_data(ssl_.get(), &notes_);
}

io_result tls_stream::result_of(int returned) {
    io_result result;
    const int error = SSL_get_error(ssl_.get(), returned);
    switch (error) {
    case SSL_ERROR_WANT_READ:
        result.wait_for = readiness::read;
        break;
    case SSL_ERROR_WANT_WRITE:
        result.wait_for = readiness::write;
        break;
    case SSL_ERROR_ZERO_RETURN:
        result.end = true;
        break;
    default:
        broken_ = true;
        result.failure = tls_failure(notes_, error, socket_.error);
        result.failure->host = authority_;
    }
    return result;
}

io_result tls_stream::handshake() {
    ERR_clear_error();
    const int returned = SSL_do_handshake(ssl_.get());
    if (returned != 1) {
        io_result result = result_of(returned);
        if (result.end) { // a close_notify instead of an answer
            result.end = false;
            result.failure = tls_failure(notes_, SSL_ERROR_SYSCALL, 0);
            result.failure->host = authority_;
        }
        return result;
    }
    notes_.open = true;
    starved_ = false; // the server's first bytes may have come with the end of its handshake
    return {};
}

io_result tls_stream::read_some(char* data, std::size_t size) {
    if (later_.end || later_.failure) return std::exchange(later_, {});
    io_result result;
    while (result.bytes < size) {
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), data + result.bytes, bounded(size - result.bytes));
        if (got <= 0) {
            io_result stop = result_of(got);
            starved_ = true;
            if (result.bytes == 0) return stop;
            if (!stop.wait_for) later_ = std::move(stop);
            return result;
        }
        starved_ = false;
        result.bytes += static_cast<std::size_t>(got);
        if (!SSL_has_pending(ssl_.get())) break;
    }
    return result;
}

io_result tls_stream::write_some(std::string_view bytes) {
    io_result result;
    while (result.bytes < bytes.size()) {
        const std::string_view rest = bytes.substr(result.bytes);
        ERR_clear_error();
        const int put = SSL_write(ssl_.get(), rest.data(), bounded(rest.size()));
        if (put <= 0) {
            // What stopped us shows again at the next call.
            if (result.bytes == 0) return result_of(put);
            break;
        }
        result.bytes += static_cast<std::size_t>(put);
    }
    return result;
}

bool tls_stream::has_buffered() const {
    if (later_.end || later_.failure) return true;
    return !starved_ && SSL_has_pending(ssl_.get());
}

void tls_stream::async_wait(readiness direction, std::function<void()> handler) {
    // The socket would stay silent about what OpenSSL has already taken out of it.
    if (direction == readiness::read && has_buffered())
        tcp_.post(std::move(handler));
    else
        tcp_.async_wait(direction, std::move(handler));
}

void tls_stream::shutdown() {
    if (notes_.open && !broken_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get()); // where the socket is full, the FIN alone must do
    }
    tcp_.shutdown();
}

std::string tls_stream::tls() const {
    return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
}

} // namespace resock::net
