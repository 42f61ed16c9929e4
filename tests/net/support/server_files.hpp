// A certificate and key in files, as a listener is given them, and what a client gets to see.
#pragma once

#include <cstring>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include "net/server_certificate.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

namespace resock::test {

inline std::string key_pem(const identity& of, const char* passphrase = nullptr) {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(memory, of.key.get(), passphrase ? EVP_aes_128_cbc() : nullptr,
                                  passphrase, passphrase ? int(std::strlen(passphrase)) : 0,
                                  nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

inline identity named(const std::string& name, const identity* issuer = nullptr) {
    test::certificate_wish wish;
    wish.common_name = name;
    return test::make_identity(wish, issuer);
}

// A directory with cert.pem and key.pem, which a test replaces.
struct pair_of_files {
    test::temporary_directory directory;
    net::server_tls_options options;

    explicit pair_of_files(const identity& own) {
        options.cert_file = directory.write("cert.pem", own.pem());
        options.key_file = directory.write("key.pem", key_pem(own));
    }
    // By renaming, as renewals do: the file is another one even where size and time are the same.
    void replace(const std::string& name, const std::string& text) const {
        const std::string fresh = directory.write("fresh.pem", text);
        REQUIRE(std::rename(fresh.c_str(), (directory.path() + "/" + name).c_str()) == 0);
    }
    void replace(const identity& by) const {
        replace("cert.pem", by.pem());
        replace("key.pem", key_pem(by));
    }
};

inline std::string name_of(X509* certificate) {
    char name[100] = "";
    if (certificate)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  sizeof(name));
    return name;
}

inline std::string shown_by(const net::tls_context& context) {
    return name_of(SSL_CTX_get0_certificate(context.get()));
}

struct met {
    bool done = false;
    std::vector<std::string> chain; // names that the client got, in order
    std::string protocol;           // chosen by ALPN
    std::string version;
};

// A handshake in memory, of a client that trusts anybody.
inline met meet(const net::tls_context& server, const std::string& offered = "",
                int max_version = 0) {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                               SSL_CTX_free);
    SSL_CTX_set_max_proto_version(context.get(), max_version);
    const std::unique_ptr<SSL, void (*)(SSL*)> client(SSL_new(context.get()), SSL_free);
    const std::unique_ptr<SSL, void (*)(SSL*)> serving(SSL_new(server.get()), SSL_free);
    SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                        static_cast<unsigned>(offered.size()));
    BIO* ends[2] = {nullptr, nullptr};
    BIO_new_bio_pair(&ends[0], 0, &ends[1], 0);
    SSL_set_bio(client.get(), ends[0], ends[0]);
    SSL_set_bio(serving.get(), ends[1], ends[1]);
    SSL_set_connect_state(client.get());
    SSL_set_accept_state(serving.get());
    met result;
    for (int turn = 0; turn < 20 && !result.done; ++turn) {
        const int left = SSL_do_handshake(client.get());
        const int right = SSL_do_handshake(serving.get());
        result.done = left == 1 && right == 1;
    }
    ERR_clear_error();
    if (!result.done) return result;
    STACK_OF(X509)* chain = SSL_get_peer_cert_chain(client.get());
    for (int i = 0; i < sk_X509_num(chain); ++i)
        result.chain.push_back(name_of(sk_X509_value(chain, i)));
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.get(), &protocol, &size);
    result.protocol.assign(reinterpret_cast<const char*>(protocol), size);
    result.version = SSL_get_version(client.get());
    return result;
}

} // namespace resock::test
