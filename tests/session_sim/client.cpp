#include "session_sim/client.hpp"

#include <algorithm>

namespace resock::session::sim {

// The client's end of a session; what needs more than the session is done after the call.
class client::end : public holder {
  public:
    template<class From>
    end(client& owner, std::shared_ptr<sim::pair> books, From from)
        : holder(owner.stage_, std::move(books), client_side, owner.options_, std::move(from))
        , owner_(owner) {}

    bool attempted = false; // an attempt's HELLO is not answered

  protected:
    void on_line_over(std::uint16_t code, const std::string& reason, bool ours) override {
        owner_.line_over(code, reason, ours);
    }
    void opened(bool resumed) override {
        holder::opened(resumed);
        attempted = false;
        owner_.failures_ = 0;
    }
    void rejected(const reject_frame& f) override {
        trace("rejected " + std::to_string(static_cast<int>(f.reason)) + " " + std::string(f.text));
        rejected_ = f;
        rejected_->text = {};
    }
    void go_away(const goaway_frame& f) override {
        trace("told to go away");
        wait_ = std::chrono::milliseconds(stage_.random.between(f.retry_min_ms, f.retry_max_ms));
    }
    void token_wanted(duration within) override {
        stage_.time.in(stage_.random.up_to(within * 5 / 4), [weak = weak_from_this()] {
            const auto self = std::static_pointer_cast<end>(weak.lock());
            if (!self || self->dead() || self->over_) return;
            self->ep.send_token("fresh");
            self->pump();
        });
    }
    void settle() override {
        if (auto wait = std::exchange(wait_, std::nullopt)) owner_.attempt_in(*wait);
        if (auto told = std::exchange(rejected_, std::nullopt)) {
            const auto self = shared_from_this();
            owner_.after_reject(*told);
        }
    }

  public:
    void finish(bool clean) { check_ended(clean); }
    using holder::own_store;

  private:
    client& owner_;
    std::optional<reject_frame> rejected_;
    std::optional<duration> wait_;
};

client::client(sim::stage& stage, const options& options, dialer dial)
    : stage_(stage)
    , options_(options)
    , dial_(std::move(dial)) {
}

client::~client() = default;

holder* client::session() const {
    return session_.get();
}

void client::start() {
    if (last_) return;
    const auto books = stage_.new_pair();
    stage_.current = books->sid;
    session::identity who;
    who.sid = books->sid;
    who.secret = books->secret;
    failures_ = protocol_errors_ = 0;
    session_ = std::make_shared<end>(*this, books, who);
    session_->begin();
    attempt_in(0ms);
}

std::optional<time_point> client::deadline() const {
    return session_ ? session_->deadline() : std::nullopt;
}

void client::tick() {
    const auto self = session_;
    self->tick();
}

// ---- attempts ----

duration client::backoff(duration least, duration first) {
    return least + stage_.random.up_to(first * (1 << std::min<std::uint64_t>(failures_++, 5)));
}

void client::attempt_in(duration wait) {
    const std::uint64_t token = ++token_;
    const time_point when = std::max(stage_.time.now() + wait, stage_.sleep[client_side]);
    stage_.time.at(when, [this, token] { attempt(token); });
}

void client::attempt(std::uint64_t token) {
    if (token != token_ || !session_) return;
    session_->ep.prepare_attempt(stage_.time.now());
    session_->pump();
    auto made = dial_();
    if (!made) return attempt_in(backoff(20ms, 200ms));
    const duration opening = 2 * stage_.network.delay_max;
    stage_.time.in(stage_.random.up_to(opening),
                   [this, token, made = std::move(made)] { connected(token, made); });
}

// R27: the connection that stands is used until HELLO is written on the new one.
void client::connected(std::uint64_t token, std::shared_ptr<sim::line> made) {
    if (token != token_ || !session_) return made->close(client_side);
    const auto self = session_;
    if (self->has_line()) {
        self->line()->close(client_side);
        self->ep.disconnected(self->written_total(), stage_.time.now());
    }
    stage_.trace("client: attempt " + std::to_string(self->ep.epoch()));
    self->use(std::move(made), wire::receiver(wire::role::client, {64u << 20}));
    self->attempted = true;
    self->ep.connected(stage_.time.now());
    self->pump();
}

void client::give_up_attempt() {
    if (!session_ || !session_->has_line() || !session_->attempted) return;
    const auto self = session_;
    stage_.trace("client: gives up an attempt");
    self->end_line(1006, "given up", true);
}

void client::line_over(std::uint16_t code, const std::string& reason, bool ours) {
    if (!session_) return;
    session_->attempted = false;
    if (code == 4400) {
        if (!session_->books().tampered)
            stage_.complain(std::string("closed with 4400 by ") +
                            (ours ? "the client: " : "the server: ") + reason);
        if (++protocol_errors_ > 1) return session_over(false, std::nullopt);
    }
    if (code == 4409) return stage_.complain("4409 on the newest connection");
    if (code == 1000 && session_->ep.both_ended()) return session_over(true, std::nullopt);
    if (code == 1000) stage_.complain("1000 before both ENDs are acknowledged");
    attempt_in(backoff(10ms, 50ms));
}

// R16.
void client::after_reject(const reject_frame& f) {
    ++stage_.rejected;
    if (!session_) return;
    session_->attempted = false;
    session_->leave_line();
    if (f.retry) {
        const auto least = std::chrono::milliseconds(f.retry_ms);
        return attempt_in(least + stage_.random.up_to(least));
    }
    const auto& books = session_->books();
    const bool explained = books.tampered || books.server_forgot;
    switch (f.reason) {
    case reject_reason::stale_epoch: // the application goes on with its copy
        if (!books.tampered) stage_.complain("REJECT 3 on the newest connection");
        return attempt_in(stage_.random.up_to(100ms));
    case reject_reason::ended:
    case reject_reason::expired: {
        if (!explained && f.reason == reject_reason::expired)
            stage_.complain("REJECT 6 and nothing has expired");
        const bool clean = session_->ep.peer_end_seen() && session_->ep.ending() && f.recv &&
                           *f.recv >= session_->ep.outbox().numbered();
        return session_over(clean, f.recv);
    }
    default:
        if (f.reason == reject_reason::unknown_session && session_->ep.both_ended() &&
            session_->ep.own_end_acked())
            return session_over(true, std::nullopt);
        if (!explained)
            stage_.complain("REJECT " + std::to_string(static_cast<int>(f.reason)) +
                            " though neither end has lost anything");
        return session_over(false, std::nullopt);
    }
}

void client::session_over(bool clean, std::optional<std::uint64_t> recv) {
    const auto self = session_;
    stage_.trace(clean ? "client: a clean end" : "client: the session is lost");
    ++(clean ? stage_.clean : stage_.lost);
    self->lose(recv);
    self->ep.forget(reject_reason::ended, 0);
    self->finish(clean);
    self->books().over_at_client = true;
    ++token_;
    session_.reset();
    if (!last_)
        stage_.time.in(stage_.random.up_to(500ms), [this] {
            if (!session_) start();
        });
}

// ---- the process ----

void client::remember() {
    if (!session_ || options_.ack_level < 2) return;
    snapshot_ = session_->own_store().copy();
    snapshot_of_ = stage_.pair_of(session_->books().sid);
}

void client::kill_and_restart(bool with_store, bool rolled_back) {
    ++token_;
    if (!session_) return;
    const auto books = stage_.pair_of(session_->books().sid);
    const bool durable = options_.ack_level >= 2 && with_store;
    rolled_back = rolled_back && durable && snapshot_ && snapshot_of_ == books;
    stage_.trace(std::string("client: killed") +
                 (rolled_back ? ", its store is an older copy" : ""));
    ++stage_.restarts;
    if (const auto line = session_->line()) line->close(client_side);
    session_->kill();
    session_.reset();
    sim::store& kept = books->stores[client_side];
    kept.crash(stage_.random.below(kept.waiting() + 1));
    if (rolled_back) {
        const std::uint64_t epoch = kept.epoch();
        kept = snapshot_->copy();
        kept.set_epoch(epoch);
        books->tampered = true;
        for (const side each : {client_side, server_side}) {
            books->from(each).messages.tampered();
            books->from(each).log.tampered();
        }
    }
    if (!durable || !kept.has_session()) {
        books->up->messages.sender_died();
        return start();
    }
    restore(books);
}

void client::restore(const std::shared_ptr<sim::pair>& books) {
    saved from = books->stores[client_side].load();
    holder::restart_books(*books, client_side, options_, from);
    session_ = std::make_shared<end>(*this, books, std::move(from));
    failures_ = protocol_errors_ = 0;
    session_->go_on();
    // What is written down at once would be lost by another crash, as before.
    attempt_in(stage_.random.up_to(200ms));
}

} // namespace resock::session::sim
