// How threads wait for what a hub has to tell: one of them, the leader, waits for its descriptor
// and reads for all; the others wait until it wakes them. All wait in poll(2), which a signal ends
// at once, so that Ctrl-C does not wait for the network.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "pump.hpp"

namespace resock::python {

namespace {

using clock = pump::clock;

// A descriptor by which another thread wakes this one. A forked child makes its own.
class alarm {
  public:
    ~alarm() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() {
        if (fd_ >= 0 && process_ == ::getpid()) return fd_;
        fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
        process_ = ::getpid();
        return fd_;
    }
    static void ring(int fd) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one); // full: rings already
    }
    static void silence(int fd) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(fd, &count, sizeof count);
    }

  private:
    int fd_ = -1;
    pid_t process_ = 0;
};

alarm& my_alarm() {
    thread_local alarm mine;
    return mine;
}

int milliseconds_until(const pump::time_limit& limit) {
    if (!limit) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*limit - clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 24 * 3600 * 1000));
}

// Runs handlers of signals, and raises what raise_later() has kept.
void check_signals() {
    if (Py_MakePendingCalls() != 0) throw py::error_already_set();
}

// Until it is readable, the time is over, or a signal came; then handlers of signals have run.
void wait_for(int fd, const pump::time_limit& limit) {
    check_signals();
    pollfd wanted{fd, POLLIN, 0};
    {
        const without_gil waiting;
        ::poll(&wanted, 1, milliseconds_until(limit));
    }
    check_signals();
}

} // namespace

void pump::wake_followers(bool one_is_to_lead, bool all) {
    bool led = !one_is_to_lead;
    for (const auto& each : followers_) {
        const bool ready = all || each.ready->calls_python || each.ready->holds();
        if (!ready && led) continue;
        led = led || !ready;
        alarm::ring(each.fd);
    }
}

void pump::rouse() {
    if (is_forked()) return; // those who wait are the parent's
    ++news_;
    if (led_) resock_hub_wake(hub_.get());
    wake_followers(false, false);
}

void pump::wait_for_leader() {
    const condition gone{[this] { return !led_; }, false};
    while (led_)
        follow(gone, std::nullopt);
}

void pump::lead(time_limit limit) {
    led_ = true;
    leader_ = std::this_thread::get_id();
    struct handover {
        pump& of;
        ~handover() {
            of.led_ = false;
            of.wake_followers(true, of.closed_);
        }
    };
    {
        const handover at_the_end{*this};
        wait_for(fd_, limit);
        drain();
    }
    close_if_asked();
}

void pump::follow(const condition& ready, time_limit limit) {
    const int fd = my_alarm().fd();
    followers_.push_back({&ready, fd});
    struct leave {
        std::vector<follower>& all;
        const condition* mine;
        ~leave() {
            std::erase_if(all, [this](const follower& each) { return each.ready == mine; });
        }
    } const at_the_end{followers_, &ready};
    wait_for(fd, limit);
    alarm::silence(fd);
}

bool pump::wait(const condition& ready, time_limit limit) {
    const auto alive = shared_from_this();
    if (is_forked())
        throw error(status::forked, "the link was made before fork(), it is the parent's: make a "
                                    "new one in the child");
    bool has_looked = false;
    for (;;) {
        // Where it calls Python, another thread may read for all before it says no.
        const std::uint64_t seen = news_;
        if (at_exit_ || ready.holds()) break;
        if (closed_) throw error(status::closed, "the hub was closed");
        if (limit && clock::now() >= *limit) {
            if (has_looked || led_) return false;
            has_looked = true; // a limit of 0 takes what is there
            drain_unless_led();
            continue;
        }
        if (seen != news_) continue;
        if (led_)
            follow(ready, limit);
        else
            lead(limit);
    }
    if (at_exit_) {
        PyErr_SetNone(PyExc_SystemExit);
        throw py::error_already_set();
    }
    return true;
}

} // namespace resock::python
