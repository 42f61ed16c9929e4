#include "session/terms.hpp"

#include "support/catch.hpp"

using namespace resock;

namespace {

std::string hex(const session::secret_digest& digest) {
    std::string text;
    for (const std::uint8_t byte : digest)
        for (const int nibble : {byte >> 4, byte & 0xF})
            text += "0123456789abcdef"[nibble];
    return text;
}

} // namespace

TEST_CASE("a secret is known by its SHA-256") { // the values are those of sha256sum
    session::secret_bytes secret{};
    CHECK(hex(session::digest_of(secret)) ==
          "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb");
    for (std::size_t i = 0; i < secret.size(); ++i)
        secret[i] = static_cast<std::uint8_t>(i);
    CHECK(hex(session::digest_of(secret)) ==
          "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991");
    CHECK(hex(session::sha256_of("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(session::sha256_of({})) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("digests are the same where every bit is") {
    const session::secret_digest one = session::sha256_of("one");
    CHECK(session::same(one, session::sha256_of("one")));
    CHECK_FALSE(session::same(one, session::sha256_of("two")));
    for (std::size_t bit = 0; bit < one.size() * 8; ++bit) {
        CAPTURE(bit);
        session::secret_digest other = one;
        other[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK_FALSE(session::same(one, other));
    }
}
