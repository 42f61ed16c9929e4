#include "hub/listener.hpp"

#include <cstring>
#include <system_error>
#include <utility>

#include "base/units.hpp"
#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/option_value.hpp"

namespace resock::hub {

namespace {

// A state that lasts is warned of once in so long.
constexpr std::int64_t warn_every_ns = 10'000'000'000;

} // namespace

listener::listener(std::shared_ptr<hub> of, std::uint64_t id, const options& given)
    : hub_(std::move(of))
    , id_(id)
    , options_(given)
    , settings_(make_listener_settings(given))
    , pool_(std::make_shared<memory_pool>(settings_.memory, settings_.connections))
    , sessions_(std::make_shared<session_registry>(settings_.session_count,
                                                   settings_.accepted_session->session)) {
    if (!settings_.tls.cert_file.empty())
        certificate_ = std::make_unique<net::server_certificate>(settings_.tls);
    bind_all();
}

listener::~listener() = default;

// Every address on every I/O thread: the kernel spreads the connections.
void listener::bind_all() {
    const std::size_t threads = hub_->io().workers().size();
    bound_.resize(threads);
    for (listen_address at : settings_.addresses) {
        const bool shareable = at.kind != listen_address::kind::unix_socket;
        // SO_REUSEPORT would share the port with another program of this user without a word.
        if (shareable && threads > 1 && at.port != 0) net::bind_and_listen(at, false);
        for (std::size_t i = 0; i < threads; ++i) {
            bound_[i].push_back(i > 0 && !shareable
                                    ? net::duplicate(bound_[0].back())
                                    : net::bind_and_listen(at, shareable && threads > 1));
            at = bound_[i].back().address; // port 0 has become a port
        }
        addresses_.push_back(at.shown());
    }
}

void listener::prepare() {
    admission_ = std::make_shared<admission>(settings_.connections, settings_.per_address,
                                             [weak = weak_from_this()] {
                                                 if (const auto self = weak.lock())
                                                     self->tell_if_over();
                                             });
    pool_->tell(
        [this_ = weak_from_this()] { // under locks of links: only posts
            if (const auto self = this_.lock()) self->post(&listener::wake_waiting);
        },
        [this_ = weak_from_this()] {
            if (const auto self = this_.lock()) self->post(&listener::end_stalled);
        });
    for (const auto& worker : hub_->io().workers())
        gates_.push_back(std::make_shared<gate>(weak_from_this(), worker));
    pressure_.emplace(*gates_.front()->worker()->io);
}

void listener::start() {
    load_sessions();
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        // A std::function must be copyable.
        auto sockets = std::make_shared<std::vector<net::bound_socket>>(std::move(bound_[i]));
        hub_->io().run(gates_[i]->worker(),
                       [at = gates_[i], sockets] { at->open(std::move(*sockets)); });
    }
    bound_.clear();
}

std::string listener::address(std::size_t index) const {
    if (index < addresses_.size()) return addresses_[index];
    throw error(status::invalid, "address " + std::to_string(index) + " of a listener that has " +
                                     std::to_string(addresses_.size()) + "; the first is number 0");
}

void listener::check_not_freed() const {
    if (freed_) throw error(status::closed, "the listener or its hub was freed");
}

event_origin listener::origin() const {
    return {0, user_};
}

void listener::reload() {
    check_not_freed();
    if (!certificate_)
        throw error(status::state, "this listener has no certificate: none of its addresses is "
                                   "wss://");
    certificate_->reload();
}

net::tls_context listener::tls() {
    std::string problem;
    auto context = certificate_->current(net::steady_now(), problem);
    if (!problem.empty()) hub_->log(link::log_level::error, problem, origin());
    return context;
}

// ---- ending ----

void listener::close() {
    check_not_freed();
    stop(state::closed);
}

void listener::drain(std::uint16_t code, duration within, std::string_view url, bool finish) {
    check_not_freed();
    if (code != 1001 && code != 1012)
        throw error(status::invalid, "a listener drains with 1001 (going away) or 1012 (service "
                                     "restart), not with " +
                                         std::to_string(code));
    if (!url.empty()) check_value(*find_option("url"), "url", url);
    const farewell told{code, code == 1012 ? "the server restarts" : "the server shuts down",
                        within, std::string(url), finish};
    stop(state::draining);
    {
        const lock guard(mutex_);
        farewell_ = told;
    }
    for (const auto& each : all_of_mine())
        say_farewell(*each, told);
    for (const auto& each : gates_)
        hub_->io().run(each->worker(), [each, within] { each->hurry(within); });
    tell_if_over();
}

void listener::stop(state next) {
    {
        const lock guard(mutex_);
        if (state_ != state::draining) state_ = next;
    }
    stop_accepting();
    tell_if_over();
}

void listener::stop_accepting() {
    accepting_ = false;
    for (const auto& each : gates_)
        hub_->io().run(each->worker(), [self = shared_from_this(), each] {
            if (each->close()) self->gate_closed();
        });
    refuse_all_pending();
}

void listener::gate_closed() {
    {
        const lock guard(mutex_);
        ++closed_gates_;
    }
    tell_if_over();
}

void listener::refuse_all_pending() {
    std::map<std::uint64_t, pending> all;
    {
        const lock guard(mutex_);
        all.swap(pending_);
    }
    refuse_callers();
    for (const auto& [id, each] : all) {
        hub_->withdraw(id_, id);
        // Not weak: a listener that is being freed refuses them too.
        hub_->io().run(each.worker, [self = shared_from_this(), opening = each.opening] {
            self->refuse_opening(*opening, self->overloaded("the server shuts down"));
        });
    }
}

// CLOSED, once, after the last connection.
void listener::tell_if_over() {
    std::string why;
    {
        const lock guard(mutex_);
        if (state_ == state::accepting || told_closed_ || freed_) return;
        if (closed_gates_ < gates_.size()) return; // more may come in
        if (!links_.empty() || admission_->inside() > 0) return;
        told_closed_ = true;
        why = "the listener has ended; links accepted: " + std::to_string(stats_.accepted_count()) +
              ", openings not accepted: " + std::to_string(stats_.refused_count());
    }
    hub_->tell(make_listener_closed(origin(), id_, why));
}

void listener::mark_freed() {
    freed_ = true;
}

void listener::abort() {
    std::map<std::uint64_t, pending> all; // their slots end outside of the lock
    std::map<std::uint64_t, caller_ptr> callers;
    {
        const lock guard(mutex_);
        all.swap(pending_);
        callers.swap(callers_);
    }
    for (const auto& each : gates_)
        each->abort();
}

void listener::forget(std::uint64_t link_id) {
    {
        const lock guard(mutex_);
        links_.erase(link_id);
        forget_token_of(guard, link_id);
        links_untold_ = links_.size();
    }
    tell_if_over();
}

// ---- telling ----

std::string listener::stats_json() const {
    listener_numbers now;
    now.addresses = addresses_;
    now.connections = admission_->inside();
    now.memory_bytes = pool_->bytes();
    {
        const lock guard(mutex_);
        now.state = state_ == state::accepting  ? "accepting"
                    : state_ == state::draining ? "draining"
                                                : "closed";
        now.links = links_.size();
        now.requests = pending_.size();
    }
    return stats_.json(now);
}

void listener::note_refused(const std::string& address, int status, const std::string& why) {
    stats_.refused({address, status, why});
    hub_->log(link::log_level::info,
              (status ? "refused with " + std::to_string(status) : std::string("not opened")) +
                  ": " + address + ": " + why,
              origin());
}

void listener::note_dropped(const std::string& why) {
    stats_.dropped();
    warn(warned_full_ns_, "connections are closed without an answer: " + why);
}

void listener::note_exhausted(int sys_errno) {
    warn(warned_exhausted_ns_,
         "connections are refused: " + std::generic_category().message(sys_errno) +
             "; raise the limit of open files (ulimit -n) above listen.connections (" +
             std::to_string(settings_.connections) + ")");
    stats_.dropped();
}

void listener::warn(std::atomic<std::int64_t>& last, const std::string& text) {
    const std::int64_t now = net::steady_now().time_since_epoch().count();
    std::int64_t before = last;
    if (before != 0 && now - before < warn_every_ns) return;
    if (last.compare_exchange_strong(before, now))
        hub_->log(link::log_level::warning, text, origin());
}

} // namespace resock::hub
