#include "transport.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

namespace {

class plain final : public transport {
  public:
    using transport::transport;

    ssize_t read(char* to, std::size_t size) override {
        const ssize_t got = recv(fd(), to, size, 0);
        if (got > 0) return got;
        return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    }

    bool write(const char* data, std::size_t size) override { return send_now(data, size); }
};

} // namespace

transport::~transport() {
    close(fd_);
}

bool transport::send_now(const char* data, std::size_t size) {
    if (blocked()) {
        unsent_.append(data, size);
        return true;
    }
    const ssize_t sent = send(fd_, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
    const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    unsent_.assign(data + taken, size - taken);
    sent_ = 0;
    return true;
}

bool transport::flush() {
    if (!blocked()) return true;
    const ssize_t sent = send(fd_, unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    sent_ += static_cast<std::size_t>(sent);
    if (blocked()) return true;
    unsent_.clear();
    sent_ = 0;
    return true;
}

void transport::finish() {
    shutdown(fd_, SHUT_WR);
}

void transport::reset_at_close() {
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::unique_ptr<transport> plain_transport(int fd) {
    return std::make_unique<plain>(fd);
}

} // namespace bench
