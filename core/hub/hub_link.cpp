#include "hub/hub_link.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "base/units.hpp"
#include "hub/hub.hpp"
#include "wire/utf8.hpp"

namespace resock::hub {

hub_link::hub_link(std::shared_ptr<hub> of, std::uint64_t id, std::uint64_t user,
                   std::shared_ptr<const link_settings> settings,
                   std::shared_ptr<net::io_worker> worker, link::session_start start)
    : hub_(std::move(of))
    , id_(id)
    , in_session_(settings->in_session())
    , user_(user)
    , worker_(std::move(worker))
    , settings_(std::move(settings))
    , events_(limits_of_events()) {
    const net::driver_options options{settings_->tls, settings_->connect_timeout,
                                      settings_->open_timeout};
    driver_ = std::make_shared<net::driver>(worker_, hub_->io().names(), machine_config(), options,
                                            *this, std::move(start));
}

std::shared_ptr<const link::config> hub_link::machine_config() const {
    return {settings_, &settings_->machine};
}

void hub_link::start() {
    lock guard(mutex_);
    push(guard, link::in::open{});
    wake(guard);
}

// ---- the way to the I/O thread ----

void hub_link::push(const lock&, link::in::event event) {
    parcel made;
    made.other = std::make_unique<link::in::event>(std::move(event));
    inbox_.push_back(std::move(made));
}

// One wake for many: the first to find the inbox unannounced posts. Unlocks.
void hub_link::wake(lock& guard) {
    const bool first = !std::exchange(posted_, true);
    guard.unlock();
    if (!first) return;
    try {
        hub_->io().run_soon(worker_, weak_from_this());
    } catch (...) { // no memory: the next one tries again
        guard.lock();
        posted_ = false;
        throw;
    }
}

void hub_link::check_alive(const lock&) const {
    check_not_freed();
    if (ended_) throw error(resock::status::closed, "the link has ended; its last event is CLOSED");
    if (closing_)
        throw error(resock::status::closed, "the link is closing and accepts nothing more");
}

void hub_link::check_not_freed() const {
    if (freed_) throw error(resock::status::closed, "the link or its hub was freed");
}

void hub_link::mark_freed() {
    const lock guard(mutex_);
    freed_ = true;
    changed_.notify_all();
}

void hub_link::check_may_wait() const {
    if (hub_->on_dispatcher())
        throw error(resock::status::would_deadlock,
                    "flush and a waiting send may not be called from the dispatcher's callback: "
                    "it would wait for itself");
}

template<class Done>
bool hub_link::wait(lock& guard, wall_clock::time_point deadline, Done done) {
    check_may_wait();
    ++waiting_;
    bool in_time = true;
    while (!freed_ && !done() && in_time) {
        if (hub_->io().driven()) {
            drive(guard, deadline);
            in_time = wall_clock::now() < deadline;
        } else if (deadline == wall_clock::time_point::max()) {
            changed_.wait(guard);
        } else {
            in_time = changed_.wait_until(guard, deadline) == std::cv_status::no_timeout;
        }
    }
    --waiting_;
    if (freed_)
        throw error(resock::status::closed, "the link or its hub was freed during this call");
    return done();
}

// A hub without threads: this caller moves the I/O. While another thread does, what it does for us
// is waited for in short rounds, as that thread may leave at any time.
void hub_link::drive(lock& guard, wall_clock::time_point deadline) {
    constexpr auto round = std::chrono::milliseconds(1);
    guard.unlock();
    const auto right = hub_->io().try_drive();
    if (right) hub_->io().drive_one(deadline);
    guard.lock();
    if (!right) changed_.wait_until(guard, std::min(deadline, wall_clock::now() + round));
}

// ---- sending ----

void hub_link::check_size(std::uint64_t bytes) const {
    const std::uint64_t most = std::min(settings_->machine.message_max, settings_->queue_bytes);
    if (bytes <= most) return;
    throw error(resock::status::too_big,
                "a message of " + std::to_string(bytes) + " bytes is above " +
                    (most == settings_->queue_bytes ? "queue.bytes" : "message.max") + " (" +
                    std::to_string(most) + "): raise that option or send it in parts");
}

bool hub_link::has_room(std::uint64_t bytes) const {
    // One message may always go: what holds the memory may be what this one answers.
    if (memory_ && used_.messages > 0 && !memory_->fits(bytes)) return false;
    return used_.messages + 1 <= settings_->queue_messages &&
           used_.bytes + bytes <= settings_->queue_bytes;
}

void hub_link::refuse(lock& guard, std::uint64_t bytes) {
    refused_ = true;
    refused_bytes_ = bytes;
    if (memory_ && !memory_->fits(bytes)) {
        guard.unlock();
        throw error(resock::status::queue_full,
                    "the links of this listener hold listen.memory together, and this one more "
                    "than its share; wait for WRITABLE, or raise listen.memory");
    }
    const std::string text = "the queue is full: " + std::to_string(used_.messages) + " of " +
                             std::to_string(settings_->queue_messages) + " messages, " +
                             std::to_string(used_.bytes) + " of " +
                             std::to_string(settings_->queue_bytes) +
                             " bytes wait for confirmation; wait for WRITABLE, or see queue.full";
    guard.unlock();
    throw error(resock::status::queue_full, text);
}

void hub_link::reserve(lock& guard, std::uint64_t bytes) {
    if (has_room(bytes)) return;
    if (settings_->queue_full == full_policy::error) refuse(guard, bytes);
    if (settings_->queue_full == full_policy::wait) {
        const auto deadline = wall_clock::now() + std::chrono::duration_cast<wall_clock::duration>(
                                                      settings_->send_timeout);
        const bool room =
            wait(guard, deadline, [&] { return ended_ || closing_ || has_room(bytes); });
        check_alive(guard);
        if (!room) {
            refused_ = true;
            refused_bytes_ = bytes;
            throw error(resock::status::timeout, "the queue stayed full for send.timeout (" +
                                                     format_duration(settings_->send_timeout) +
                                                     ")");
        }
        return;
    }
    make_room(guard, bytes);
}

// Only the machine knows which messages no byte was sent of: it ends some and hands their budget
// to this call.
void hub_link::make_room(lock& guard, std::uint64_t bytes) {
    {
        const lock events(events_mutex_);
        if (events_.failures_full()) refuse(guard, bytes);
    }
    link::in::make_room wanted;
    wanted.token = next_room_++;
    const auto missing = [](std::uint64_t used, std::uint64_t more, std::uint64_t limit) {
        return used + more > limit ? used + more - limit : 0;
    };
    wanted.bytes = missing(used_.bytes, bytes, settings_->queue_bytes);
    wanted.messages = missing(used_.messages, 1, settings_->queue_messages);
    wanted.newest_first = settings_->queue_full == full_policy::drop_newest;
    rooms_[wanted.token] = {};
    push(guard, wanted);
    wake(guard);
    guard.lock();
    wait(guard, wall_clock::time_point::max(), [&] { return ended_ || rooms_[wanted.token].done; });
    const link::out::made_room made = rooms_[wanted.token].made;
    rooms_.erase(wanted.token);
    used_.messages -= made.messages;
    used_.bytes -= made.bytes;
    account_queue(guard);
    check_alive(guard);
    if (!has_room(bytes)) refuse(guard, bytes);
}

namespace {

// R25: for the peer, by the wall clock.
std::uint64_t unix_ms_after(duration ttl) {
    using namespace std::chrono;
    const auto at = system_clock::now().time_since_epoch() + duration_cast<milliseconds>(ttl);
    const auto ms = duration_cast<milliseconds>(at).count();
    return std::min<std::uint64_t>(static_cast<std::uint64_t>(ms), session::max_number);
}

} // namespace

std::uint64_t hub_link::send(const outgoing& what) {
    if (what.text && !wire::is_utf8(what.bytes))
        throw error(resock::status::invalid,
                    "a text message must be UTF-8; send it as binary, or encode "
                    "it (RFC 6455 §8.1)");
    lock guard(mutex_);
    check_alive(guard);
    check_size(what.bytes.size());
    reserve(guard, what.bytes.size());
    parcel made;
    made.send.id = last_id_ + 1;
    made.send.data = payload::copy(what.bytes, blocks_);
    made.send.text = what.text;
    made.send.unkept = what.unkept;
    made.send.flush = what.flush;
    made.send.ttl = what.ttl_ms == 0 ? settings_->machine.message_ttl
                                     : duration(std::chrono::milliseconds(what.ttl_ms));
    if (in_session_ && made.send.ttl != unlimited_duration)
        made.send.expires_ms = unix_ms_after(made.send.ttl);
    inbox_.push_back(std::move(made));
    if (memory_ && used_.messages == 0) moved_at_ = net::steady_now();
    used_.messages += 1;
    used_.bytes += what.bytes.size();
    account_queue(guard);
    status_.accepted = ++last_id_;
    const std::uint64_t id = last_id_;
    wake(guard);
    return id;
}

void hub_link::check_level(link::level level) const {
    const auto& machine = settings_->machine;
    const bool only_written = machine.delivery == link::delivery::at_most_once &&
                              machine.confirm.mode == link::confirm_mode::off;
    if (level == link::level::written || (level == link::level::received && !only_written)) return;
    if (level == link::level::processed && in_session_) return;
    const bool durable = !settings_->session.outbox_path.empty();
    if (level == link::level::stored && in_session_ && durable) return;
    throw error(resock::status::not_supported,
                only_written ? "with confirm=off messages reach the level written only"
                : !in_session_
                    ? "a plain link has the levels written and received"
                    : "without outbox.path a session has the levels written, received and "
                      "processed");
}

// Failed messages have reached every level. Processed is told behind received: of the last that
// failed it tells nothing.
bool hub_link::has_reached(link::level level, std::uint64_t id) const {
    const auto& s = status_.stats;
    const auto told = [&](link::level of) { return status_.reached[static_cast<std::size_t>(of)]; };
    switch (level) {
    case link::level::written:
        return s.written_below > id;
    case link::level::stored:
        return told(level) >= id || s.ended_below > id;
    case link::level::processed:
        return s.ended_below > id && told(level) >= std::min(id, told(link::level::received));
    default:
        return s.ended_below > id;
    }
}

void hub_link::flush(link::level level, std::uint32_t timeout_ms) {
    lock guard(mutex_);
    check_level(level);
    if (freed_ || ended_) check_alive(guard);
    check_may_wait();
    const std::uint64_t target = last_id_;
    const auto done = [&] { return has_reached(level, target); };
    if (done()) return;
    push(guard, link::in::flush{});
    wake(guard);
    guard.lock();
    if (!wait(guard, deadline_of(timeout_ms), done))
        throw error(resock::status::timeout,
                    "not everything reached this level in time; it stays queued");
}

} // namespace resock::hub
