// From a request that was read to a link, a REQUEST or a refusal.

#include <chrono>
#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/listener.hpp"
#include "hub/option_value.hpp"

namespace resock::hub {

namespace {

// Gives the connection to the link once the 101 was written.
class adopter final : public net::opening_result {
  public:
    adopter(std::shared_ptr<hub_link> link, link::in::accepted as)
        : link_(std::move(link))
        , as_(std::move(as)) {}

    void opened(std::unique_ptr<net::stream> stream, std::string leftover) override {
        as_.leftover = std::move(leftover);
        link_->adopt(std::move(stream), std::move(as_));
    }
    void failed(policy::failure failure) override { link_->adoption_failed(std::move(failure)); }

  private:
    const std::shared_ptr<hub_link> link_;
    link::in::accepted as_;
};

// Known to the listener until it is gone.
struct membership {
    explicit membership(std::function<void()> at_end)
        : leave(std::move(at_end)) {}
    membership(const membership&) = delete;
    membership& operator=(const membership&) = delete;
    ~membership() { leave(); }
    const std::function<void()> leave;
};

} // namespace

// ---- refusing ----

wire::refusal listener::overloaded(std::string why) const {
    const auto after = std::chrono::ceil<std::chrono::seconds>(settings_.retry_after).count();
    return {503, std::move(why), {{"Retry-After", std::to_string(after)}}};
}

wire::refusal listener::refusal_of(admission::outcome outcome) const {
    if (outcome != admission::outcome::address_full)
        return overloaded("there are as many connections as listen.connections allows (" +
                          std::to_string(settings_.connections) + ")");
    wire::refusal made = overloaded("there are as many connections from this address as "
                                    "listen.per_address allows (" +
                                    std::to_string(settings_.per_address) + ")");
    made.status = 429;
    return made;
}

std::string listener::exhausted_answer() const {
    const wire::refusal why = overloaded("no descriptor is left");
    return net::final_response_text(why.status, why.fields, why.why + "\n");
}

void listener::refuse_opening(net::opening& what, const wire::refusal& why) {
    note_refused(what.address(), why.status, why.why);
    what.refuse(why);
}

bool listener::is_health_check(const wire::client_request& request) const {
    return !settings_.health_path.empty() &&
           (request.method == "GET" || request.method == "HEAD") &&
           wire::path_of(request.target) == settings_.health_path &&
           !wire::find_field(request.fields, "Upgrade");
}

std::optional<wire::refusal> listener::judge(const net::opening& what) const {
    if (what.excess) return what.excess;
    if (!accepting_) return overloaded("the server shuts down");
    const bool session = speaks_sessions(what.request());
    if (!session && links_untold_ >= settings_.connections + sessions_->alive())
        return overloaded("the application has not yet taken the end of as many links as "
                          "listen.connections allows");
    if (auto wrong = wire::check_opening(what.request())) return wrong;
    if (!session) {
        if (settings_.sessions_only)
            return wire::refusal{400,
                                 "this server speaks resock.v1 only: offer it in "
                                 "Sec-WebSocket-Protocol (delivery=exactly-once)",
                                 {}};
        return wire::check_rules(what.request(), settings_.rules);
    }
    wire::accept_rules rules = settings_.rules;
    rules.subprotocols.clear(); // resock.v1 needs no option
    // HELLO may bring the token instead (tlv 2): browsers cannot set fields.
    if (!wire::find_field(what.request().fields, "Authorization")) rules.token.clear();
    return wire::check_rules(what.request(), rules);
}

void listener::requested(const std::shared_ptr<net::opening>& made,
                         const std::shared_ptr<net::io_worker>& worker) {
    if (is_health_check(made->request())) {
        if (accepting_) return made->answer(200, {}, "ok\n");
        return made->answer(503, {}, "draining\n");
    }
    if (const auto wrong = judge(*made)) return refuse_opening(*made, *wrong);
    if (speaks_sessions(made->request())) {
        for (const auto& each : gates_)
            if (each->worker() == worker) return each->greet(made);
    }
    if (settings_.ask) return ask(made, worker);
    accept_now(made, worker);
}

// ---- accepting ----

void listener::accept_now(const std::shared_ptr<net::opening>& made,
                          const std::shared_ptr<net::io_worker>& worker) {
    const pending from{made, worker, made->slot()};
    std::shared_ptr<hub_link> link;
    try {
        link = make_link(worker, from.slot, settings_.accepted, user_);
        accepted_info info;
        info.listener_id = id_;
        info.link = link_handle(all_links.insert(link));
        hub_->tell_soon(make_accepted({link->id(), user_}, std::move(info)), *worker);
    } catch (const std::exception& wrong) { // no handle or memory left, or the hub is being freed
        if (link) hub_->release(link);
        return refuse_opening(*made, overloaded(wrong.what()));
    }
    hand_over(from, link, *settings_.accepted);
}

std::shared_ptr<hub_link> listener::make_link(const std::shared_ptr<net::io_worker>& worker,
                                              std::shared_ptr<void> slot,
                                              std::shared_ptr<const link_settings> settings,
                                              std::uint64_t user, link::session_start start) {
    const auto prepare = [&](hub_link& link) {
        link.belong_to(std::move(slot),
                       std::make_shared<membership>([weak = weak_from_this(), id = link.id()] {
                           if (const auto self = weak.lock()) self->forget(id);
                       }),
                       pool_);
        link.on_token([weak = weak_from_this(), of = link.weak_from_this()](std::string token) {
            const auto self = weak.lock();
            const auto there = of.lock();
            if (there && self) self->token_given(there, std::move(token));
        });
    };
    const auto made = hub_->make_link(std::move(settings), user, worker, prepare, std::move(start));
    stats_.accepted();
    std::optional<farewell> told;
    {
        const lock guard(mutex_);
        links_.emplace(made->id(), made);
        links_untold_ = links_.size();
        told = farewell_;
    }
    // Began while the listener did: drain() did not see it.
    if (told) say_farewell(*made, *told);
    return made;
}

void listener::hand_over(const pending& from, const std::shared_ptr<hub_link>& link,
                         const link_settings& settings) {
    const auto& opening = from.opening;
    const auto& request = opening->request();
    const std::string chosen = wire::select_subprotocol(request, settings.machine.subprotocols);
    link::in::accepted as;
    as.address = opening->address();
    as.tls = opening->tls();
    as.subprotocol = chosen;
    auto result = std::make_shared<adopter>(link, std::move(as));
    opening->accept(wire::switching_protocols(request, chosen, settings.machine.headers),
                    std::move(result));
}

// ---- asking ----

void listener::ask(const std::shared_ptr<net::opening>& made,
                   const std::shared_ptr<net::io_worker>& worker) {
    request_info info;
    info.listener_id = id_;
    info.request = made->request();
    info.address = made->address();
    info.tls = made->tls();
    {
        const lock guard(mutex_);
        if (accepting_) {
            info.request_id = next_request_++;
            pending_.emplace(info.request_id, pending{made, worker, made->slot()});
        }
    }
    if (info.request_id == 0) // stop_accepting() did not see it
        return refuse_opening(*made, overloaded("the server shuts down"));
    made->request_id = info.request_id;
    made->await_answer(settings_.request_timeout);
    const std::uint64_t request_id = info.request_id;
    hub_->tell(make_request(origin(), std::move(info)));
    const lock guard(mutex_);
    // Answered by refuse_all_pending() in between, which found no REQUEST to withdraw.
    if (!pending_.contains(request_id) && !accepting_) hub_->withdraw(id_, request_id);
}

void listener::unanswered(const std::shared_ptr<net::opening>& waiting) {
    {
        const lock guard(mutex_);
        if (pending_.erase(waiting->request_id) == 0) return; // its answer is on the way
    }
    hub_->withdraw(id_, waiting->request_id);
    refuse_opening(*waiting, overloaded("the application did not answer within "
                                        "listen.request_timeout"));
}

error listener::gone(std::uint64_t request_id) {
    return error(status::state, "request " + std::to_string(request_id) +
                                    " does not wait for an answer: it was answered, its time "
                                    "(listen.request_timeout) is over, or the listener has "
                                    "closed");
}

listener::pending listener::take_pending(std::uint64_t request_id) {
    check_not_freed();
    const lock guard(mutex_);
    const auto at = pending_.find(request_id);
    if (at == pending_.end()) throw gone(request_id);
    pending taken = std::move(at->second);
    pending_.erase(at);
    return taken;
}

std::shared_ptr<hub_link> listener::accept(std::uint64_t request_id, const options* given,
                                           std::uint64_t user) {
    if (const auto there = take_token_request(request_id)) {
        std::optional<std::string> principal;
        if (given)
            if (const auto named = given->values("session.principal"); !named.empty())
                principal = named.back();
        there->token_judged(true, std::move(principal));
        return nullptr;
    }
    // What is wrong with the options leaves the request as it is.
    if (const auto from = peek_caller(request_id)) {
        const auto settings =
            given ? accepted_settings_with(options_, *given, true) : settings_.accepted_session;
        if (take_caller(request_id) == nullptr) throw gone(request_id);
        from->principal = settings->session.principal;
        return place(from, settings, user, request_id, false);
    }
    const auto settings = given ? accepted_settings_with(options_, *given) : settings_.accepted;
    const pending from = take_pending(request_id);
    const auto link = make_link(from.worker, from.slot, settings, user);
    accepted_info info;
    info.listener_id = id_;
    info.request_id = request_id;
    hub_->tell(make_accepted({link->id(), user}, std::move(info)));
    hub_->io().run(from.worker, [self = shared_from_this(), from, link, settings] {
        self->hand_over(from, link, *settings);
    });
    return link;
}

void listener::refuse(std::uint64_t request_id, int status, const wire::fields& fields,
                      std::string_view body) {
    if (status < 300 || status > 599)
        throw error(resock::status::invalid,
                    "status " + std::to_string(status) + " does not refuse; use 300 to 599");
    if (const auto there = take_token_request(request_id)) return there->token_judged(false);
    if (const auto from = take_caller(request_id)) return reject(from, reject_of(status, body));
    const pending from = take_pending(request_id);
    const std::string text(body);
    hub_->io().run(from.worker, [self = shared_from_this(), from, status, fields, text] {
        self->note_refused(from.opening->address(), status, "by the application");
        from.opening->answer(status, fields, text);
    });
}

} // namespace resock::hub
