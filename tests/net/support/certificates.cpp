#include "net/support/certificates.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace resock::test {
namespace {

void require(bool condition, const char* what) {
    if (!condition) throw std::runtime_error(what);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    require(made, "extension");
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

void set_serial(X509* certificate) {
    std::uint32_t number = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof(number)) == 1, "random");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number);
}

} // namespace

std::string identity::pem() const {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, certificate.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

identity make_identity(const certificate_wish& wish, const identity* issuer) {
    identity made;
    made.key.reset(EVP_EC_gen("P-256"), EVP_PKEY_free);
    made.certificate.reset(X509_new(), X509_free);
    X509* certificate = made.certificate.get();
    X509* signer = issuer ? issuer->certificate.get() : certificate;
    X509_set_version(certificate, 2);
    set_serial(certificate);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.begins_in_days * 86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.ends_in_days * 86400);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    add_extension(certificate, signer, NID_basic_constraints,
                  wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    add_extension(certificate, signer, NID_subject_key_identifier, "hash");
    if (!wish.alternative_names.empty())
        add_extension(certificate, signer, NID_subject_alt_name, wish.alternative_names);
    EVP_PKEY* key = issuer ? issuer->key.get() : made.key.get();
    require(X509_sign(certificate, key, EVP_sha256()) > 0, "signature");
    return made;
}

identity make_authority(const std::string& common_name) {
    certificate_wish wish;
    wish.common_name = common_name;
    wish.alternative_names.clear();
    wish.authority = true;
    return make_identity(wish);
}

std::string day_in(long days) {
    const std::time_t then = std::time(nullptr) + days * 86400;
    std::tm parts{};
    gmtime_r(&then, &parts);
    char text[16];
    std::strftime(text, sizeof(text), "%Y-%m-%d", &parts);
    return text;
}

temporary_directory::temporary_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "resock-XXXXXX").string();
    require(::mkdtemp(pattern.data()), "temporary directory");
    path_ = pattern;
}

temporary_directory::~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string temporary_directory::write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = path_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
}

} // namespace resock::test
