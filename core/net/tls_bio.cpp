#include "net/tls_bio.hpp"

#include <cerrno>
#include <new>
#include <sys/socket.h>

#include "net/tls_stream.hpp"

namespace resock::net {
namespace {

#if defined(MSG_NOSIGNAL)
constexpr int send_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
#else
constexpr int send_flags = MSG_DONTWAIT; // SO_NOSIGPIPE is set instead
#endif

tls_socket& socket_of(BIO* bio) {
    return *static_cast<tls_socket*>(BIO_get_data(bio));
}

bool may_try_again(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int write_bytes(BIO* bio, const char* data, int size) {
    tls_socket& socket = socket_of(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(socket.fd, data, static_cast<std::size_t>(size), send_flags);
    socket.error = sent < 0 ? errno : 0;
    if (sent < 0 && may_try_again(socket.error)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int read_bytes(BIO* bio, char* data, int size) {
    tls_socket& socket = socket_of(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(socket.fd, data, static_cast<std::size_t>(size), MSG_DONTWAIT);
    socket.error = got < 0 ? errno : 0;
    if (got < 0 && may_try_again(socket.error)) BIO_set_retry_read(bio);
    return static_cast<int>(got);
}

// There is nothing to flush, and no other control is known.
long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// Made once and kept for ever: connections of any age refer to it.
BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
        BIO_METHOD* fresh =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "resock socket");
        if (!fresh) throw std::bad_alloc();
        BIO_meth_set_write(fresh, write_bytes);
        BIO_meth_set_read(fresh, read_bytes);
        BIO_meth_set_ctrl(fresh, control);
        return fresh;
    }();
    return made;
}

} // namespace

BIO* make_socket_bio(tls_socket& socket) {
    BIO* bio = BIO_new(method());
    if (!bio) throw std::bad_alloc();
    BIO_set_data(bio, &socket);
    BIO_set_init(bio, 1);
    return bio;
}

} // namespace resock::net
