// How those who wait for events learn that there are some: threads in a poll, and the descriptor.

#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "hub/hub.hpp"

namespace resock::hub {

namespace {

bool set_fd(int fd) {
    const std::uint64_t one = 1;
    return ::write(fd, &one, sizeof one) == sizeof one;
}

} // namespace

int hub::fd() {
    if (engine_.driven())
        throw error(status::not_supported, "a hub with io.threads=0 has no descriptor: it lives "
                                           "only inside poll; use io.threads=1");
    const lock guard(mutex_);
    check_open(guard);
    if (fd_ < 0) {
        fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd_ < 0) throw error(status::io, std::string("eventfd: ") + std::strerror(errno));
        if (!has_nothing(guard)) signal(guard);
    }
    return fd_;
}

void hub::wake() {
    const lock guard(mutex_);
    woken_ = true;
    signal(guard);
    engine_.interrupt();
}

void hub::notify() {
    const lock guard(mutex_);
    changed_.notify_all();
    engine_.interrupt();
}

void hub::add_ready(const lock&, const std::shared_ptr<hub_link>& with_events) {
    if (closed_ || !links_.contains(with_events->id())) return;
    if (!std::exchange(with_events->in_ready, true)) ready_.push_back(with_events);
}

void hub::ready(const std::shared_ptr<hub_link>& with_events) {
    const lock guard(mutex_);
    add_ready(guard, with_events);
    signal(guard); // also where it stood there already: its own poller may wait
    engine_.interrupt();
}

void hub::ready_soon(const std::shared_ptr<hub_link>& with_events) {
    {
        const lock guard(mutex_);
        add_ready(guard, with_events);
    }
    signal_soon(*with_events->worker());
}

// What is posted on the I/O thread itself costs no system call and runs behind the handlers that
// are due already.
void hub::signal_soon(net::io_worker& worker) {
    if (engine_.driven() || worker.wake_posted) return;
    boost::asio::post(*worker.io, [weak = weak_from_this(), &worker] {
        worker.wake_posted = false;
        const auto self = weak.lock();
        if (!self) return;
        self->raise_unlocked();
        self->changed_.notify_all();
    });
    worker.wake_posted = true;
}

void hub::signal(const lock& guard) {
    raise(guard);
    changed_.notify_all();
}

void hub::raise(const lock&) {
    if (fd_ >= 0 && (!fd_set_ || raising_)) fd_set_ = set_fd(fd_);
}

// Writes without the lock: who wakes up needs it at once.
void hub::raise_unlocked() {
    {
        const lock guard(mutex_);
        if (fd_ < 0 || fd_set_ || has_nothing(guard)) return;
        if (raising_) return raise(guard);
        fd_set_ = raising_ = true;
    }
    set_fd(fd_); // made once, closed by the destructor
    const lock guard(mutex_);
    raising_ = false;
    fd_set_ = true;
    unsignal(guard); // another may have taken everything before it was written
}

bool hub::has_nothing(const lock&) const {
    return !woken_ && ready_.empty() && control_.empty();
}

void hub::unsignal(const lock& guard) {
    if (!fd_set_ || !has_nothing(guard)) return;
    std::uint64_t count = 0;
    // Nothing to read: raise_unlocked() has yet to write, and looks here again behind that.
    fd_set_ = ::read(fd_, &count, sizeof count) < 0 && errno != EAGAIN;
}

} // namespace resock::hub
