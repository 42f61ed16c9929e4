// The client's end of an accepted TLS connection.
#pragma once

#include <functional>
#include <thread>

#include "net/support/server_files.hpp"
#include "net/support/servers.hpp"

namespace resock::test {

inline net::tls_context own_certificate(const std::string& min_version = "1.2") {
    pair_of_files files(named("own"));
    files.options.min_version = min_version;
    net::server_certificate made(files.options);
    std::string problem;
    return made.current(time_point(std::chrono::seconds(1000)), problem);
}

// Blocking, on a thread of its own. `script` runs where the handshake went well; `prepare` makes
// the client a particular one, by default it trusts anybody.
class tls_client {
  public:
    tls_client(
        int fd, std::function<void(tls_peer&)> script,
        std::function<void(SSL_CTX*)> prepare = [](SSL_CTX*) {})
        : thread_([fd, script = std::move(script), prepare = std::move(prepare)] {
            const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(
                SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
            prepare(context.get());
            const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
            SSL_set_fd(ssl.get(), fd);
            peer socket(fd);
            tls_peer client(ssl.get(), socket);
            if (SSL_connect(ssl.get()) == 1) script(client);
            ERR_clear_error();
        }) {}
    ~tls_client() { thread_.join(); }
    tls_client(const tls_client&) = delete;
    tls_client& operator=(const tls_client&) = delete;

  private:
    std::thread thread_;
};

} // namespace resock::test
