#include "session_sim/plan.hpp"

#include <algorithm>

namespace resock::session::sim {

namespace {

constexpr const char* names[] = {"client sends",
                                 "server sends",
                                 "client sends notes",
                                 "client is busy",
                                 "server is busy",
                                 "room is made",
                                 "cut",
                                 "half-open",
                                 "black hole",
                                 "attempt given up",
                                 "slow attempt",
                                 "network down",
                                 "network changes",
                                 "client sleeps",
                                 "server sleeps",
                                 "client restarts",
                                 "server restarts",
                                 "server forgets",
                                 "overload",
                                 "GOAWAY",
                                 "token asked for",
                                 "client ends",
                                 "server ends",
                                 "abort",
                                 "copy of store",
                                 "store rolled back",
                                 "ttl passes",
                                 "nothing"};

options random_end(dice& d, role as) {
    options o;
    o.role = as;
    constexpr std::uint32_t frames[] = {16384, 16384, 16384, 20000, 65536};
    o.max_frame = frames[d.below(5)];
    const std::uint64_t least = least_first_window(o.max_frame);
    o.window = static_cast<std::uint32_t>(d.percent(60) ? least : least + d.below(1u << 20));
    o.max_message = d.percent(20) ? 40'000 : 1u << 20;
    o.heartbeat_ms = static_cast<std::uint32_t>(d.between(1000, 4000));
    o.ttl_s = d.between(20, 120);
    o.tombstone_ttl_s = o.ttl_s;
    constexpr std::uint8_t levels[] = {0, 0, 2, 2, 3};
    o.ack_level = levels[d.below(5)];
    o.half_close = d.percent(15);
    return o;
}

line_options random_network(dice& d) {
    line_options n;
    n.delay_min = d.up_to(20ms);
    n.delay_max = n.delay_min + d.up_to(d.percent(20) ? 200ms : 30ms);
    constexpr std::uint64_t speeds[] = {300'000, 1'000'000, 10'000'000, 100'000'000};
    n.bytes_per_second = speeds[d.below(4)];
    n.buffer = d.between(4, 128) << 10;
    return n;
}

std::size_t random_size(dice& d) {
    const auto what = d.below(100);
    if (what < 5) return d.below(8);
    if (what < 75) return d.below(200);
    if (what < 93) return d.below(5'000);
    return d.below(100'000);
}

struct weight {
    act what;
    unsigned share;
};

constexpr weight usual[] = {
    {act::client_sends, 30},
    {act::server_sends, 24},
    {act::client_notes, 2},
    {act::client_busy, 4},
    {act::server_busy, 4},
    {act::make_room, 3},
    {act::cut, 9},
    {act::half_open, 4},
    {act::black_hole, 2},
    {act::give_up, 4},
    {act::slow_attempt, 3},
    {act::network_down, 2},
    {act::network_changes, 2},
    {act::client_sleeps, 2},
    {act::server_sleeps, 2},
    {act::overload, 1},
    {act::go_away, 2},
    {act::ask_token, 1},
};

act pick(dice& d, const std::vector<weight>& from) {
    unsigned all = 0;
    for (const weight& each : from)
        all += each.share;
    auto at = d.below(all);
    for (const weight& each : from) {
        if (at < each.share) return each.what;
        at -= each.share;
    }
    return act::nothing;
}

// What may happen in the world of this seed, beside what always may.
std::vector<weight> random_weights(dice& d) {
    std::vector<weight> made(std::begin(usual), std::end(usual));
    if (d.percent(50)) made.push_back({act::client_restarts, 4});
    if (d.percent(50)) made.push_back({act::server_restarts, 4});
    if (d.percent(15)) made.push_back({act::server_forgets, 2});
    if (d.percent(10)) made.push_back({act::client_ends, 2});
    if (d.percent(10)) made.push_back({act::server_ends, 2});
    if (d.percent(5)) made.push_back({act::abort, 1});
    if (d.percent(5)) made.push_back({act::wait_ttl, 1});
    return made;
}

// The server that knows a session only from a first HELLO that came late, behind its restart.
void late_first_hello(plan& p, dice& d) {
    const auto rolled = [&d] { return static_cast<std::uint32_t>(d.below(UINT32_MAX)); };
    p.steps.insert(p.steps.begin(), {{0ms, act::slow_attempt, rolled()},
                                     {300ms, act::give_up, rolled()},
                                     {500ms, act::client_sends, rolled()},
                                     {d.up_to(20ms), act::server_forgets, rolled()}});
}

void rolled_back_store(plan& p, dice& d) {
    const auto rolled = [&d] { return static_cast<std::uint32_t>(d.below(UINT32_MAX)); };
    p.setup.client.ack_level = 2;
    p.no_voids = true;
    for (const act each : {act::client_sends, act::remember, act::client_sends})
        p.steps.push_back({d.up_to(200ms), each, rolled()});
    p.steps.push_back({300ms, act::roll_back, rolled()});
    for (int i = 0; i < 3; ++i)
        p.steps.push_back({0ms, act::client_sends, rolled()});
    p.steps.push_back({500ms, act::nothing, 0});
}

} // namespace

const char* name_of(act what) {
    return names[static_cast<std::size_t>(what)];
}

plan plan_of(std::uint32_t seed) {
    dice d(seed);
    plan p;
    p.seed = seed;
    p.setup.client = random_end(d, role::client);
    p.setup.server = random_end(d, role::server);
    p.setup.network = random_network(d);
    for (auto& each : p.setup.think)
        each = d.percent(70) ? d.up_to(5ms) : d.up_to(300ms);
    p.setup.store_delay = d.up_to(d.percent(70) ? 10ms : 200ms);
    const std::vector<weight> weights = random_weights(d);
    const std::uint64_t steps = d.between(10, 80);
    const duration pace = d.percent(70) ? 60ms : 400ms;
    for (std::uint64_t i = 0; i < steps; ++i)
        p.steps.push_back({d.up_to(d.percent(10) ? 2s : pace), pick(d, weights),
                           static_cast<std::uint32_t>(d.below(UINT32_MAX))});
    if (d.percent(4)) late_first_hello(p, d);
    if (d.percent(4)) rolled_back_store(p, d);
    return p;
}

namespace {

void send_some(world& w, side s, dice& d, bool notes, const plan& p) {
    for (std::uint64_t n = d.between(1, d.percent(10) ? 60 : 5); n > 0; --n) {
        holder* const h = w.end_of(s);
        // What is kept is bounded by the application.
        if (!h || !h->may_send() || h->ep.outbox().bytes() > (512u << 10)) return;
        const duration ttl = d.percent(6) && !p.no_voids ? d.up_to(2s) : unlimited_duration;
        const bool bulky = d.percent(2);
        h->send(notes   ? 8 + d.below(500)
                : bulky ? d.below(300'000)
                        : random_size(d) + (p.no_voids ? 8 : 0),
                d.percent(30), notes, d.percent(10), ttl);
    }
}

void break_line(world& w, dice& d, act how) {
    line::breaking b;
    b.up_lost = how == act::black_hole || d.percent(60);
    b.down_lost = how == act::black_hole || d.percent(60);
    if (how == act::cut) {
        b.tell_client = d.up_to(50ms);
        b.tell_server = d.up_to(50ms);
    } else if (how == act::half_open) {
        (d.percent(70) ? b.tell_client : b.tell_server) = d.up_to(50ms);
    }
    w.cut(b);
}

} // namespace

void carry_out(world& w, const plan_step& step, const plan& p) {
    dice d(step.dice);
    stage& st = w.stage;
    switch (step.what) {
    case act::client_sends:
        return send_some(w, client_side, d, false, p);
    case act::server_sends:
        return send_some(w, server_side, d, false, p);
    case act::client_notes:
        return send_some(w, d.percent(50) ? client_side : server_side, d, true, p);
    case act::client_busy:
        st.busy[client_side] = st.time.now() + d.up_to(3s);
        return;
    case act::server_busy:
        st.busy[server_side] = st.time.now() + d.up_to(3s);
        return;
    case act::make_room:
        if (p.no_voids) return;
        if (holder* const h = w.end_of(d.percent(50) ? client_side : server_side))
            h->make_room(d.below(20'000), d.below(4), d.percent(50));
        return;
    case act::cut:
    case act::half_open:
    case act::black_hole:
        return break_line(w, d, step.what);
    case act::give_up:
        return w.client.give_up_attempt();
    case act::slow_attempt:
        return w.next_is_slow(500ms + d.up_to(3s));
    case act::network_down:
        return w.network_down(d.up_to(4s));
    case act::network_changes:
        return w.set_network(random_network(d));
    case act::client_sleeps:
        return w.sleep(client_side, d.up_to(12s));
    case act::server_sleeps:
        return w.sleep(server_side, d.up_to(8s));
    case act::client_restarts:
        return w.client.kill_and_restart(d.percent(95), false);
    case act::server_restarts:
        return w.server.restart(true);
    case act::server_forgets:
        return w.server.restart(false);
    case act::overload:
        return w.server.refuse_until(st.time.now() + d.up_to(1s));
    case act::go_away:
        return w.server.go_away();
    case act::ask_token:
        return w.server.ask_token();
    case act::client_ends:
    case act::server_ends:
        if (holder* const h = w.end_of(step.what == act::client_ends ? client_side : server_side))
            if (h->may_send()) h->end();
        return;
    case act::abort:
        return w.server.abort();
    case act::remember:
        return w.client.remember();
    case act::roll_back:
        return w.client.kill_and_restart(true, true);
    case act::wait_ttl:
        return w.network_down(std::chrono::seconds(p.setup.server.ttl_s) + d.up_to(5s));
    case act::nothing:
        return;
    }
}

} // namespace resock::session::sim
