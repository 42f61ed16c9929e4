#include "session_sim/world.hpp"

#include <algorithm>

namespace resock::session::sim {

namespace {
constexpr int most_ticks = 1000; // at one moment of virtual time
}

world::world(std::uint32_t seed, const setup& with, const faults& broken, bool tracing)
    : stage(seed, broken)
    , client(stage, with.client, [this] { return dial(); })
    , server(stage, with.server)
    , setup_(with) {
    stage.tracing = tracing;
    stage.network = with.network;
    stage.think = {with.think[client_side], with.think[server_side]};
    stage.store_delay = with.store_delay;
}

std::shared_ptr<line> world::dial() {
    if (stage.time.now() < down_until_) return nullptr;
    line_options network = stage.network;
    if (const auto slow = std::exchange(slow_next_, std::nullopt)) network.delay_max += *slow;
    if (network.delay_max > stage.network.delay_max) network.delay_min = network.delay_max;
    const auto made = std::make_shared<line>(stage.time, stage.random, network, stage.sleep);
    server.dialled(made);
    lines_.push_back(made);
    return made;
}

holder* world::end_of(side s) const {
    return s == client_side ? client.session() : server.session();
}

void world::cut(const line::breaking& how) {
    const holder* const of = client.session();
    if (!of || !of->has_line()) return;
    stage.trace("cut");
    of->line()->cut(how);
}

void world::sleep(side s, duration length) {
    stage.trace(std::string(name_of(s)) + ": sleeps");
    stage.sleep[s] = std::max(stage.sleep[s], stage.time.now() + length);
}

// ---- running ----

bool world::step_before(time_point when) {
    std::optional<time_point> due = client.deadline();
    const auto of_server = server.deadline();
    const bool is_servers = of_server && (!due || *of_server < *due);
    if (is_servers) due = of_server;
    const auto next = stage.time.next();
    const bool tick = due && (!next || *due < *next);
    if (tick ? *due > when : !next || *next > when) return false;
    if (!tick) {
        stage.time.run_next();
        return true;
    }
    stage.time.go_to(*due);
    ticks_ = stage.time.now() == ticked_at_ ? ticks_ + 1 : 0;
    ticked_at_ = stage.time.now();
    if (ticks_ > most_ticks) stage.complain("a deadline that no tick clears");
    if (is_servers)
        server.tick();
    else
        client.tick();
    return true;
}

void world::run_until(time_point when, const std::function<bool()>& done) {
    while (stage.broken.empty() && !(done && done())) {
        if (!step_before(when)) return stage.time.go_to(when);
        check();
    }
}

// ---- what must hold after every step ----

void world::check() {
    holder* const c = client.session();
    if (c) c->check();
    for (const auto& s : server.sessions()) {
        s->check();
        if (c && &s->books() == &c->books()) check_both(*c, *s);
    }
}

// acked <= peer.recv <= sent (4).
void world::check_both(const holder& c, const holder& s) {
    const pair& books = const_cast<holder&>(c).books();
    if (books.tampered || books.client_joined == 0 || books.client_joined != books.server_life)
        return;
    const auto one_way = [this](const holder& from, const holder& to) {
        const std::uint64_t recv = to.ep.inbox().recv().seq;
        if (from.ep.outbox().acked() > recv) stage.complain("acked is above the peer's recv (4)");
        if (recv > from.ep.outbox().numbered()) stage.complain("recv is above what was sent (4)");
    };
    one_way(c, s);
    one_way(s, c);
}

// ---- the end ----

bool world::settled() const {
    const holder* const c = client.session();
    if (!c || !c->ep.established()) return false;
    const auto done = [](const holder& h) {
        return h.ep.outbox().acked() == h.ep.outbox().numbered();
    };
    const holder* const s = server.session();
    return done(*c) && s && done(*s);
}

std::string world::unsettled() const {
    const auto of = [](const holder* h) {
        if (!h) return std::string("none");
        return std::to_string(h->ep.outbox().acked()) + " of " +
               std::to_string(h->ep.outbox().numbered()) +
               (h->ep.established() ? "" : ", not connected");
    };
    return "client " + of(client.session()) + ", server " + of(server.session());
}

void world::calm_down() {
    stage.trace("--- calm");
    stage.calm = true;
    down_until_ = {};
    slow_next_.reset();
    server.refuse_until({});
    stage.busy = {};
    run_until(std::max(stage.sleep[client_side], stage.sleep[server_side]));
    stage.think = {1ms, 1ms};
    stage.network = {};
    const std::uint64_t heartbeat =
        std::max(setup_.client.heartbeat_ms, setup_.server.heartbeat_ms);
    const time_point until = stage.time.now() + 10 * std::chrono::milliseconds(heartbeat) + 5s;
    const holder* c = client.session();
    for (const auto& weak : lines_)
        if (const auto each = weak.lock(); each && each->slow()) each->cut({true, true, 1ms, 1ms});
    // A session that ends meanwhile is as good.
    run_until(until, [&] { return settled() || client.session() != c || !c; });
    if (!stage.broken.empty() || settled() || !c || client.session() != c) return;
    stage.complain("what is queued does not get through (10): " + unsettled());
}

// Both say END; then nothing may be left.
void world::finish() {
    if (!stage.broken.empty()) return;
    client.no_new_sessions();
    if (holder* const c = client.session(); c && c->may_send()) c->end();
    const std::uint64_t heartbeat =
        std::max(setup_.client.heartbeat_ms, setup_.server.heartbeat_ms);
    run_until(stage.time.now() + 10 * std::chrono::milliseconds(heartbeat) + 20s, [this] {
        holder* const s = server.session();
        if (s && s->ep.peer_end_seen() && s->may_send()) s->end(); // half-close
        return client.idle();
    });
    if (!stage.broken.empty()) return;
    if (!client.idle()) return stage.complain("the session does not end: " + unsettled());
    run_for(30s); // what is still on its way arrives
    for (const auto& [sid, books] : stage.pairs)
        books->up->messages.check_end(books->over_at_client);
}

} // namespace resock::session::sim
