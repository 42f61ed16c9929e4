#include "sim/world.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace resock::sim {

using link::confirm_mode;
using link::delivery;

namespace {

// With one frame of at most 64 KiB behind 64 KiB, and a control frame.
constexpr std::size_t most_staged = 2 * (64u << 10) + 64;
constexpr int most_ticks = 1000; // at one moment of virtual time

random_fill filled_from(std::uint32_t seed) {
    return [engine = std::mt19937(seed)](std::span<std::uint8_t> block) mutable {
        for (std::uint8_t& each : block)
            each = static_cast<std::uint8_t>(engine());
    };
}

bool final_is_written(const link::config& c) {
    return c.delivery == delivery::at_most_once && c.confirm.mode == confirm_mode::off;
}

} // namespace

world::world(std::uint32_t seed, link::config config, const line_options& network,
             const server_options& peer, const faults& broken)
    : random(seed)
    , server(time, random, peer, faults_, [this](std::string what) { complain(std::move(what)); })
    , messages(final_is_written(config) ? link::level::written : link::level::received)
    , config_(std::make_shared<const link::config>(std::move(config)))
    , network_(network)
    , faults_(broken)
    , by_app_(config_->confirm.mode == confirm_mode::app)
    , once_(config_->delivery == delivery::at_most_once)
    , machine_(config_, filled_from(seed))
    , tracing_(std::getenv("RESOCK_SIM_TRACE") != nullptr) {
    server.on_message = [this](std::uint64_t id) { check_arrival(id); };
}

void world::trace(const std::string& what) const {
    if (tracing_)
        std::cerr
            << std::chrono::duration_cast<std::chrono::microseconds>(time.now() - beginning).count()
            << " us  " << what << '\n';
}

void world::complain(std::string what) {
    trace("BROKEN: " + what);
    if (broken_.empty()) broken_ = std::move(what);
}

// ---- the application ----

std::uint64_t world::send(std::size_t size, duration ttl, bool unkept_one, bool flush) {
    link::in::send m;
    m.id = ++last_id_;
    m.data = payload::copy(message_of(m.id, size));
    m.ttl = ttl;
    m.unkept = unkept_one;
    m.flush = flush;
    (unkept_one ? unkept : kept).insert(m.id);
    messages.accepted(m.id, m.data.size());
    trace("send " + std::to_string(m.id) + " of " + std::to_string(m.data.size()));
    step(std::move(m));
    return last_id_;
}

void world::greeting_set(const std::string& key) {
    greetings_.insert(key);
    step(link::in::greeting_set{key, greeting_of(key, ++greeting_version_), false});
}

void world::greeting_remove(const std::string& key) {
    greetings_.erase(key);
    server.greeting_removed(key);
    step(link::in::greeting_remove{key});
}

void world::read(bool on) {
    if (on == reading_) return;
    reading_ = on;
    paused_in_hole_ = true;
    step(link::in::reading{on});
    if (on && !unread_.empty()) hear(std::exchange(unread_, {}));
}

// ---- the machine and its driver ----

void world::step(link::in::event event) {
    machine_.step(std::move(event), time.now(), actions_);
    carry_out();
    write();
    check();
}

void world::carry_out() {
    for (int turn = 0;; ++turn) {
        link::actions now;
        now.swap(actions_);
        for (auto& each : now)
            std::visit([this](auto& action) { on(action); }, each);
        if (!inspect_ || !line_ || faults_.no_inspection) break;
        if (turn > 10) return complain("inspections without end");
        inspect_ = false;
        machine_.step(link::in::inspected{line_->inspect()}, time.now(), actions_);
    }
    inspect_ = false;
}

void world::write() {
    while (line_ && !finished_) {
        const std::string_view bytes = machine_.output();
        std::size_t size = std::min(bytes.size(), line_->room());
        if (size == 0) return;
        if (random.percent(30)) size = random.between(1, size); // the kernel takes what it likes
        if (faults_.pong_before_reading) {
            // Looks for pings of ours in what goes out and answers them at once.
            wire::receiver early(wire::role::server, {64u << 20});
            std::string copy(bytes.substr(0, size));
            early.feed(copy);
            std::vector<std::string> pings;
            for (auto item = early.next(); item.kind != wire::received::kind::none &&
                                           item.kind != wire::received::kind::error;
                 item = early.next())
                if (item.kind == wire::received::kind::ping) pings.emplace_back(item.bytes);
            line_->write(bytes.substr(0, size));
            machine_.step(link::in::written{size}, time.now(), actions_);
            carry_out();
            for (const std::string& ping : pings) {
                buffer pong;
                wire::append_frame(pong, wire::opcode::pong, true, ping, std::nullopt);
                machine_.step(link::in::received{pong.view()}, time.now(), actions_);
                carry_out();
            }
            continue;
        }
        line_->write(bytes.substr(0, size));
        machine_.step(link::in::written{size}, time.now(), actions_);
        carry_out();
    }
}

void world::hear(std::string bytes) {
    if (!reading_) {
        unread_ += bytes;
        return;
    }
    // The pieces that reads bring.
    const std::shared_ptr<line> of = line_;
    std::string_view rest = bytes;
    while (!rest.empty() && line_ == of) {
        const std::size_t size = random.percent(30) ? random.between(1, rest.size()) : rest.size();
        const std::string piece(rest.substr(0, size)); // its own memory: views must not outlive it
        step(link::in::received{piece});
        rest.remove_prefix(size);
    }
}

// ---- the world ----

void world::cut() {
    if (!line_) return;
    const bool up = random.percent(50), down = random.percent(50);
    trace("cut");
    line_->cut(up, down, random.percent(70));
}

void world::make_hole() {
    if (!line_ || !open() || hole_since_ || line_->broken()) return;
    trace("black hole");
    line_->become_hole();
    hole_since_ = time.now();
    paused_in_hole_ = !reading_;
}

void world::run_until(time_point when, const std::function<bool()>& done) {
    while (broken_.empty() && !(done && done())) {
        const auto due = machine_.deadline();
        const auto next = time.next();
        const bool tick = due && *due != time_point::max() && (!next || *due <= *next);
        if (tick ? *due > when : !next || *next > when) {
            time.go_to(when);
            return;
        }
        if (!tick) {
            time.run_next();
            continue;
        }
        time.go_to(*due);
        ticks_ = time.now() == ticked_at_ ? ticks_ + 1 : 0;
        ticked_at_ = time.now();
        if (ticks_ > most_ticks) return complain("a deadline that no tick clears");
        if (faults_.life_in_a_hole && hole_since_)
            machine_.step(link::in::received{""}, time.now(), actions_);
        step(link::in::tick{});
    }
}

void world::finish(duration at_most) {
    if (!broken_.empty()) return;
    ended_at = time.now();
    accept_connections();
    refuse_percent_ = 0;
    read(true);
    step(link::in::close{1000, "the end"});
    run_until(time.now() + at_most, [this] { return finished_; });
    if (!broken_.empty()) return;
    if (!finished_) return complain("the link did not end in time");
    if (const std::string& wrong = messages.finished(); !wrong.empty()) complain(wrong);
    if (machine_.deadline()) complain("a finished link has a deadline");
    run_for(10s); // what is still on its way arrives
    for (std::uint64_t id = 1; id <= last_id_; ++id)
        check_end(id);
}

void world::check_end(std::uint64_t id) {
    using link::fail_reason;
    const std::string name = "message " + std::to_string(id);
    if (messages.of(id) == link::ends::fate::confirmed) return;
    const fail_reason why = messages.why(id);
    const bool is_kept = kept.count(id) > 0;
    const bool unsent = why == fail_reason::not_sent || why == fail_reason::expired ||
                        (why == fail_reason::dropped && is_kept);
    if (unsent && server.arrived().count(id)) complain(name + " called unsent and received");
}

// ---- what must hold after every step ----

void world::check() {
    if (!messages.first_broken().empty()) complain(messages.first_broken());
    most_output = std::max<std::uint64_t>(most_output, machine_.output().size());
    if (machine_.output().size() > most_staged) complain("too much staged ahead");
    if (!line_ && !machine_.output().empty()) complain("output without a connection");
    if (!finished_ && machine_.stats().queued_messages != messages.held_messages())
        complain("the queue holds other messages than have not ended");
    if (server.most_unanswered() > link::barrier::max_unanswered)
        complain("more than 1,024 questions unanswered");
    check_hole();
}

// Nothing gets through: interval, answer's time, and what looking for signs of life adds.
void world::check_hole() {
    const policy::heartbeat_options& beat = config_->heartbeat;
    if (!hole_since_ || !beat.enabled || paused_in_hole_ || !open()) return;
    const duration most =
        beat.interval + beat.timeout + 2 * std::min<duration>(beat.timeout / 8, 1s) + 500ms;
    if (time.now() > *hole_since_ + most) complain("a black hole was not noticed in time");
}

void world::check_arrival(std::uint64_t id) {
    const int times = server.arrived().at(id);
    trace("arrived " + std::to_string(id));
    if ((once_ || unkept.count(id)) && times > 1)
        complain("message " + std::to_string(id) + " received twice");
    if (times == 1 && !once_ && kept.count(id)) {
        if (id < last_arrived_)
            complain("message " + std::to_string(id) + " arrived first behind " +
                     std::to_string(last_arrived_));
        last_arrived_ = id;
    }
    if (by_app_ && kept.count(id))
        time.in(random.up_to(100ms), [this, id] {
            if (!finished_) step(link::in::confirm{id, false});
        });
}

} // namespace resock::sim
