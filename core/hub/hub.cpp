#include "hub/hub.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "hub/packed.hpp"

namespace resock::hub {

namespace {

// Events taken from one link before the next has its turn.
constexpr std::size_t share = 256;
// Driven: after so many polls that found events waiting the I/O has its turn too.
constexpr unsigned polls_between_drives = 4;

class flag_guard {
  public:
    explicit flag_guard(std::atomic_flag& flag)
        : flag_(flag) {
        if (flag_.test_and_set(std::memory_order_acquire))
            throw error(status::busy, "another thread polls this queue; one at a time may");
    }
    ~flag_guard() { flag_.clear(std::memory_order_release); }
    flag_guard(const flag_guard&) = delete;

  private:
    std::atomic_flag& flag_;
};

[[noreturn]] void throw_freed() {
    throw error(status::closed, "the hub was freed while this call waited");
}

} // namespace

wall_clock::time_point deadline_of(std::uint32_t timeout_ms) {
    return timeout_ms == forever_ms ? wall_clock::time_point::max()
                                    : wall_clock::now() + std::chrono::milliseconds(timeout_ms);
}

hub::hub(const hub_settings& settings, net::lookup look)
    : settings_(settings)
    , engine_(settings.io_threads, std::move(look)) {}

hub::~hub() {
    close();
    if (fd_ >= 0) ::close(fd_);
}

std::shared_ptr<hub_link> hub::open(link_settings settings, std::uint64_t user) {
    lock guard(mutex_);
    if (closed_) throw_freed();
    const std::uint64_t id = next_link_++;
    auto made = std::make_shared<hub_link>(shared_from_this(), id, user, std::move(settings));
    links_.emplace(id, made);
    guard.unlock();
    made->start();
    return made;
}

void hub::release(const std::shared_ptr<hub_link>& freed) {
    freed->mark_freed();
    const link_status at = freed->status();
    if (at.stats.ended_below <= at.accepted && at.state != link::state::finished) {
        log(link::log_level::warning,
            "link freed with " + std::to_string(at.accepted + 1 - at.stats.ended_below) +
                " messages at most not confirmed (ids " + std::to_string(at.stats.ended_below) +
                " to " + std::to_string(at.accepted) + "); use close and wait for CLOSED to keep "
                "them",
            {freed->id(), 0});
    }
    const lock guard(mutex_);
    links_.erase(freed->id());
    std::erase(ready_, freed);
    unsignal(guard);
    changed_.notify_all();
    // Under the lock: what is handed over after close() has ended the threads would never run.
    if (closed_) return;
    engine_.run(freed->worker(), [freed] { freed->abort(); });
    engine_.interrupt();
}

// ---- waiting and taking ----

void hub::ready(const std::shared_ptr<hub_link>& with_events) {
    const lock guard(mutex_);
    if (closed_ || !links_.contains(with_events->id())) return;
    if (!std::exchange(with_events->in_ready, true)) ready_.push_back(with_events);
    signal(guard); // also where it stood there already: its own poller may wait
}

void hub::notify() {
    const lock guard(mutex_);
    changed_.notify_all();
}

void hub::signal(const lock&) {
    changed_.notify_all();
    if (fd_ < 0 || fd_set_) return;
    const std::uint64_t one = 1;
    fd_set_ = ::write(fd_, &one, sizeof one) == sizeof one;
}

void hub::unsignal(const lock&) {
    if (!fd_set_ || woken_ || !ready_.empty() || !logs_.empty()) return;
    std::uint64_t count = 0;
    if (::read(fd_, &count, sizeof count) == sizeof count) fd_set_ = false;
}

std::shared_ptr<hub_link> hub::next_ready() {
    const lock guard(mutex_);
    if (ready_.empty()) return nullptr;
    auto next = std::move(ready_.front());
    ready_.pop_front();
    next->in_ready = false;
    unsignal(guard);
    return next;
}

std::size_t hub::take(std::span<event_ptr> out) {
    std::size_t count = 0;
    {
        const lock guard(mutex_);
        while (count < out.size() && !logs_.empty())
            out[count++] = logs_.pop();
        unsignal(guard);
    }
    while (count < out.size()) {
        const auto from = next_ready();
        if (!from) break;
        count += from->take(out.subspan(count, std::min(share, out.size() - count)));
        if (from->has_events()) ready(from);
        if (count >= share) break;
    }
    return count;
}

std::size_t hub::take_packed(std::span<char> out, std::size_t& needed) {
    std::size_t used = 0;
    needed = 0;
    {
        const lock guard(mutex_);
        while (const event* next = logs_.front()) {
            const std::size_t size = packed_size(*next);
            if (size > out.size() - used) {
                needed = size;
                return used;
            }
            write_packed(*next, out.subspan(used, size));
            used += size;
            logs_.pop();
        }
        unsignal(guard);
    }
    while (needed == 0) {
        const auto from = next_ready();
        if (!from) break;
        used += from->take_packed(out.subspan(used), needed);
        if (from->has_events()) ready(from);
    }
    return used;
}

// Ends when there may be something to take, at wake(), close() or the deadline.
void hub::wait(wall_clock::time_point deadline, hub_link* only) {
    if (engine_.driven()) {
        const auto right = engine_.try_drive();
        if (!right)
            throw error(status::busy, "another thread drives this hub (io.threads=0): one of "
                                      "poll, flush or a waiting send at a time");
        engine_.drive_ready();
        const auto idle = [&] {
            const lock guard(mutex_);
            if (woken_ || closed_) return false;
            return only ? !only->has_events() && !only->freed() : logs_.empty() && ready_.empty();
        };
        if (idle()) {
            engine_.drive_one(deadline);
            engine_.drive_ready();
        }
        return;
    }
    lock guard(mutex_);
    const auto due = [&] {
        if (woken_ || closed_) return true;
        return only ? only->has_events() || only->freed() || only->told_all()
                    : !ready_.empty() || !logs_.empty();
    };
    if (deadline == wall_clock::time_point::max())
        changed_.wait(guard, due);
    else
        changed_.wait_until(guard, deadline, due);
}

template<class Take>
std::size_t hub::poll_with(std::uint32_t timeout_ms, std::atomic_flag& polling, hub_link* only,
                           Take take) {
    if (dispatching_)
        throw error(status::busy, "a dispatcher takes the events of this hub; poll and dispatch "
                                  "exclude each other");
    const flag_guard one_at_a_time(polling);
    return poll_until(timeout_ms, only, take);
}

template<class Take>
std::size_t hub::poll_until(std::uint32_t timeout_ms, hub_link* only, Take take) {
    const auto deadline = deadline_of(timeout_ms);
    if (engine_.driven() && ++polls_ >= polls_between_drives) {
        polls_ = 0;
        if (const auto right = engine_.try_drive()) engine_.drive_ready();
    }
    for (;;) {
        if (const std::size_t count = take(); count > 0) return count;
        {
            const lock guard(mutex_);
            if (closed_) throw_freed();
            if (only) only->check_not_freed();
            if (std::exchange(woken_, false)) {
                unsignal(guard);
                return 0;
            }
        }
        if (only && only->told_all())
            throw error(status::closed, "the link has ended; CLOSED was its last event");
        if (timeout_ms != forever_ms && timeout_ms > 0 && wall_clock::now() >= deadline) return 0;
        wait(deadline, only);
        polls_ = 0;
        if (timeout_ms == 0) return take();
    }
}

std::size_t hub::poll(std::uint32_t timeout_ms, std::span<event_ptr> out) {
    return poll_with(timeout_ms, polling_, nullptr, [&] { return take(out); });
}

std::size_t hub::poll(hub_link& from, std::uint32_t timeout_ms, std::span<event_ptr> out) {
    return poll_with(timeout_ms, from.polling, &from, [&] { return from.take(out); });
}

std::size_t hub::poll_packed(std::uint32_t timeout_ms, std::span<char> out, std::size_t& needed) {
    return poll_with(timeout_ms, polling_, nullptr, [&] {
        const std::size_t used = take_packed(out, needed);
        if (used == 0 && needed > 0)
            throw error(status::too_small,
                        "the next record needs " + std::to_string(needed) + " bytes, the buffer "
                        "has " + std::to_string(out.size()) + "; nothing was taken");
        return used;
    });
}

int hub::fd() {
    if (engine_.driven())
        throw error(status::not_supported, "a hub with io.threads=0 has no descriptor: it lives "
                                           "only inside poll; use io.threads=1");
    const lock guard(mutex_);
    if (closed_) throw_freed();
    if (fd_ < 0) {
        fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd_ < 0) throw error(status::io, std::string("eventfd: ") + std::strerror(errno));
        if (woken_ || !ready_.empty() || !logs_.empty()) signal(guard);
    }
    return fd_;
}

void hub::wake() {
    const lock guard(mutex_);
    woken_ = true;
    signal(guard);
    engine_.interrupt();
}

void hub::log(link::log_level level, std::string text, event_origin origin) {
    if (level > settings_.log) return;
    const lock guard(mutex_);
    if (closed_) return;
    logs_.push(make_event(origin, link::out::log{level, std::move(text)}));
    signal(guard);
}

// ---- dispatcher ----

void hub::dispatch(std::function<void(event_ptr)> callback) {
    if (engine_.driven())
        throw error(status::not_supported, "a hub with io.threads=0 has no threads to call from; "
                                           "use io.threads=1");
    const lock guard(mutex_);
    if (closed_) throw_freed();
    if (dispatching_) throw error(status::state, "this hub has a dispatcher already");
    if (polling_.test_and_set(std::memory_order_acquire))
        throw error(status::busy, "another thread polls this hub; poll and dispatch exclude each "
                                  "other");
    dispatching_ = true;
    try {
        dispatcher_ = std::thread([self = shared_from_this(), callback = std::move(callback)] {
            self->run_dispatcher(callback);
        });
    } catch (...) { // the system has no more threads
        dispatching_ = false;
        polling_.clear(std::memory_order_release);
        throw;
    }
}

void hub::run_dispatcher(const std::function<void(event_ptr)>& callback) {
    dispatcher_id_ = std::this_thread::get_id();
    std::array<event_ptr, 64> events;
    for (;;) {
        std::size_t count = 0;
        try {
            count = poll_until(forever_ms, nullptr, [&] { return take(events); });
        } catch (const error&) {
            return; // closed
        }
        for (std::size_t i = 0; i < count; ++i) {
            callback(std::move(events[i]));
            const lock guard(mutex_);
            if (closed_) return; // by this callback or meanwhile: no event after close()
        }
    }
}

void hub::close() {
    std::unordered_map<std::uint64_t, std::shared_ptr<hub_link>> links;
    std::thread dispatcher;
    {
        const lock guard(mutex_);
        if (closed_) return;
        closed_ = true;
        links.swap(links_);
        ready_.clear();
        dispatcher.swap(dispatcher_);
        signal(guard);
    }
    for (const auto& [id, each] : links)
        each->mark_freed();
    engine_.interrupt();
    engine_.stop([&] {
        for (const auto& [id, each] : links)
            each->abort();
    });
    if (!dispatcher.joinable()) return;
    if (on_dispatcher())
        dispatcher.detach();
    else
        dispatcher.join();
}

} // namespace resock::hub
