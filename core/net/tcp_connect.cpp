#include "net/tcp_connect.hpp"

#include <cerrno>
#include <unistd.h>
#include <utility>

#include "net/socket_options.hpp"
#include "net/tcp_error.hpp"

namespace resock::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Failures told one by one; the words of further ones are left out.
constexpr std::size_t max_told = 8;

// Of several addresses' failures the one that says most: somebody answered.
int telling(policy::cause cause) {
    switch (cause) {
    case policy::cause::tcp_refused:
        return 3;
    case policy::cause::tcp_reset:
        return 2;
    case policy::cause::tcp_timeout:
        return 1;
    default:
        return 0;
    }
}

} // namespace

tcp_connect::tcp_connect(asio::io_context& io, std::vector<asio::ip::tcp::endpoint> addresses,
                         clock_time deadline, std::function<void(result)> handler)
    : socket_(io)
    , timer_(io)
    , addresses_(std::move(addresses))
    , deadline_(deadline)
    , handler_(std::move(handler)) {
}

void tcp_connect::start() {
    try_next();
}

void tcp_connect::try_next() {
    while (next_ < addresses_.size()) {
        const auto& address = addresses_[next_++];
        const int fd = open_tcp_socket(address.protocol().family());
        if (fd < 0) {
            note(errno);
            continue;
        }
        set_link_options(fd);
        error_code error;
        socket_.assign(address.protocol(), fd, error);
        if (error) {
            ::close(fd);
            note(error.value());
            continue;
        }
        waiting_ = true;
        arm(next_);
        socket_.async_connect(address,
                              [weak = weak_from_this(), attempt = next_](const error_code& result) {
                                  if (const auto self = weak.lock())
                                      self->connected(attempt, result);
                              });
        return;
    }
    worst_.detail = std::move(words_);
    std::exchange(handler_, nullptr)(std::move(worst_));
}

void tcp_connect::arm(std::size_t attempt) {
    if (deadline_ == clock_time::max()) return;
    const auto now = std::chrono::steady_clock::now();
    const auto left = static_cast<std::chrono::nanoseconds::rep>(addresses_.size() - attempt + 1);
    timer_.expires_at(now + (deadline_ - now) / left);
    timer_.async_wait([weak = weak_from_this(), attempt](const error_code& error) {
        if (error) return;
        if (const auto self = weak.lock()) self->expired(attempt);
    });
}

// A handler of an address already given up may still be on its way.
void tcp_connect::connected(std::size_t attempt, const error_code& error) {
    if (!waiting_ || attempt != next_) return;
    waiting_ = false;
    timer_.cancel();
    if (!error) {
        std::exchange(handler_, nullptr)(std::move(socket_));
        return;
    }
    error_code ignored;
    socket_.close(ignored);
    note(error.value());
    try_next();
}

void tcp_connect::expired(std::size_t attempt) {
    if (!waiting_ || attempt != next_) return;
    waiting_ = false;
    error_code ignored;
    socket_.close(ignored);
    note(ETIMEDOUT);
    try_next();
}

void tcp_connect::note(int sys_errno) {
    policy::failure failed = tcp_failure(sys_errno, to_text(addresses_[next_ - 1]));
    if (next_ <= max_told)
        words_ += (words_.empty() ? "" : "; ") + failed.detail;
    else if (next_ == max_told + 1)
        words_ += "; and " + std::to_string(addresses_.size() - max_told) + " more addresses";
    if (next_ == 1 || telling(failed.cause) > telling(worst_.cause)) worst_ = std::move(failed);
}

} // namespace resock::net
