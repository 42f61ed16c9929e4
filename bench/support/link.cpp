#include "link.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/epoll.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::size_t most_waiting = std::size_t{256} << 10;
constexpr std::size_t read_size = std::size_t{64} << 10;

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

} // namespace

link::link(poller& by, link_user& user, const target& to, std::uint32_t index, manners how)
    : poller_(by)
    , user_(user)
    , target_(to)
    , index_(index)
    , manners_(how)
    , mask_state_(index * 2654435761u + 1) {
}

link::~link() {
    drop();
}

int link::begin(const sources& from) {
    ++connections_;
    how_ended_ = {};
    bytes_taken_ = 0;
    fd_ = begin_connect(target_, from, index_);
    if (fd_ < 0) return errno;
    phase_ = phase::connecting;
    poller_.watch(fd_, *this, manners_ == manners::good);
    return 0;
}

void link::request_opening() {
    write_raw(upgrade_request(target_.host, target_.path));
}

bool link::send(opcode code, std::string_view payload) {
    if (waiting_.size() > most_waiting) return false;
    mask_state_ = mask_state_ * 1664525u + 1013904223u;
    static std::string scratch; // one thread
    scratch.clear();
    append_frame(scratch, code, payload, mask_state_);
    const std::size_t taken = waiting_.empty() ? write_raw(scratch) : 0;
    waiting_.append(scratch, taken, std::string::npos);
    return true;
}

std::size_t link::write_raw(std::string_view bytes) {
    if (fd_ < 0) return 0;
    const ssize_t taken = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (taken < 0) return 0; // full; or broken, which epoll reports
    bytes_taken_ += static_cast<std::uint64_t>(taken);
    return static_cast<std::size_t>(taken);
}

void link::close_orderly() {
    if (phase_ != phase::open) return;
    send(opcode::close, std::string_view("\x03\xe8", 2)); // 1000
    phase_ = phase::closing;
}

void link::drop() {
    if (fd_ < 0) return;
    poller_.forget(fd_);
    close(fd_);
    fd_ = -1;
    phase_ = phase::ended;
    partial_.clear();
    waiting_.clear();
}

void link::end(int error) {
    how_ended_.error = error;
    drop();
    user_.on_ended(*this, how_ended_);
}

void link::on_ready(std::uint32_t events) {
    if (phase_ == phase::connecting && !finish_connecting()) return;
    if (!waiting_.empty() && (events & EPOLLOUT) != 0) flush();
    constexpr std::uint32_t over = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    if ((events & (over | EPOLLIN)) != 0) read_all((events & over) != 0);
}

bool link::finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        end(error);
        return false;
    }
    phase_ = phase::upgrading;
    user_.on_connected(*this);
    return fd_ >= 0;
}

void link::read_now() {
    if (phase_ != phase::ended && phase_ != phase::connecting) read_all(true);
}

void link::flush() {
    const std::size_t taken = write_raw(waiting_);
    waiting_.erase(0, taken);
}

void link::read_all(bool to_its_end) {
    static std::array<char, read_size> buffer; // one thread
    const std::uint32_t connection = connections_;
    while (fd_ >= 0 && connections_ == connection) {
        const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
        if (got < 0 && would_block(errno)) return;
        if (got <= 0) {
            end(got < 0 ? errno : 0);
            return;
        }
        try {
            take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
        } catch (const std::runtime_error&) {
            how_ended_.broke_protocol = true;
            end(EPROTO);
            return;
        }
        // Edge-triggered: a read that does not fill the buffer has emptied the socket; what comes
        // later, its end too, is an event of its own.
        if (static_cast<std::size_t>(got) < buffer.size() && !to_its_end) return;
    }
}

void link::take(std::string_view bytes) {
    if (!partial_.empty()) {
        partial_.append(bytes);
        bytes = partial_;
    }
    const std::uint32_t connection = connections_;
    const auto goes_on = [&] { return fd_ >= 0 && connections_ == connection; };
    if (phase_ == phase::upgrading) take_answer(bytes);
    while (goes_on() && phase_ != phase::upgrading) {
        const auto next = take_frame(bytes);
        if (!next) break;
        take_one(*next);
    }
    if (goes_on()) partial_ = std::string(bytes); // releases what a large frame has taken
}

void link::take_answer(std::string_view& bytes) {
    const auto found = read_answer(bytes);
    if (!found) return;
    how_ended_.status = found->status;
    bytes.remove_prefix(found->size);
    if (found->status != 101) {
        end(0);
        return;
    }
    phase_ = phase::open;
    user_.on_open(*this);
}

void link::take_one(const frame& next) {
    switch (next.code) {
    case opcode::ping:
        if (manners_ == manners::good && phase_ == phase::open) send(opcode::pong, next.payload);
        break;
    case opcode::close:
        how_ended_.close_code = close_code_of(next.payload);
        if (manners_ == manners::good && phase_ == phase::open) {
            send(opcode::close, next.payload.substr(0, 2));
            phase_ = phase::closing;
        }
        break;
    case opcode::pong:
        break;
    default:
        user_.on_message(*this, next.payload);
    }
}

} // namespace bench
