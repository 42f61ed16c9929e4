#include "net/tls_bio.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tls_stream.hpp"
#include "support/catch.hpp"

using namespace resock;

namespace {

// A BIO at one end of a pair of sockets.
struct pair {
    pair() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) ==
                0);
        socket.fd = ends[0];
        far = ends[1];
    }
    ~pair() {
        ::close(socket.fd);
        if (far >= 0) ::close(far);
    }
    void close_far() {
        ::close(far);
        far = -1;
    }

    net::tls_socket socket;
    int far = -1;
    std::unique_ptr<BIO, int (*)(BIO*)> bio{net::make_socket_bio(socket), BIO_free};
};

} // namespace

TEST_CASE("bytes pass, an empty socket asks to try again") {
    pair ends;
    char bytes[8] = {};
    CHECK(BIO_read(ends.bio.get(), bytes, sizeof(bytes)) < 0);
    CHECK(BIO_should_retry(ends.bio.get()));
    CHECK(BIO_should_read(ends.bio.get()));
    CHECK(BIO_write(ends.bio.get(), "hello", 5) == 5);
    CHECK(::recv(ends.far, bytes, sizeof(bytes), 0) == 5);
    CHECK(::send(ends.far, "abc", 3, 0) == 3);
    CHECK(BIO_read(ends.bio.get(), bytes, sizeof(bytes)) == 3);
    CHECK(std::string(bytes, 3) == "abc");
    CHECK(!BIO_should_retry(ends.bio.get()));
    CHECK(BIO_flush(ends.bio.get()) == 1);
}

TEST_CASE("a full socket asks to try again") {
    pair ends;
    const std::string block(64 * 1024, 'x');
    int put = 1;
    for (int i = 0; i < 10000 && put > 0; ++i)
        put = BIO_write(ends.bio.get(), block.data(), static_cast<int>(block.size()));
    CHECK(put < 0);
    CHECK(BIO_should_retry(ends.bio.get()));
    CHECK(BIO_should_write(ends.bio.get()));
}

TEST_CASE("a closed peer is an end for reading and an error without SIGPIPE for writing") {
    pair ends;
    ends.close_far();
    char byte = 0;
    CHECK(BIO_read(ends.bio.get(), &byte, 1) == 0);
    CHECK(!BIO_should_retry(ends.bio.get()));
    CHECK(ends.socket.error == 0);
    // SIGPIPE has its default action here: it would end the test program.
    CHECK(BIO_write(ends.bio.get(), "x", 1) < 0);
    CHECK(!BIO_should_retry(ends.bio.get()));
    CHECK(ends.socket.error == EPIPE);
}
