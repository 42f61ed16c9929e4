#include "poller.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

#include "clock.hpp"

namespace bench {

namespace {

constexpr std::uint64_t timer_key = ~std::uint64_t{0};

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void add(int epoll, int fd, std::uint32_t events, std::uint64_t key) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

timespec timespec_of(std::int64_t ns) {
    return {ns / ns_per_s, ns % ns_per_s};
}

} // namespace

poller::poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC))
    , timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
    if (epoll_ < 0 || timer_ < 0) fail("epoll_create1, timerfd_create");
    add(epoll_, timer_, EPOLLIN, timer_key);
}

poller::~poller() {
    close(timer_);
    close(epoll_);
}

void poller::watch(int fd, watcher& to, bool reads) {
    const auto index = static_cast<std::size_t>(fd);
    if (slots_.size() <= index) slots_.resize(index + 1);
    slots_[index].to = &to;
    const std::uint64_t key = std::uint64_t{slots_[index].generation} << 32 | index;
    const std::uint32_t in = reads ? std::uint32_t{EPOLLIN} : 0;
    add(epoll_, fd, in | EPOLLOUT | EPOLLRDHUP | EPOLLET, key);
}

void poller::forget(int fd) {
    slot& of_fd = slots_[static_cast<std::size_t>(fd)];
    of_fd.to = nullptr;
    of_fd.generation = (of_fd.generation + 1) & 0x7fffffff; // never that of the timer's key
}

void poller::dispatch(std::uint64_t key, std::uint32_t events) {
    const slot& of_fd = slots_[key & 0xffffffff];
    if (of_fd.to != nullptr && of_fd.generation == key >> 32) of_fd.to->on_ready(events);
}

std::int64_t poller::tick_at(std::int64_t time_ns) const {
    const std::int64_t since = time_ns - first_tick_ns_ + interval_ns_ - 1;
    return first_tick_ns_ + since / interval_ns_ * interval_ns_;
}

void poller::run(std::int64_t interval_ns, const std::function<void()>& tick) {
    interval_ns_ = interval_ns;
    first_tick_ns_ = now_ns() + interval_ns;
    const itimerspec every{timespec_of(interval_ns), timespec_of(first_tick_ns_)};
    if (timerfd_settime(timer_, TFD_TIMER_ABSTIME, &every, nullptr) != 0) fail("timerfd_settime");
    stopped_ = false;
    std::array<epoll_event, 256> ready;
    while (!stopped_) {
        const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count && !stopped_; ++i) {
            const epoll_event& event = ready[static_cast<std::size_t>(i)];
            if (event.data.u64 != timer_key) {
                dispatch(event.data.u64, event.events);
                continue;
            }
            std::uint64_t expirations = 0;
            if (read(timer_, &expirations, sizeof expirations) > 0) tick();
        }
    }
}

} // namespace bench
