#include "server.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10;
constexpr int backlog = 4096;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

// A listening socket that does not block.
int listen_on(const address& on) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(on.host.c_str(), std::to_string(on.port).c_str(), &hints, &found) != 0)
        throw std::invalid_argument("'" + on.host + "' has no address");
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> freed(found, freeaddrinfo);
    const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd, backlog) != 0)
        fail("cannot listen on " + on.authority());
    return fd;
}

std::uint16_t port_of(int fd) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
    const bool v6 = own.ss_family == AF_INET6;
    return ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(own).sin6_port
                    : reinterpret_cast<sockaddr_in&>(own).sin_port);
}

int catch_sigterm() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

} // namespace

server::server(ledger& book)
    : book_(book)
    , epoll_(epoll_create1(EPOLL_CLOEXEC))
    , signals_(catch_sigterm())
    , buffer_(buffer_size) {
    if (epoll_ < 0 || signals_ < 0) fail("cannot start");
    watch(signals_, EPOLLIN);
}

server::~server() {
    clients_.clear();
    for (const listener& each : listeners_)
        close(each.fd);
    close(signals_);
    close(epoll_);
}

void server::watch(int fd, std::uint32_t events) {
    epoll_event event{events, {.fd = fd}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll");
}

std::string server::listen(const address& on, const tls_identity* identity) {
    const int fd = listen_on(on);
    listeners_.push_back({fd, identity});
    watch(fd, EPOLLIN);
    address actual = on;
    actual.port = port_of(fd);
    return (identity ? "wss://" : "ws://") + actual.authority();
}

void server::run() {
    epoll_event input{EPOLLIN, {.fd = STDIN_FILENO}};
    // Files, and /dev/null, cannot be waited for: they are at their end.
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0) return;
    std::array<epoll_event, 256> events;
    while (!stopped_) {
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        if (count < 0 && errno != EINTR) fail("epoll");
        for (int i = 0; i < count; ++i)
            dispatch(events[static_cast<std::size_t>(i)].data.fd);
    }
}

void server::dispatch(int fd) {
    const auto index = static_cast<std::size_t>(fd);
    if (index < clients_.size() && clients_[index].link) {
        serve(fd);
        return;
    }
    if (fd == signals_) stopped_ = true;
    if (fd == STDIN_FILENO) {
        const ssize_t got = read(fd, buffer_.data(), buffer_.size());
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) stopped_ = true;
    }
    for (const listener& each : listeners_) {
        if (each.fd == fd) accept_all(each);
    }
}

void server::accept_all(const listener& from) {
    while (true) {
        const int fd = accept4(from.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN) return;
            if (errno == ECONNABORTED || errno == EINTR) continue;
            fail("cannot accept a connection");
        }
        const int yes = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        auto over = from.identity ? from.identity->accept(fd) : plain_transport(fd);
        const auto index = static_cast<std::size_t>(fd);
        if (clients_.size() <= index) clients_.resize(index + 1);
        clients_[index] = {std::make_unique<connection>(std::move(over), book_), false};
        watch(fd, EPOLLIN);
    }
}

void server::serve(int fd) {
    client& of = clients_[static_cast<std::size_t>(fd)];
    if (!of.link->on_ready(buffer_)) {
        of.link.reset();
        return;
    }
    const bool waits = of.link->waits_to_write();
    if (waits == of.waits_to_write) return;
    of.waits_to_write = waits;
    epoll_event event{waits ? std::uint32_t{EPOLLOUT} : std::uint32_t{EPOLLIN}, {.fd = fd}};
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) fail("epoll");
}

} // namespace bench
