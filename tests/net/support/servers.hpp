// Servers on the loopback, each on a thread of its own and with blocking calls, so that a test
// says in plain order what the peer does. Every wait ends after a limit.
#pragma once

#include <functional>
#include <mutex>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/support/certificates.hpp"

namespace resock::test {

// A socket as a script sees it. Failing calls return what came so far.
class peer {
  public:
    explicit peer(int fd)
        : fd_(fd) {}
    int fd() const { return fd_; }
    void send(std::string_view bytes);
    // Up to and with the empty line.
    std::string read_header();
    std::string read(std::size_t bytes);
    // Until the client has closed.
    void read_to_end();
    // Closing then resets the connection.
    void reset_on_close();

  private:
    int fd_;
};

// Runs `script` for one connection after the other.
class loopback_server {
  public:
    explicit loopback_server(std::function<void(peer&)> script);
    ~loopback_server();
    loopback_server(const loopback_server&) = delete;
    loopback_server& operator=(const loopback_server&) = delete;
    std::uint16_t port() const { return port_; }

  private:
    void serve();

    std::function<void(peer&)> script_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::mutex mutex_;
    int current_ = -1; // the connection being served
    bool stop_ = false;
    std::thread thread_;
};

struct tls_server_options {
    identity own;
    int min_version = 0;
    int max_version = 0;
    std::string cipher_list;             // TLS 1.2
    const identity* client_ca = nullptr; // asks for a client certificate and insists
};

class tls_peer {
  public:
    explicit tls_peer(SSL* ssl, peer& socket)
        : ssl_(ssl)
        , socket_(socket) {}
    SSL* ssl() { return ssl_; }
    peer& socket() { return socket_; }
    void send(std::string_view bytes);
    std::string read_header();
    std::string read(std::size_t bytes);

  private:
    SSL* ssl_;
    peer& socket_;
};

// A loopback_server script that makes a TLS handshake first; `script` runs where it went well. The
// context is made once for all connections.
std::function<void(peer&)> over_tls(const tls_server_options& options,
                                    std::function<void(tls_peer&)> script);

// A port of 127.0.0.1 on which nothing listens, held so that nobody takes it meanwhile.
class closed_port {
  public:
    closed_port();
    ~closed_port();
    closed_port(const closed_port&) = delete;
    closed_port& operator=(const closed_port&) = delete;
    std::uint16_t port() const { return port_; }

  private:
    std::uint16_t port_ = 0;
    int fd_ = -1;
};

// A listener whose queue is full: further connections are neither taken nor refused.
class black_hole {
  public:
    black_hole();
    ~black_hole();
    black_hole(const black_hole&) = delete;
    black_hole& operator=(const black_hole&) = delete;
    std::uint16_t port() const { return port_; }

  private:
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::vector<int> fillers_;
};

} // namespace resock::test
