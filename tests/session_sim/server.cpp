#include "session_sim/server.hpp"

#include <algorithm>

#include "session/encode.hpp"
#include "session_sim/server_end.hpp"

namespace resock::session::sim {

server::server(sim::stage& stage, const options& options)
    : stage_(stage)
    , options_(options)
    , table_(std::make_unique<table>(table_limits{})) {
}

server::~server() = default;

void server::dialled(const std::shared_ptr<sim::line>& made) {
    const auto waits = std::make_shared<greeting>(this, made);
    greetings_.push_back(waits);
    made->attach(server_side, *waits);
}

// ---- HELLO (R14) ----

void server::close(sim::line& to, std::uint16_t code, std::string_view reason) {
    buffer bytes;
    std::string body{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    body += reason;
    wire::append_frame(bytes, wire::opcode::close, true, body, std::nullopt);
    to.write(server_side, bytes.view().substr(0, to.room(server_side)));
    to.close(server_side);
}

void server::refuse(sim::line& to, const reject_frame& f) {
    stage_.trace("server: REJECT " + std::to_string(static_cast<int>(f.reason)) + " " +
                 std::string(f.text));
    buffer bytes;
    wire::append_frame(bytes, wire::opcode::binary, true, encoded(f), std::nullopt);
    to.write(server_side, bytes.view().substr(0, to.room(server_side)));
    close(to, close_code_of(f), "");
}

std::optional<reject_frame> server::judge(hello_frame& h, std::shared_ptr<end>& owner,
                                          bool& known) {
    if (auto no = judge_features(h)) return no;
    if (stage_.time.now() < overloaded_until_) {
        reject_frame busy;
        busy.retry = true;
        busy.reason = reject_reason::overloaded;
        busy.retry_ms = 50;
        return busy;
    }
    if (stage_.broken_on_purpose.born_ignored) h.born = 0;
    const table::outcome found = table_->find(h, "", stage_.time.now());
    if (found.kind == table::outcome::kind::reject) return found.reject;
    known = found.kind == table::outcome::kind::alive;
    owner = known ? sessions_.at(found.owner) : create(h);
    if (stage_.broken_on_purpose.no_check && h.recv > 0 && known &&
        h.recv >= owner->ep.outbox().acked() && h.recv <= owner->ep.outbox().numbered())
        h.check = owner->ep.outbox().check_at(h.recv);
    return owner->ep.judge(h, "");
}

std::shared_ptr<server::end> server::create(const hello_frame& h) {
    const auto books = stage_.pair_of(h.sid);
    session::identity who;
    who.sid = h.sid;
    who.digest = digest_of(h.secret);
    stage_.begin_life(*books);
    auto made = std::make_shared<end>(*this, books, ++last_owner_, who);
    sessions_[made->owner] = made;
    table_->insert(h.sid, made->owner);
    made->begin();
    return made;
}

// The session that takes the connection; none where it was refused.
std::shared_ptr<server::end> server::hello(const std::shared_ptr<sim::line>& from, hello_frame h) {
    std::shared_ptr<end> owner;
    bool known = false;
    const std::uint64_t born = h.born;
    stage_.trace("server: HELLO, epoch " + std::to_string(h.epoch) + ", born " +
                 std::to_string(born));
    if (const auto no = judge(h, owner, known)) {
        refuse(*from, *no);
        return nullptr;
    }
    owner->take(from, h, known);
    return owner;
}

// ---- the application ----

holder* server::session() const {
    for (const auto& [owner, each] : sessions_)
        if (each->books().sid == stage_.current) return each.get();
    return nullptr;
}

std::vector<std::shared_ptr<holder>> server::sessions() const {
    std::vector<std::shared_ptr<holder>> made;
    for (const auto& [owner, each] : sessions_)
        made.push_back(each);
    return made;
}

void server::go_away() {
    holder* const s = session();
    if (!s || !s->has_line()) return;
    goaway_frame f;
    f.grace_ms = 2000;
    f.retry_min_ms = 10;
    f.retry_max_ms = 500;
    s->ep.send_goaway(f);
    s->pump();
    stage_.time.in(2s, [weak = s->weak_from_this(), line = s->line()] {
        const auto self = weak.lock();
        if (self && !self->dead() && self->line() == line) self->close_line(4503, "grace is over");
    });
}

void server::ask_token() {
    holder* const s = session();
    if (!s || !s->has_line()) return;
    s->ep.ask_token(1s, stage_.time.now());
    s->pump();
}

void server::abort() {
    holder* const s = session();
    if (!s) return;
    stage_.trace("server: aborts");
    s->books().server_forgot = true;
    over(static_cast<end&>(*s), reject_reason::ended, false);
}

void server::over(end& which, reject_reason why, bool clean) {
    const auto self = std::static_pointer_cast<end>(which.shared_from_this());
    stage_.trace(std::string("server: a session is over, ") + (clean ? "cleanly" : "lost"));
    if (self->has_line()) self->close_line(clean ? 1000 : 4404, "");
    const auto& terms = self->ep.terms();
    const time_point until = stage_.time.now() + std::chrono::seconds(terms.tombstone_ttl_s);
    table_->end(self->books().sid, self->ep.identity().digest, "", why, self->ep.inbox().recv().seq,
                until);
    self->lose(std::nullopt);
    self->ep.forget(why, 0);
    self->finish(clean);
    sessions_.erase(self->owner);
}

// ---- time and the process ----

std::optional<time_point> server::deadline() const {
    std::optional<time_point> first;
    const auto consider = [&](std::optional<time_point> when) {
        if (when && (!first || *when < *first)) first = when;
    };
    for (const auto& [owner, each] : sessions_) {
        consider(each->deadline());
        if (!each->has_line())
            consider(std::max(each->away_since + std::chrono::seconds(each->ep.terms().ttl_s),
                              stage_.sleep[server_side]));
    }
    return first;
}

void server::tick() {
    for (const auto& each : sessions())
        if (const auto due = each->deadline(); !each->dead() && due && *due <= stage_.time.now())
            each->tick();
    expire();
}

void server::expire() {
    const auto all = sessions_;
    for (const auto& [owner, each] : all) {
        const auto ttl = std::chrono::seconds(each->ep.terms().ttl_s);
        if (each->has_line() || stage_.time.now() < each->away_since + ttl) continue;
        each->books().server_forgot = true;
        over(*each, reject_reason::expired, false);
    }
}

void server::restart(bool with_table) {
    with_table = with_table && options_.ack_level >= 2;
    stage_.trace(with_table ? "server: restarts" : "server: restarts without its table");
    ++stage_.restarts;
    std::set<sid_bytes> living;
    const auto all = std::exchange(sessions_, {});
    table_ = std::make_unique<table>(table_limits{});
    std::erase_if(greetings_, [](const auto& each) {
        if (each->begun()) each->of().close(server_side);
        return each->begun();
    });
    for (const auto& [owner, each] : all) {
        if (const auto line = each->line()) line->close(server_side);
        each->kill();
        const auto books = stage_.pair_of(each->books().sid);
        sim::store& kept = books->stores[server_side];
        kept.crash(stage_.random.below(kept.waiting() + 1));
        const bool known = with_table && kept.has_session() && kept.load().terms.born != 0;
        if (known)
            restore(books);
        else
            die(books);
    }
    forget_tombstones(living);
}

// Tombstones are in memory only.
void server::forget_tombstones(const std::set<sid_bytes>& living) {
    for (const auto& [sid, books] : stage_.pairs)
        if (!living.contains(sid) && books->server_life > 0) books->server_forgot = true;
}

void server::die(const std::shared_ptr<sim::pair>& books) {
    books->server_forgot = true;
    books->stores[server_side] = store(stage_.broken_on_purpose.of_store());
    books->from_server(books->server_life).messages.sender_died();
}

void server::restore(const std::shared_ptr<sim::pair>& books) {
    saved from = books->stores[server_side].load();
    holder::restart_books(*books, server_side, options_, from);
    const auto made = std::make_shared<end>(*this, books, ++last_owner_, std::move(from));
    sessions_[made->owner] = made;
    table_->insert(books->sid, made->owner);
    made->go_on();
}

} // namespace resock::session::sim
