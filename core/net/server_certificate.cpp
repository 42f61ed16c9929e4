#include "net/server_certificate.hpp"

#include <cstring>
#include <new>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/error.hpp"
#include "net/pem_file.hpp"
#include "net/tls_error.hpp"

namespace resock::net {

namespace {

[[noreturn]] void refuse(const char* option, const std::string& path, const std::string& why) {
    throw error(status::option, std::string("option '") + option + "': " + path + " " + why);
}

// What stopped the reading, and an empty queue of errors.
std::string take_words() {
    const std::string words = openssl_words();
    ERR_clear_error();
    return words;
}

// A passphrase cannot be asked for.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

void use_certificates(SSL_CTX* context, const std::string& path) {
    const pem_file file(path);
    if (!file.wrong().empty()) refuse("tls.cert_file", path, file.wrong());
    std::size_t count = 0;
    while (X509* read = PEM_read_bio_X509(file.bio(), nullptr, nullptr, nullptr)) {
        std::unique_ptr<X509, void (*)(X509*)> certificate(read, X509_free);
        if (count++ > 0) {
            if (SSL_CTX_add0_chain_cert(context, read) != 1) throw std::bad_alloc();
            certificate.release();
        } else if (SSL_CTX_use_certificate(context, read) != 1) {
            refuse("tls.cert_file", path,
                   "holds a certificate that cannot be used: " + take_words());
        }
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const std::string words = take_words();
    if (!at_end) refuse("tls.cert_file", path, "holds a certificate that cannot be read: " + words);
    if (count == 0) refuse("tls.cert_file", path, "holds no certificate in PEM form");
}

void use_key(SSL_CTX* context, const server_tls_options& options) {
    const bool own_file = !options.key_file.empty();
    const std::string& path = own_file ? options.key_file : options.cert_file;
    const char* option = own_file ? "tls.key_file" : "tls.cert_file";
    const pem_file file(path);
    if (!file.wrong().empty()) refuse(option, path, file.wrong());
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        PEM_read_bio_PrivateKey(file.bio(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
    if (!key) {
        const std::string words = take_words();
        refuse(option, path,
               "holds no private key that can be read without a passphrase (" + words + ")" +
                   (own_file ? "" : "; set tls.key_file where the key is in a file of its own"));
    }
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        ERR_clear_error();
        refuse(option, path,
               "holds a key that does not belong to the certificate in " + options.cert_file);
    }
}

// A client that offers HTTP/2 too is answered with HTTP/1.1, which the opening needs.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned size, void*) {
    static constexpr std::string_view wanted = "http/1.1";
    for (unsigned at = 0; at < size && at + 1u + offered[at] <= size; at += 1u + offered[at]) {
        const std::string_view each(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
        if (each != wanted) continue;
        *out = offered + at + 1;
        *out_size = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

tls_context make_context(const server_tls_options& options) {
    ERR_clear_error();
    tls_context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context.get(),
                                  options.min_version == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context.get(), 1);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context.get(), select_protocol, nullptr);
    use_certificates(context.get(), options.cert_file);
    use_key(context.get(), options);
    return context;
}

} // namespace

server_certificate::server_certificate(server_tls_options options)
    : options_(std::move(options))
    , context_(make_context(options_))
    , identity_(identity()) {
}

std::string server_certificate::identity() const {
    const std::string key = options_.key_file.empty() ? "" : file_identity(options_.key_file);
    return file_identity(options_.cert_file) + "|" + key;
}

tls_context server_certificate::current(time_point now, std::string& problem) {
    const std::lock_guard guard(mutex_);
    if (looked_at_ && now - *looked_at_ < look_every) return context_;
    looked_at_ = now;
    std::string seen = identity();
    if (seen == identity_) return context_;
    try {
        context_ = make_context(options_);
    } catch (const error& wrong) {
        problem = std::string(wrong.what()) + "; the former certificate stays in use";
    }
    // A pair that was replaced half is looked at again when the other half follows.
    identity_ = std::move(seen);
    return context_;
}

void server_certificate::reload() {
    const std::lock_guard guard(mutex_);
    std::string seen = identity();
    context_ = make_context(options_);
    identity_ = std::move(seen);
}

} // namespace resock::net
