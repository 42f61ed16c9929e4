#include <openssl/err.h>
#include <stdexcept>
#include <vector>

#include "transport.hpp"

namespace bench {

namespace {

// OpenSSL reads as much at once, which is several records.
constexpr std::size_t read_ahead_size = std::size_t{128} << 10;

// Reads from the socket; writes into memory first, so that all records of an answer leave with one
// send.
class tls final : public transport {
  public:
    tls(int fd, SSL_CTX* context)
        : transport(fd)
        , ssl_(SSL_new(context)) {
        if (!ssl_) throw std::runtime_error("no memory for a TLS connection");
        SSL_set_bio(ssl_, BIO_new_socket(fd, BIO_NOCLOSE), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(ssl_);
    }
    ~tls() override { SSL_free(ssl_); }

    ssize_t read(char* to, std::size_t size) override {
        std::size_t all = 0;
        bool over = false;
        ERR_clear_error();
        do {
            std::size_t got = 0;
            const int ok = SSL_read_ex(ssl_, to + all, size - all, &got);
            all += got;
            if (ok == 1) continue;
            over = SSL_get_error(ssl_, ok) != SSL_ERROR_WANT_READ;
            break;
        } while (all < size && SSL_has_pending(ssl_) == 1);
        more_ = all == size && SSL_has_pending(ssl_) == 1;
        // The handshake answers while reading.
        if (!send_records() || (over && all == 0)) return -1;
        return static_cast<ssize_t>(all);
    }

    bool has_more() const override { return more_; }

    bool write(const char* data, std::size_t size) override {
        std::size_t written = 0;
        return SSL_write_ex(ssl_, data, size, &written) == 1 && send_records();
    }

    void finish() override {
        SSL_shutdown(ssl_);
        send_records();
        transport::finish();
    }

  private:
    bool send_records() {
        BIO* const records = SSL_get_wbio(ssl_);
        const std::size_t size = BIO_ctrl_pending(records);
        if (size == 0) return true;
        static std::vector<char> buffer; // one thread has one answer at a time
        if (buffer.size() < size) buffer.resize(size);
        BIO_read(records, buffer.data(), static_cast<int>(size));
        return send_now(buffer.data(), size);
    }

    SSL* ssl_;
    bool more_ = false;
};

} // namespace

tls_identity::tls_identity(const std::string& cert_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
    if (SSL_CTX_use_certificate_chain_file(context_.get(), cert_file.c_str()) != 1)
        throw std::invalid_argument("--cert '" + cert_file + "' is no readable PEM certificate");
    if (SSL_CTX_use_PrivateKey_file(context_.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::invalid_argument("--key '" + key_file +
                                    "' is no readable PEM key of that certificate");
    SSL_CTX_set_read_ahead(context_.get(), 1);
    SSL_CTX_set_default_read_buffer_len(context_.get(), read_ahead_size);
}

std::unique_ptr<transport> tls_identity::accept(int fd) const {
    return std::make_unique<tls>(fd, context_.get());
}

} // namespace bench
