#include "session/terms.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/error.hpp"

namespace resock::session {

secret_digest sha256_of(std::string_view bytes) {
    secret_digest digest;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw error(status::internal, "OpenSSL gives no SHA-256, which resock.v1 keeps secrets by: "
                                      "allow it in the OpenSSL configuration");
    return digest;
}

secret_digest digest_of(const secret_bytes& secret) {
    return sha256_of({reinterpret_cast<const char*>(secret.data()), secret.size()});
}

bool same(const secret_digest& left, const secret_digest& right) {
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace resock::session
