// From a HELLO to the link of its session: a new one, one that is there, or a REJECT (R14).

#include <chrono>
#include <openssl/crypto.h>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/listener.hpp"
#include "net/farewell.hpp"
#include "session/opening.hpp"

namespace resock::hub {

namespace {

using session::reject_reason;

// How soon a client that is refused for now comes back, at least.
constexpr std::uint32_t retry_ms = 1000;
// A session that is found and ends before its thread is reached is looked up again so often.
constexpr unsigned most_tries = 3;

session::reject_frame reject_with(reject_reason reason, std::string_view text, bool retry = false) {
    session::reject_frame made;
    made.reason = reason;
    made.text = text;
    made.retry = retry;
    made.retry_ms = retry ? retry_ms : 0;
    return made;
}

bool equal(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

// The greeter has looked at it before.
session::hello_frame hello_of(const std::string& bytes) {
    return std::get<session::hello_frame>(session::first_frame(false, bytes));
}

} // namespace

bool listener::speaks_sessions(const wire::client_request& request) const {
    return !wire::select_subprotocol(request, {session_subprotocol}).empty();
}

// ---- who is it? ----

void listener::greeted(net::greeting said, session_request request,
                       const std::shared_ptr<net::io_worker>& worker) {
    const auto from = std::make_shared<caller>();
    from->greeting = std::move(said);
    from->from = std::move(request);
    from->worker = worker;
    const session::hello_frame hello = hello_of(from->greeting.hello);
    if (const auto refused = session::judge_features(hello)) return reject(from, *refused);
    if (settings_.ask) return ask_about(from, hello.token.value_or(std::string_view()));
    if (const auto refused = judge_token(*from, hello)) return reject(from, *refused);
    place(from, settings_.accepted_session, user_, 0, true);
}

// listen.token: of the request's Authorization, which was looked at, or of HELLO.
std::optional<session::reject_frame>
listener::judge_token(const caller& from, const session::hello_frame& hello) const {
    const std::string& wanted = settings_.rules.token;
    if (wanted.empty() || wire::find_field(from.from.request.fields, "Authorization")) return {};
    if (hello.token && equal(*hello.token, wanted)) return {};
    return reject_with(reject_reason::authentication_needed,
                       hello.token ? "the token is not the one that is wanted here"
                                   : "a token is needed: session.token, or an Authorization field",
                       true);
}

void listener::ask_about(const caller_ptr& from, std::string_view token) {
    request_info info;
    info.listener_id = id_;
    info.request = from->from.request;
    info.address = from->from.address;
    info.tls = from->from.tls;
    info.token = std::string(token);
    {
        const lock guard(mutex_);
        if (accepting_) {
            info.request_id = next_request_++;
            callers_.emplace(info.request_id, from);
        }
    }
    const std::uint64_t id = info.request_id;
    if (id == 0)
        return reject(from, reject_with(reject_reason::overloaded, "the server shuts down", true));
    from->timer.emplace(*from->worker->io, std::chrono::duration_cast<std::chrono::nanoseconds>(
                                               settings_.request_timeout));
    from->timer->async_wait([weak = weak_from_this(), id](const boost::system::error_code& ended) {
        const auto self = weak.lock();
        if (self && !ended) self->ask_unanswered(id);
    });
    hub_->tell(make_request(origin(), std::move(info)));
}

void listener::ask_unanswered(std::uint64_t request_id) {
    const caller_ptr from = take_caller(request_id);
    if (!from) return; // its answer is on the way
    hub_->withdraw(id_, request_id);
    reject(from, reject_with(reject_reason::overloaded,
                             "the application did not answer within listen.request_timeout", true));
}

listener::caller_ptr listener::peek_caller(std::uint64_t request_id) const {
    check_not_freed();
    const lock guard(mutex_);
    const auto at = callers_.find(request_id);
    return at == callers_.end() ? nullptr : at->second;
}

listener::caller_ptr listener::take_caller(std::uint64_t request_id) {
    const lock guard(mutex_);
    const auto at = callers_.find(request_id);
    if (at == callers_.end()) return nullptr;
    caller_ptr taken = std::move(at->second);
    callers_.erase(at);
    return taken;
}

void listener::refuse_callers() {
    std::map<std::uint64_t, caller_ptr> all;
    {
        const lock guard(mutex_);
        all.swap(callers_);
    }
    for (const auto& [id, each] : all) {
        hub_->withdraw(id_, id);
        reject(each, reject_with(reject_reason::overloaded, "the server shuts down", true));
    }
}

// What the status of a refusal says to a client of resock.v1.
session::reject_frame listener::reject_of(int status, std::string_view text) {
    if (status == 401) return reject_with(reject_reason::authentication_needed, text, true);
    if (status == 429 || status >= 500) return reject_with(reject_reason::overloaded, text, true);
    return reject_with(reject_reason::forbidden, text);
}

// On the thread of its stream, whichever this is.
void listener::reject(const caller_ptr& from, session::reject_frame why) {
    const std::string text = session::sendable_text(why.text);
    hub_->io().run(from->worker, [self = shared_from_this(), from, why, text]() mutable {
        why.text = text;
        from->timer.reset();
        self->note_refused(from->from.address, session::close_code_of(why), text);
        net::reject(*from->worker->io, std::move(from->greeting.stream), why,
                    std::move(from->greeting.slot));
    });
}

// ---- its session ----

// The link that was made; null where the client goes on with one that is there, or was refused.
std::shared_ptr<hub_link> listener::place(const caller_ptr& from,
                                          std::shared_ptr<const link_settings> settings,
                                          std::uint64_t user, std::uint64_t request_id,
                                          bool tell_handle) {
    const session::hello_frame hello = hello_of(from->greeting.hello);
    auto found = sessions_->find(hello, from->principal);
    using kind = enum session::table::outcome::kind;
    if (found.outcome.kind == kind::reject) {
        reject(from, found.outcome.reject);
        return nullptr;
    }
    if (found.outcome.kind == kind::alive) {
        if (found.link && from->tries < most_tries)
            resume(from, found.link);
        else
            reject(from,
                   reject_with(reject_reason::overloaded, "the session is just ending", true));
        return nullptr;
    }
    if (links_untold_ >= settings_.connections + settings_.session_count) {
        reject(from, reject_with(reject_reason::overloaded,
                                 "the application has not yet taken the end of as many sessions as "
                                 "are allowed",
                                 true));
        return nullptr;
    }
    std::shared_ptr<hub_link> link;
    try {
        link = begin_session(from, hello, std::move(settings), user);
        if (!link) return nullptr;
        accepted_info info;
        info.listener_id = id_;
        info.request_id = request_id;
        if (tell_handle) info.link = link_handle(all_links.insert(link));
        hub_->tell(make_accepted({link->id(), user}, std::move(info)));
    } catch (const std::exception& wrong) { // no handle or memory left, or the hub is being freed
        if (link) {
            link->forget_session_over();
            sessions_->erase(hello.sid);
            hub_->release(link);
        }
        reject(from, reject_with(reject_reason::overloaded, wrong.what(), true));
        return nullptr;
    }
    hub_->io().run(from->worker, [from, link] {
        from->timer.reset();
        link->begin_session(from->greeting, from->from.address, from->from.tls);
    });
    return link;
}

std::shared_ptr<hub_link> listener::begin_session(const caller_ptr& from,
                                                  const session::hello_frame& hello,
                                                  std::shared_ptr<const link_settings> settings,
                                                  std::uint64_t user) {
    if (hello.window <
        session::least_first_window(hello.max_frame.value_or(session::min_max_frame))) {
        hub_->io().run(from->worker, [self = shared_from_this(), from] {
            const char* why = "R8 the first window of HELLO is too small";
            self->note_refused(from->from.address, 4400, why);
            net::close_with(*from->worker->io, std::move(from->greeting.stream), 4400, why,
                            std::move(from->greeting.slot));
        });
        return nullptr;
    }
    if (const auto refused = session::judge_new(hello)) {
        reject(from, *refused);
        return nullptr;
    }
    link::session_start start;
    start.identity.sid = hello.sid;
    start.identity.digest = session::digest_of(hello.secret);
    start.identity.principal = from->principal;
    auto link = make_session_link(from->worker, std::move(settings), user, std::move(start));
    if (sessions_->insert(hello.sid, link)) return link;
    link->forget_session_over();
    hub_->release(link);
    reject(from, reject_with(reject_reason::overloaded,
                             "there are as many sessions as listen.session_count allows, or "
                             "another connection opens this one",
                             true));
    return nullptr;
}

// The client has come back, perhaps on another I/O thread than that of its session.
void listener::resume(const caller_ptr& from, const std::shared_ptr<hub_link>& link) {
    const auto there = link->worker();
    const auto arrive = [self = shared_from_this(), from, link] {
        link::in::accepted as;
        as.address = from->from.address;
        as.tls = from->from.tls;
        as.subprotocol = session_subprotocol;
        if (link->resume(from->greeting, as, from->principal)) return;
        ++from->tries;
        self->place(from, self->settings_.accepted_session, self->user_, 0, true);
    };
    hub_->io().run(from->worker, [self = shared_from_this(), from, there, arrive] {
        from->timer.reset();
        if (there == from->worker) return arrive();
        try {
            from->greeting.stream->move_to(*there->io);
        } catch (const std::exception& wrong) { // no memory: the client comes again
            self->note_dropped(wrong.what());
            from->greeting.stream.reset();
            return;
        }
        from->worker = there;
        self->hub_->io().run(there, arrive);
    });
}

} // namespace resock::hub
