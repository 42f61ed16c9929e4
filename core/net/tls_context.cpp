#include "net/tls_context.hpp"

#include <mutex>
#include <new>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <optional>
#include <vector>

#include "net/pem_file.hpp"
#include "net/per_process.hpp"
#include "net/tls_error.hpp"

namespace resock::net {
namespace {

// Contexts kept: as many sets of options (and states of the root files) as one process uses.
constexpr std::size_t max_contexts = 16;

struct cache {
    std::mutex mutex;
    std::vector<std::pair<std::string, tls_context>> contexts; // oldest first
};
per_process<cache> contexts_of_process;

policy::failure refused(policy::cause cause, std::string detail, int sys_errno = 0) {
    policy::failure made;
    made.cause = cause;
    made.detail = std::move(detail);
    made.sys_errno = sys_errno;
    return made;
}

std::string no_roots(const root_places& places) {
    std::string list;
    for (const std::string& place : places.looked_at)
        list += (list.empty() ? "" : ", ") + place;
    return "no trusted root certificates on this system (looked at " + list +
           "): install the package ca-certificates or set tls.ca_file";
}

std::string key_of(const tls_options& options, const root_places& places) {
    std::string key = options.min_version + (options.verify ? "|verify" : "|open");
    if (!places.file.empty()) key += "|" + file_identity(places.file);
    for (const std::string& directory : places.directories)
        key += "|" + file_identity(directory);
    return key;
}

// Adds the certificates of a PEM file. Empty, or what is wrong.
std::string add_certificates(X509_STORE* store, const std::string& path, int& sys_errno) {
    const pem_file file(path);
    sys_errno = file.sys_errno();
    if (!file.wrong().empty()) return file.wrong();
    std::size_t added = 0;
    while (X509* read = PEM_read_bio_X509_AUX(file.bio(), nullptr, nullptr, nullptr)) {
        const std::unique_ptr<X509, void (*)(X509*)> certificate(read, X509_free);
        if (X509_STORE_add_cert(store, certificate.get())) ++added;
    }
    // The loop ends at "no start line", which is the end of the file, or at a broken certificate.
    const unsigned long error = ERR_peek_last_error();
    const bool at_end = ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    const std::string words = openssl_words();
    ERR_clear_error();
    if (!at_end) return "holds a certificate that cannot be read: " + words;
    return added ? "" : "holds no certificate in PEM form";
}

std::optional<policy::failure> add_roots(SSL_CTX* context, const root_places& places,
                                         const char* option) {
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    if (!places.file.empty()) {
        int sys_errno = 0;
        const std::string wrong = add_certificates(store, places.file, sys_errno);
        if (!wrong.empty())
            return refused(policy::cause::tls_issuer, option + (" " + places.file) + " " + wrong,
                           sys_errno);
    }
    for (const std::string& directory : places.directories)
        X509_STORE_load_path(store, directory.c_str());
    return std::nullopt;
}

tls_notes* notes_of(SSL* ssl) {
    return static_cast<tls_notes*>(SSL_get_app_data(ssl));
}

// The only moment at which the refused certificate can be seen.
int note_verification(int ok, X509_STORE_CTX* context) {
    if (ok) return 1;
    auto* ssl = static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    if (tls_notes* notes = ssl ? notes_of(ssl) : nullptr; notes && !notes->refused) {
        notes->refused =
            std::make_unique<policy::failure>(verification_failure(context, notes->host));
    }
    return 0;
}

int note_client_certificate(SSL* ssl, void*) {
    if (tls_notes* notes = notes_of(ssl)) notes->client_cert_asked = true;
    return 1;
}

void configure(SSL_CTX* context, const tls_options& options) {
    SSL_CTX_set_min_proto_version(context,
                                  options.min_version == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1); // many small records by one system call
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                       options.verify ? note_verification : nullptr);
    SSL_CTX_set_cert_cb(context, note_client_certificate, nullptr);
    // A server that also speaks HTTP/2 must not choose it: the upgrade is HTTP/1.1.
    static constexpr unsigned char protocols[] = "\x08http/1.1";
    SSL_CTX_set_alpn_protos(context, protocols, sizeof(protocols) - 1);
}

std::variant<tls_context, policy::failure> make_context(const tls_options& options,
                                                        const root_places& places) {
    ERR_clear_error();
    tls_context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context) throw std::bad_alloc();
    configure(context.get(), options);
    const char* option = options.ca_file.empty() ? "root certificates" : "tls.ca_file";
    if (auto failure = add_roots(context.get(), places, option)) return *std::move(failure);
    return context;
}

} // namespace

void prepare_openssl() {
    OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

std::variant<tls_context, policy::failure>
tls_context_for(const tls_options& options, const std::function<root_places()>& find) {
    if (options.min_version != "1.2" && options.min_version != "1.3")
        return refused(policy::cause::tls_version, "tls.min_version is \"" + options.min_version +
                                                       "\"; allowed are 1.2 and 1.3");
    root_places places;
    if (options.verify && options.ca_file.empty()) places = find();
    if (!options.ca_file.empty()) places.file = options.ca_file;
    if (options.verify && !places.found())
        return refused(policy::cause::tls_issuer, no_roots(places));

    const std::string key = key_of(options, places);
    cache& cached = contexts_of_process.get();
    const std::lock_guard lock(cached.mutex);
    for (const auto& [name, context] : cached.contexts)
        if (name == key) return context;
    auto made = make_context(options, places);
    if (const auto* context = std::get_if<tls_context>(&made)) {
        if (cached.contexts.size() == max_contexts) cached.contexts.erase(cached.contexts.begin());
        cached.contexts.emplace_back(key, *context);
    }
    return made;
}

} // namespace resock::net
