#include "hub/session_registry.hpp"

#include <ctime>
#include <utility>

#include "hub/store_journal.hpp"

namespace resock::hub {

session_registry::session_registry(std::uint64_t max_sessions, const session_settings& settings)
    : table_({max_sessions, max_sessions}) {
    if (settings.outbox_path.empty()) return;
    net::store_options options;
    options.path = settings.outbox_path;
    options.sync = sync_of(settings.sync);
    options.purpose = net::store_purpose::table;
    options.max_tombstones = max_sessions;
    store_ = net::session_store::open(options);
}

std::vector<session::saved> session_registry::load() {
    if (!store_) return {};
    auto loaded = store_->load();
    const std::int64_t now = std::time(nullptr);
    const std::lock_guard guard(mutex_);
    for (const net::tombstone& each : loaded.tombstones)
        table_.insert_tombstone(
            each.sid, each.digest, each.principal, each.reason, each.recv,
            after(net::steady_now(), std::chrono::seconds(each.until_unix_s - now)));
    return std::move(loaded.sessions);
}

session_registry::found session_registry::find(const session::hello_frame& hello,
                                               std::string_view principal) {
    found made;
    const std::lock_guard guard(mutex_);
    if (asleep_.contains(hello.sid)) {
        made.outcome.reject.reason = session::reject_reason::overloaded;
        made.outcome.reject.text = "the application has let go of this session: it goes on when "
                                   "the server starts again";
        made.outcome.reject.retry = true;
        made.outcome.reject.retry_ms = 1000;
        return made;
    }
    made.outcome = table_.find(hello, principal, net::steady_now());
    if (made.outcome.kind != session::table::outcome::kind::alive) return made;
    const auto at = links_.find(made.outcome.owner);
    if (at != links_.end()) made.link = at->second.lock();
    return made;
}

bool session_registry::insert(const session::sid_bytes& sid,
                              const std::shared_ptr<hub_link>& link) {
    const std::lock_guard guard(mutex_);
    if (!table_.insert(sid, link->id())) return false;
    links_[link->id()] = link;
    return true;
}

void session_registry::erase(const session::sid_bytes& sid) {
    const std::lock_guard guard(mutex_);
    table_.erase(sid);
}

void session_registry::over(const hub_link::session_rest& rest) {
    const std::lock_guard guard(mutex_);
    if (rest.kept) asleep_.insert(rest.identity.sid);
    if (rest.kept || rest.tombstone_s == 0)
        table_.erase(rest.identity.sid);
    else
        table_.end(rest.identity.sid, rest.identity.digest, rest.identity.principal, rest.reason,
                   rest.recv, after(net::steady_now(), std::chrono::seconds(rest.tombstone_s)));
    links_.erase(rest.link_id);
}

void session_registry::sleep(const session::sid_bytes& sid) {
    const std::lock_guard guard(mutex_);
    asleep_.insert(sid);
}

std::shared_ptr<session_journal>
session_registry::journal_of(const session::sid_bytes& sid, const std::shared_ptr<hub_link>& link) {
    return store_ ? make_store_journal(*store_, sid, link) : nullptr;
}

std::size_t session_registry::alive() const {
    const std::lock_guard guard(mutex_);
    return table_.alive();
}

std::size_t session_registry::tombstones() const {
    const std::lock_guard guard(mutex_);
    return table_.tombstones();
}

} // namespace resock::hub
