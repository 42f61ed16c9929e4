// What a listener has to do with its sessions: asking them to move, and fresh tokens.

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
