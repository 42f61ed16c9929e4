// The certificate that a listener shows, read from files that may be replaced while it runs.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "net/tls_context.hpp"

namespace resock::net {

struct server_tls_options {
    std::string cert_file; // PEM: the certificate, then those of its issuers
    std::string key_file;  // PEM; "" where the key stands in cert_file
    std::string min_version = "1.2";
};

// Any thread.
class server_certificate {
  public:
    // How often the files are looked at.
    static constexpr duration look_every = std::chrono::seconds(1);

    // Throws error(status::option) naming the file and what is wrong with it.
    explicit server_certificate(server_tls_options);

    // The context for a connection that comes now. Files that were replaced are read first; where
    // they cannot be used the former certificate stays, and `problem` gets the reason, once for
    // each state of the files.
    tls_context current(time_point now, std::string& problem);
    // Reads the files now. Throws as the constructor; the former certificate then stays.
    void reload();

  private:
    std::string identity() const;

    const server_tls_options options_;
    std::mutex mutex_; // of all below
    tls_context context_;
    std::string identity_;
    std::optional<time_point> looked_at_;
};

} // namespace resock::net
