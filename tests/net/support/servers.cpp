#include "net/support/servers.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace resock::test {
namespace {

constexpr int wait_limit_s = 20; // of any single call, so that no test hangs

int bind_loopback(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no loopback port");
    port = ntohs(address.sin_port);
    return fd;
}

void limit_waits(int fd) {
    const timeval limit{wait_limit_s, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

bool ends_header(const std::string& text) {
    return text.size() >= 4 && text.compare(text.size() - 4, 4, "\r\n\r\n") == 0;
}

} // namespace

void peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string peer::read_header() {
    std::string text;
    while (!ends_header(text)) {
        char byte = 0;
        if (::recv(fd_, &byte, 1, 0) != 1) break;
        text += byte;
    }
    return text;
}

std::string peer::read(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t got = 0;
    while (got < bytes) {
        const ssize_t more = ::recv(fd_, text.data() + got, bytes - got, 0);
        if (more <= 0) break;
        got += static_cast<std::size_t>(more);
    }
    text.resize(got);
    return text;
}

void peer::read_to_end() {
    char bytes[4096];
    while (::recv(fd_, bytes, sizeof(bytes), 0) > 0) {
    }
}

void peer::reset_on_close() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

loopback_server::loopback_server(std::function<void(peer&)> script)
    : script_(std::move(script))
    , listener_(bind_loopback(port_)) {
    ::listen(listener_, 16);
    thread_ = std::thread([this] { serve(); });
}

loopback_server::~loopback_server() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        ::shutdown(listener_, SHUT_RDWR); // ends accept
        if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listener_);
}

void loopback_server::serve() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        limit_waits(fd);
        {
            const std::lock_guard lock(mutex_);
            current_ = fd;
            if (stop_) ::shutdown(fd, SHUT_RDWR);
        }
        peer connection(fd);
        script_(connection);
        const std::lock_guard lock(mutex_);
        current_ = -1;
        ::close(fd);
    }
}

void tls_peer::send(std::string_view bytes) {
    SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
}

std::string tls_peer::read_header() {
    std::string text;
    while (!ends_header(text)) {
        char byte = 0;
        if (SSL_read(ssl_, &byte, 1) != 1) break;
        text += byte;
    }
    return text;
}

std::string tls_peer::read(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t got = 0;
    while (got < bytes) {
        const int more = SSL_read(ssl_, text.data() + got, static_cast<int>(bytes - got));
        if (more <= 0) break;
        got += static_cast<std::size_t>(more);
    }
    text.resize(got);
    return text;
}

std::function<void(peer&)> over_tls(const tls_server_options& options,
                                    std::function<void(tls_peer&)> script) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate(context.get(), options.own.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), options.own.key.get());
    SSL_CTX_set_min_proto_version(context.get(), options.min_version);
    SSL_CTX_set_max_proto_version(context.get(), options.max_version);
    if (!options.cipher_list.empty())
        SSL_CTX_set_cipher_list(context.get(), options.cipher_list.c_str());
    if (options.client_ca) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                            options.client_ca->certificate.get());
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           nullptr);
    }
    return [context, script = std::move(script)](peer& socket) {
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
        SSL_set_fd(ssl.get(), socket.fd());
        if (SSL_accept(ssl.get()) == 1) {
            tls_peer connection(ssl.get(), socket);
            script(connection);
        } else {
            ::shutdown(socket.fd(), SHUT_WR); // the alert is out; what the client sends is read, so
            socket.read_to_end();             // that closing does not reset
        }
        ERR_clear_error();
    };
}

closed_port::closed_port()
    : fd_(bind_loopback(port_)) {
}
closed_port::~closed_port() {
    ::close(fd_);
}

black_hole::black_hole()
    : listener_(bind_loopback(port_)) {
    ::listen(listener_, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    // Linux takes one connection more than the queue's length; the second is left unanswered.
    for (int i = 0; i < 3; ++i) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
        fillers_.push_back(fd);
    }
    pollfd first{fillers_.front(), POLLOUT, 0};
    ::poll(&first, 1, wait_limit_s * 1000);
}

black_hole::~black_hole() {
    for (const int fd : fillers_)
        ::close(fd);
    ::close(listener_);
}

} // namespace resock::test
