// What a listener has to do with its sessions: their links, those of its file, asking them to
// move, and fresh tokens.

#include <algorithm>
#include <openssl/crypto.h>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/listener.hpp"

namespace resock::hub {

namespace {

constexpr duration longest_wait = std::chrono::milliseconds(session::max_wait_ms);

bool same(const std::string& left, const std::string& right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace

// ---- their links ----

std::shared_ptr<hub_link> listener::make_session_link(const std::shared_ptr<net::io_worker>& worker,
                                                      std::shared_ptr<const link_settings> settings,
                                                      std::uint64_t user,
                                                      link::session_start start) {
    const session::sid_bytes sid = start.identity.sid;
    const auto made = make_link(worker, nullptr, std::move(settings), user, std::move(start));
    made->on_session_over(
        [sessions = sessions_](const hub_link::session_rest& rest) { sessions->over(rest); });
    if (auto journal = sessions_->journal_of(sid, made)) made->set_journal(std::move(journal));
    return made;
}

// listen.sessions: those of the process before this one; their clients will come back.
void listener::load_sessions() {
    std::size_t next = 0;
    bool told = false;
    for (session::saved& each : sessions_->load()) {
        if (each.terms.born == 0) continue; // no WELCOME was written: its client begins anew
        link::session_start start;
        start.identity = each.identity;
        restored_outbox kept;
        for (const auto& message : each.queue) {
            if (message.content != session::content::data) continue;
            ++kept.messages;
            kept.bytes += message.data.size();
        }
        start.saved = std::make_unique<session::saved>(std::move(each));
        const session::sid_bytes sid = start.identity.sid;
        const auto& worker = gates_[next++ % gates_.size()]->worker();
        const auto link =
            make_session_link(worker, settings_.accepted_session, user_, std::move(start));
        if (!sessions_->insert(sid, link)) {
            if (!std::exchange(told, true))
                hub_->log(link::log_level::error,
                          "listen.sessions holds more sessions than listen.session_count allows: "
                          "the clients of the rest are told to come back later; raise it",
                          origin());
            link->forget_session_over();
            hub_->release(link);
            sessions_->sleep(sid);
            continue;
        }
        link->restore(kept);
        accepted_info info;
        info.listener_id = id_;
        info.link = link_handle(all_links.insert(link));
        hub_->tell(make_accepted({link->id(), user_}, std::move(info)));
        link->wait_for_client();
    }
}

// Plain links are closed. Clients of sessions come back spread over half of the time.
void listener::say_farewell(hub_link& to, const farewell& told) const {
    if (!to.in_session()) return to.go_away(told.code, told.reason, told.within);
    link::in::move_away how;
    how.finish = told.finish;
    how.grace = std::min(told.within, longest_wait);
    how.retry_max = how.grace / 2;
    how.url = told.url;
    to.move_away(std::move(how));
}

// ---- a token that the client of a session has sent while it runs (R26) ----

void listener::token_given(const std::shared_ptr<hub_link>& from, std::string token) {
    if (!settings_.ask) {
        const auto& wanted = settings_.rules.token;
        return from->token_judged(wanted.empty() || same(wanted, token));
    }
    request_info info;
    info.listener_id = id_;
    info.token = std::move(token);
    {
        const lock guard(mutex_);
        forget_token_of(guard, from->id()); // only the latest counts
        info.request_id = next_request_++;
        tokens_.emplace(info.request_id, from);
        token_requests_[from->id()] = info.request_id;
    }
    hub_->tell(make_request({from->id(), from->user()}, std::move(info)));
}

std::shared_ptr<hub_link> listener::take_token_request(std::uint64_t request_id) {
    check_not_freed();
    const lock guard(mutex_);
    const auto at = tokens_.find(request_id);
    if (at == tokens_.end()) return nullptr;
    auto there = at->second.lock();
    if (there) token_requests_.erase(there->id());
    tokens_.erase(at);
    return there;
}

void listener::forget_token_of(const lock&, std::uint64_t link_id) {
    const auto at = token_requests_.find(link_id);
    if (at == token_requests_.end()) return;
    hub_->withdraw(id_, at->second);
    tokens_.erase(at->second);
    token_requests_.erase(at);
}

} // namespace resock::hub
