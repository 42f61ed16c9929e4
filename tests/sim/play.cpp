#include "sim/play.hpp"

#include <cstdlib>

namespace resock::sim {

using link::config;
using link::confirm_mode;
using link::delivery;
using link::heartbeat_mode;

namespace {

config random_config(dice& d) {
    config c;
    c.url = parse_url("ws://peer.example/");
    c.delivery = d.percent(70) ? delivery::at_least_once : delivery::at_most_once;
    const auto what = d.below(10);
    c.confirm.mode = what < 6   ? confirm_mode::pong
                     : what < 8 ? confirm_mode::heartbeat
                                : confirm_mode::app;
    if (c.delivery == delivery::at_most_once && d.percent(30)) c.confirm.mode = confirm_mode::off;
    if (d.percent(20)) c.confirm.min_interval = d.up_to(1s);
    c.heartbeat_mode = c.confirm.mode == confirm_mode::heartbeat || d.percent(20)
                           ? heartbeat_mode::text
                           : heartbeat_mode::ping;
    c.heartbeat.interval = 200ms + d.up_to(2s);
    c.heartbeat.timeout = 500ms + d.up_to(2s);
    c.heartbeat.stall = c.heartbeat.timeout + d.up_to(60s);
    c.reconnect.min = d.up_to(300ms);
    c.reconnect.max = c.reconnect.min + d.up_to(2s);
    c.reconnect.reset_after = d.up_to(5s);
    c.greeting_hold = d.percent(15);
    c.greeting_timeout = 100ms + d.up_to(3s);
    c.close_timeout = 10min;
    if (d.percent(10)) c.credentials_when = link::credentials_when::always;
    // What would end the link is tried again: ends are the business of the machine's tests.
    for (const char* key : {"1000", "1008", "1002", "3000", "4321", "not-websocket"})
        c.verdicts.overrides[key] = policy::verdict::backoff;
    return c;
}

line_options random_network(dice& d) {
    line_options n;
    n.delay_min = d.up_to(20ms);
    n.delay_max = n.delay_min + d.up_to(30ms);
    constexpr std::uint64_t speeds[] = {100'000, 1'000'000, 10'000'000, 100'000'000};
    n.bytes_per_second = speeds[d.below(4)];
    n.send_buffer = d.between(4, 256) << 10;
    n.unsent_low_water = n.send_buffer / 2;
    n.receive_buffer = d.between(4, 256) << 10;
    return n;
}

server_options random_server(dice& d, const config& c) {
    server_options s;
    constexpr pongs ways[] = {pongs::all, pongs::all, pongs::last, pongs::delayed};
    s.pongs = ways[d.below(4)];
    s.pong_delay = d.up_to(c.heartbeat.timeout / 3);
    if (d.percent(15)) {
        s.read_at_once = d.between(2'000, 100'000);
        s.read_every = d.up_to(50ms) + 1ms;
    }
    const bool can_search =
        c.delivery == delivery::at_least_once &&
        (c.confirm.mode == confirm_mode::pong || c.confirm.mode == confirm_mode::heartbeat);
    if (can_search && d.percent(15))
        for (std::uint64_t i = 1 + d.below(2); i > 0; --i)
            s.poison.insert(d.between(1, 40));
    return s;
}

std::size_t random_size(dice& d) {
    const auto what = d.below(100);
    if (what < 75) return d.below(200);
    if (what < 96) return d.below(4'000);
    return d.below(200'000);
}

class player {
  public:
    player(std::uint32_t seed, const faults& broken)
        : dice_(seed)
        , config_(random_config(dice_))
        , peer_(random_server(dice_, config_))
        , world_(seed * 2 + 1, config_, random_network(dice_), peer_, broken) {}

    played play() {
        const unsigned busy = static_cast<unsigned>(dice_.between(1, 100));
        const unsigned hostile = static_cast<unsigned>(dice_.below(100));
        if (dice_.percent(30)) world_.refuse_next(static_cast<unsigned>(dice_.below(60)));
        if (dice_.percent(50)) world_.greeting_set("login");
        world_.step(link::in::open{});
        const std::uint64_t steps = dice_.between(20, 150);
        for (std::uint64_t i = 0; i < steps && world_.broken().empty(); ++i) {
            world_.run_for(dice_.up_to(dice_.percent(10) ? 2s : 60ms));
            if (dice_.percent(busy)) application();
            if (dice_.percent(hostile)) network();
        }
        calm_down();
        world_.finish(15min);
        played result{world_.broken(),
                      world_.messages.accepted(),
                      world_.opens.size(),
                      holes_,
                      world_.messages.count(link::ends::fate::confirmed),
                      world_.messages.count(link::ends::fate::failed)};
        return result;
    }

  private:
    void application() {
        const auto what = dice_.below(100);
        if (what < 70) {
            for (std::uint64_t n = dice_.between(1, 4); n > 0; --n) {
                const duration ttl = dice_.percent(10) ? dice_.up_to(2s) : unlimited_duration;
                world_.send(random_size(dice_), ttl, dice_.percent(10), dice_.percent(10));
            }
        } else if (what < 76) {
            world_.step(link::in::flush{});
        } else if (what < 82) {
            world_.greeting_set(std::string("key ") + char('a' + dice_.below(3)));
        } else if (what < 86) {
            world_.greeting_remove(std::string("key ") + char('a' + dice_.below(3)));
        } else if (what < 90) {
            world_.step(link::in::make_room{++token_, dice_.below(3'000), dice_.below(3),
                                            dice_.percent(50)});
        } else if (what < 93) {
            world_.step(link::in::retry_now{});
        } else {
            world_.read(dice_.percent(70));
        }
    }

    void network() {
        const auto what = dice_.below(100);
        if (what < 30) {
            for (std::uint64_t n = dice_.between(1, 5); n > 0; --n)
                world_.server.say(world_.server.next_text());
        } else if (what < 40) {
            world_.server.ping();
        } else if (what < 60) {
            world_.cut();
        } else if (what < 64) {
            holes_ += world_.open();
            world_.make_hole();
        } else if (what < 76) {
            constexpr std::uint16_t codes[] = {1000, 1001, 1005, 1011, 1012, 1013, 1008, 4321};
            world_.server.close(codes[dice_.below(std::size(codes))]);
        } else if (what < 79) {
            world_.server.garbage();
        } else if (what < 88) {
            world_.server.pause(dice_.up_to(1s));
        } else if (what < 94) {
            world_.refuse_next(static_cast<unsigned>(dice_.below(80)));
        } else {
            world_.set_network(random_network(dice_));
        }
    }

    // From here on the network is well; a connection that is not is noticed by its heartbeat.
    void calm_down() {
        world_.refuse_next(0);
        world_.read(true);
        peer_.read_at_once = SIZE_MAX;
        world_.server.set_options(peer_);
        line_options good;
        good.delay_min = good.delay_max = 5ms;
        world_.set_network(good);
        if (dice_.percent(50)) world_.run_for(5s);
    }

    dice dice_;
    config config_;
    server_options peer_;
    world world_;
    std::uint64_t token_ = 0;
    std::uint64_t holes_ = 0;
};

std::optional<std::uint32_t> number_in(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr || *text == '\0') return std::nullopt;
    return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

} // namespace

played play(std::uint32_t seed, const faults& broken) {
    return player(seed, broken).play();
}

seeds wanted_seeds(std::uint32_t usual) {
    if (const auto one = number_in("RESOCK_SIM_SEED")) return {*one, *one};
    return {1, number_in("RESOCK_SIM_SEEDS").value_or(usual)};
}

} // namespace resock::sim
