#include "hub/hub.hpp"

#include <unistd.h>

#include <cstring>
#include <string>
#include <utility>

#include "hub/flag_guard.hpp"
#include "hub/store_journal.hpp"

namespace resock::hub {

wall_clock::time_point deadline_of(std::uint32_t timeout_ms) {
    return timeout_ms == forever_ms ? wall_clock::time_point::max()
                                    : wall_clock::now() + std::chrono::milliseconds(timeout_ms);
}

hub::hub(const hub_settings& settings, net::lookup look)
    : settings_(settings)
    , engine_(settings.io_threads, std::move(look)) {
}

hub::~hub() {
    close();
    if (fd_ >= 0) ::close(fd_);
}

void hub::check_open(const lock&) const {
    if (closed_) throw error(status::closed, "the hub was freed");
}

std::shared_ptr<hub_link> hub::open(link_settings settings, std::uint64_t user) {
    return open(std::make_shared<const link_settings>(std::move(settings)), user);
}

std::shared_ptr<hub_link> hub::open(std::shared_ptr<const link_settings> settings,
                                    std::uint64_t user) {
    if (settings->session.outbox_path.empty()) {
        auto made = make_link(std::move(settings), user, engine_.next_worker());
        made->start();
        return made;
    }
    opened_outbox outbox = open_outbox(settings->session);
    const session::sid_bytes sid = outbox.start.identity.sid;
    auto made =
        make_link(std::move(settings), user, engine_.next_worker(), {}, std::move(outbox.start));
    made->restore({outbox.messages, outbox.bytes});
    made->set_journal(make_store_journal(*outbox.store, sid, made));
    made->start();
    return made;
}

std::shared_ptr<hub_link> hub::make_link(std::shared_ptr<const link_settings> settings,
                                         std::uint64_t user, std::shared_ptr<net::io_worker> worker,
                                         const std::function<void(hub_link&)>& prepare,
                                         link::session_start start) {
    const lock guard(mutex_);
    check_open(guard);
    const std::uint64_t id = next_link_++;
    auto made = std::make_shared<hub_link>(shared_from_this(), id, user, std::move(settings),
                                           std::move(worker), std::move(start));
    if (prepare) prepare(*made);
    links_.emplace(id, made);
    return made;
}

std::shared_ptr<listener> hub::listen(const options& given) {
    std::uint64_t id = 0;
    {
        const lock guard(mutex_);
        check_open(guard);
        id = next_listener_++;
    }
    auto made = std::make_shared<listener>(shared_from_this(), id, given);
    made->prepare();
    {
        const lock guard(mutex_);
        check_open(guard);
        listeners_.emplace(id, made);
    }
    try {
        made->start();
    } catch (...) { // its file holds what cannot be read
        release(made);
        throw;
    }
    return made;
}

void hub::release(const std::shared_ptr<listener>& freed) {
    freed->mark_freed();
    {
        const lock guard(mutex_);
        listeners_.erase(freed->id());
    }
    freed->stop_accepting();
}

void hub::release(const std::shared_ptr<hub_link>& freed) {
    freed->mark_freed();
    const link_status at = freed->status();
    if (at.stats.ended_below <= at.accepted && at.state != link::state::finished) {
        log(link::log_level::warning,
            "link freed with " + std::to_string(at.accepted + 1 - at.stats.ended_below) +
                " messages at most not confirmed (ids " + std::to_string(at.stats.ended_below) +
                " to " + std::to_string(at.accepted) +
                "); use close and wait for CLOSED to keep "
                "them",
            {freed->id(), 0});
    }
    {
        const lock guard(mutex_);
        links_.erase(freed->id());
        std::erase(ready_, freed);
        unsignal(guard);
        changed_.notify_all();
    }
    engine_.run(freed->worker(), [freed] { freed->abort(); });
    engine_.interrupt();
}

void hub::log(link::log_level level, std::string text, event_origin origin) {
    if (level > settings_.log) return;
    const lock guard(mutex_);
    if (closed_) return;
    control_.push(make_event(origin, link::out::log{level, std::move(text)}));
    signal(guard);
    engine_.interrupt();
}

void hub::tell(event_ptr what) {
    const lock guard(mutex_);
    if (closed_) return;
    control_.push(std::move(what));
    signal(guard);
    engine_.interrupt();
}

void hub::tell_soon(event_ptr what, net::io_worker& worker) {
    {
        const lock guard(mutex_);
        if (closed_) return;
        control_.push(std::move(what));
    }
    signal_soon(worker);
}

void hub::withdraw(std::uint64_t listener_id, std::uint64_t request_id) {
    const lock guard(mutex_);
    control_.withdraw(listener_id, request_id);
    unsignal(guard);
}

// ---- dispatcher ----

void hub::dispatch(std::function<void(event_ptr)> callback) {
    if (engine_.driven())
        throw error(status::not_supported, "a hub with io.threads=0 has no threads to call from; "
                                           "use io.threads=1");
    const lock guard(mutex_);
    check_open(guard);
    if (dispatching_) throw error(status::state, "this hub has a dispatcher already");
    if (polling_.test_and_set(std::memory_order_acquire))
        throw error(status::busy, "another thread polls this hub; poll and dispatch exclude each "
                                  "other");
    dispatching_ = true;
    try {
        dispatcher_ = start_thread([self = shared_from_this(), callback = std::move(callback)] {
            self->run_dispatcher(callback);
        });
    } catch (...) { // the system has no more threads
        dispatching_ = false;
        polling_.clear(std::memory_order_release);
        throw;
    }
}

void hub::close() {
    std::unordered_map<std::uint64_t, std::shared_ptr<hub_link>> links;
    std::unordered_map<std::uint64_t, std::shared_ptr<listener>> listeners;
    control_queue untold; // may hold handles of links, which are freed outside of the lock
    std::thread dispatcher;
    {
        const lock guard(mutex_);
        if (closed_) return;
        closed_ = true;
        links.swap(links_);
        listeners.swap(listeners_);
        std::swap(untold, control_);
        ready_.clear();
        dispatcher.swap(dispatcher_);
        signal(guard);
    }
    for (const auto& [id, each] : links)
        each->mark_freed();
    for (const auto& [id, each] : listeners)
        each->mark_freed();
    engine_.interrupt();
    engine_.stop([&] {
        for (const auto& [id, each] : listeners)
            each->abort();
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
