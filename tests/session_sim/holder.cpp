#include "session_sim/holder.hpp"

#include <algorithm>

namespace resock::session::sim {

holder::holder(sim::stage& stage, std::shared_ptr<sim::pair> books, side s,
               const session::options& options, identity who)
    : ep(options, std::move(who), *this)
    , stage_(stage)
    , pair_(std::move(books))
    , side_(s)
    , options_(options)
    , life_(pair_->server_life) {
}

holder::holder(sim::stage& stage, std::shared_ptr<sim::pair> books, side s,
               const session::options& options, saved from)
    : ep(options, std::move(from), *this)
    , stage_(stage)
    , pair_(std::move(books))
    , side_(s)
    , options_(options)
    , life_(pair_->server_life)
    , numbers_(pair_->restored_numbers[s]) {
}

void holder::begin() {
    ep.begin(stage_.time.now());
    begun_ = true;
}

void holder::restart_books(sim::pair& books, side s, const session::options& options,
                           const saved& from) {
    std::vector<std::uint64_t> numbers;
    for (const record::queued& each : from.queue)
        if (each.content == content::data) numbers.push_back(books.number_at[s].at(each.first_seq));
    pair::way& own = s == client_side ? *books.up : books.from_server(books.server_life);
    own.messages.sender_restarted(numbers);
    own.log.restarted(from.acked);
    books.restored_numbers[s] = std::move(numbers);
    books.from(other(s)).messages.receiver_restarted(from.done, options.ack_level == 3);
}

void holder::go_on() {
    const position& at = pair_->positions[side_];
    if (options_.ack_level == 3 && ep.fits(at)) ep.set_position(at);
    begin();
    trace("goes on from recv " + std::to_string(ep.inbox().recv().seq) + ", acked " +
          std::to_string(ep.outbox().acked()));
    if (options_.ack_level < 3) got_messages().redelivery_over();
    pump();
}

void holder::lose(std::optional<std::uint64_t> recv) {
    if (recv && *recv <= ep.outbox().numbered()) own_log().acknowledged(*recv);
    for (const outgoing& m : ep.lose(recv, stage_.random.percent(50)))
        sent_messages().failed(numbers_[m.id - 1], fail_reason::not_sent);
    if (sent_messages().count(ledger::fate::queued) > 0)
        stage_.complain("a message has no end though its session is lost (9)");
}

void holder::kill() {
    dead_ = true;
    line_.reset();
}

// ---- the application ----

void holder::send(std::size_t size, bool text, bool note, bool flush, duration ttl) {
    const std::uint64_t number = sent_messages().submit(size, note);
    trace("send " + std::to_string(number) + " of " + std::to_string(size));
    numbers_.push_back(number);
    ++stage_.messages;
    outgoing m;
    m.id = numbers_.size();
    const std::string bytes = bytes_of(number, size);
    m.data = payload::copy(bytes);
    m.text = text;
    m.note = note;
    m.flush = flush;
    if (ttl != unlimited_duration) {
        m.expires = stage_.time.now() + ttl;
        m.expires_ms = 1'700'000'000'000;
    }
    if (!note) pair_->number_at[side_][ep.outbox().numbered() + 1] = number;
    ep.submit(std::move(m), stage_.time.now());
    pump();
}

void holder::make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first) {
    trace("make room");
    ep.make_room(bytes, messages, newest_first);
    pump();
}

void holder::end() {
    trace("end");
    ep.end(0, "that is all", stage_.time.now());
    pump();
}

void holder::deliver(arrival a) {
    const std::uint64_t number = got_messages().arrives(a.bytes, a.seq, a.note, a.redelivered);
    if (!a.note) trace("got " + std::to_string(number) + ", frame " + std::to_string(a.seq));
    if (a.redelivered) ++stage_.redelivered;
    if (number == 0 || a.note) return;
    waiting_.push_back({a.seq, a.check, number, a.bytes.size()});
    think();
}

void holder::think() {
    if (thinking_ || waiting_.empty()) return;
    thinking_ = true;
    const time_point ready = stage_.time.now() + stage_.random.up_to(stage_.think[side_]);
    stage_.time.at(std::max({ready, stage_.busy[side_], stage_.sleep[side_]}),
                   [weak = weak_from_this()] {
                       const auto self = weak.lock();
                       if (!self || self->dead_ || self->over_) return;
                       self->thinking_ = false;
                       std::uint64_t many = self->stage_.random.between(1, self->waiting_.size());
                       if (self->stage_.random.percent(70)) many = self->waiting_.size();
                       for (; many > 0; --many)
                           self->finish_one();
                       self->think();
                       self->pump();
                   });
}

// With ack_level 3 the position is committed together with what the message has brought about.
void holder::finish_one() {
    const waiting done = waiting_.front();
    waiting_.pop_front();
    got_messages().finished(done.number);
    if (options_.ack_level == 3) pair_->positions[side_] = ep.position_behind(done.seq, done.check);
    ep.done(done.seq, stage_.time.now());
}

// ---- what the session tells ----

void holder::confirmed(level reached, std::uint64_t through, std::uint64_t messages,
                       std::uint64_t bytes) {
    trace("confirmed " + std::to_string(through) + " at level " +
          std::to_string(static_cast<int>(reached)));
    if (through > numbers_.size()) return stage_.complain("confirmed an id that nobody has");
    if (reached == level::processed) {
        for (std::uint64_t id = 1; id <= through; ++id)
            sent_messages().processed(numbers_[id - 1]);
        return;
    }
    if (reached != level::received) return;
    std::uint64_t new_messages = 0, new_bytes = 0;
    for (std::uint64_t id = confirmed_through_ + 1; id <= through; ++id) {
        const std::uint64_t number = numbers_[id - 1];
        if (sent_messages().of(number) != ledger::fate::queued) continue;
        if (!sent_messages().confirmed(number)) continue;
        ++new_messages;
        new_bytes += sent_messages().size_of(number);
    }
    if (through <= confirmed_through_) stage_.complain("CONFIRMED that goes back");
    confirmed_through_ = std::max(confirmed_through_, through);
    if (new_messages != messages || new_bytes != bytes)
        stage_.complain("CONFIRMED through " + std::to_string(through) + " names " +
                        std::to_string(messages) + " messages of " + std::to_string(bytes) +
                        " bytes, not " + std::to_string(new_messages) + " of " +
                        std::to_string(new_bytes));
}

void holder::failed(const failure_range& f) {
    trace("failed " + std::to_string(f.first) + " to " + std::to_string(f.last) + ", why " +
          std::to_string(static_cast<int>(f.reason)));
    std::uint64_t bytes = 0;
    for (std::uint64_t id = f.first; id <= f.last; ++id) {
        if (id == 0 || id > numbers_.size()) return stage_.complain("failed an id that nobody has");
        sent_messages().failed(numbers_[id - 1], f.reason);
        bytes += sent_messages().size_of(numbers_[id - 1]);
        ++stage_.voided;
    }
    if (f.messages != f.last - f.first + 1 || f.bytes != bytes)
        stage_.complain("FAILED names other counts than its messages have");
}

void holder::persist(record::any r) {
    own_store().append(std::move(r));
    if (stage_.broken_on_purpose.ack_before_kept)
        stage_.time.in(0ms, [weak = weak_from_this(), made = own_store().made()] {
            const auto self = weak.lock();
            if (!self || self->dead_ || self->over_) return;
            self->ep.stored(made, self->stage_.time.now());
            self->pump();
        });
    if (keeping_) return;
    keeping_ = true;
    const time_point when = stage_.time.now() + stage_.random.up_to(stage_.store_delay);
    stage_.time.at(std::max(when, stage_.sleep[side_]), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->keep_some();
    });
}

void holder::keep_some() {
    keeping_ = false;
    if (dead_) return;
    const std::uint64_t all = own_store().waiting();
    const std::uint64_t many = stage_.random.percent(60) ? all : stage_.random.between(1, all);
    const std::uint64_t through = own_store().keep(many);
    if (own_store().waiting() > 0) {
        keeping_ = true;
        stage_.time.in(stage_.random.up_to(stage_.store_delay), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->keep_some();
        });
    }
    if (over_) return;
    ep.stored(through, stage_.time.now());
    pump();
}

void holder::hang_up(std::uint16_t code, std::string reason) {
    trace("hang up " + std::to_string(code) + " " + reason);
    closing_ = {code, std::move(reason)};
}

void holder::opened(bool resumed) {
    trace(resumed ? "open, resumed" : "open");
    if (side_ == server_side) return;
    ack_comes_first_ = true;
    stage_.resumed += resumed;
    if (!resumed) pair_->client_joined = welcome_life_;
    if (pair_->client_joined != welcome_life_)
        stage_.complain("a session is continued by another that was born later under its sid (5)");
}

void holder::peer_ended(std::uint32_t, std::string_view) {
    trace("the peer has ended");
}

void holder::check_ended(bool clean) {
    over_ = true;
    if (!clean) return;
    if (sent_messages().count(ledger::fate::queued) > 0)
        stage_.complain(std::string(name_of(side_)) + ": a clean end with messages unconfirmed");
}

} // namespace resock::session::sim
