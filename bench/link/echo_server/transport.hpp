#pragma once

#include <cstddef>
#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <sys/types.h>

namespace bench {

// The bytes of one accepted connection, with or without TLS; its socket does not block.
class transport {
  public:
    // Takes the socket over.
    explicit transport(int fd)
        : fd_(fd) {}
    virtual ~transport();
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;

    int fd() const { return fd_; }

    // How many bytes; 0: none now; -1: the connection is over.
    virtual ssize_t read(char* to, std::size_t size) = 0;
    // Whether read() finds something that the socket does not announce.
    virtual bool has_more() const { return false; }
    // What the socket does not take is kept: at most what one call was given. False: over.
    virtual bool write(const char* data, std::size_t size) = 0;
    // Nothing more will be written.
    virtual void finish();

    bool blocked() const { return sent_ < unsent_.size(); }
    // Goes on with what was kept. False: over.
    bool flush();
    // The peer gets a reset.
    void reset_at_close();

  protected:
    bool send_now(const char* data, std::size_t size);

  private:
    int fd_;
    std::string unsent_;
    std::size_t sent_ = 0; // of it
};

std::unique_ptr<transport> plain_transport(int fd);

// The server's certificate; throws std::invalid_argument where it cannot be used.
class tls_identity {
  public:
    tls_identity(const std::string& cert_file, const std::string& key_file);
    std::unique_ptr<transport> accept(int fd) const;

  private:
    struct freed {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, freed> context_;
};

} // namespace bench
