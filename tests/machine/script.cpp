#include "machine/script.hpp"

#include <algorithm>
#include <random>

#include "wire/close.hpp"

namespace resock::link {

config plain_config() {
    config c;
    c.url = parse_url("ws://peer.example/");
    return c;
}

config at_most_once_config() {
    config c = plain_config();
    c.delivery = delivery::at_most_once;
    return c;
}

config server_config() {
    config c;
    c.role = wire::role::server;
    return c;
}

random_fill seeded(std::uint32_t seed) {
    return [engine = std::mt19937(seed)](std::span<std::uint8_t> block) mutable {
        std::generate(block.begin(), block.end(),
                      [&] { return static_cast<std::uint8_t>(engine()); });
    };
}

wire::upgrade_response accepting(const wire::upgrade_request& request) {
    return {101,
            "Switching Protocols",
            {{"Upgrade", "websocket"},
             {"Connection", "Upgrade"},
             {"Sec-WebSocket-Accept", wire::accept_of(request.key)}}};
}

policy::failure failure_of(policy::cause cause) {
    policy::failure f;
    f.cause = cause;
    return f;
}

std::string frame_from_peer(wire::opcode code, std::string_view payload, bool fin, bool masked) {
    buffer made;
    wire::append_frame(made, code, fin, payload,
                       masked ? std::optional<std::uint32_t>(0xa1b2c3d4) : std::nullopt);
    return std::string(made.view());
}

std::string close_from_peer(std::uint16_t code, std::string_view reason, bool masked) {
    return frame_from_peer(wire::opcode::close, wire::close_payload(code, reason), true, masked);
}

script::script(config c)
    : config_(std::make_shared<const config>(std::move(c)))
    , machine_(std::make_unique<machine>(config_, seeded(1)))
    , ends_(config_->delivery == delivery::at_most_once &&
                    config_->confirm.mode == confirm_mode::off
                ? level::written
                : level::received)
    , final_(config_->delivery == delivery::at_most_once &&
                     config_->confirm.mode == confirm_mode::off
                 ? level::written
                 : level::received)
    , peer_(wire::role::server, {64u << 20}) {
}

script::~script() {
    if (!finished_) {
        step(in::close{1000, ""});
        pass(config_->close_timeout + config_->close_handshake + 1s);
        CHECK(machine_->state() == state::finished);
    }
    CHECK(ends_.finished() == "");
    CHECK_FALSE(machine_->deadline().has_value());
    CHECK(machine_->output().empty());
}

void script::keep(out::action action) {
    if (auto* told = std::get_if<out::confirmed>(&action)) {
        ends_.on(*told);
        if (told->level != final_) {
            written_through = told->through;
            return;
        }
    } else if (auto* failed = std::get_if<out::failed>(&action)) {
        ends_.on(*failed);
    } else if (auto* message = std::get_if<out::deliver>(&action)) {
        message->owned = payload::copy(message->bytes);
        message->bytes = message->owned.view();
    } else if (std::holds_alternative<out::finish>(action)) {
        finished_ = true;
    }
    actions_.push_back(std::move(action));
}

void script::step(in::event event) {
    machine_->step(std::move(event), now_, fresh_);
    for (int turn = 0;; ++turn) {
        REQUIRE(turn < 10); // an inspection must not ask for the next
        bool inspect = false;
        for (out::action& each : fresh_) {
            if (std::holds_alternative<out::inspect>(each))
                inspect = true;
            else
                keep(std::move(each));
        }
        fresh_.clear();
        if (!inspect) break;
        ++inspections;
        machine_->step(in::inspected{line}, now_, fresh_);
    }
    CHECK(ends_.first_broken() == "");
}

void script::pass(duration length) {
    const time_point until = now_ + length;
    int ticks = 0;
    for (;;) {
        const auto deadline = machine_->deadline();
        if (!deadline || *deadline > until) break;
        ticks = *deadline > now_ ? 0 : ticks + 1;
        REQUIRE(ticks < 100); // a deadline that no tick clears
        now_ = std::max(now_, *deadline);
        step(in::tick{});
    }
    now_ = until;
}

std::uint64_t script::send(std::string_view data, duration ttl) {
    in::send message;
    message.data = payload::copy(data);
    message.ttl = ttl;
    return send(std::move(message));
}

std::uint64_t script::send(in::send message) {
    message.id = ++last_id_;
    ends_.accepted(message.id, message.data.size());
    step(std::move(message));
    return last_id_;
}

void script::open() {
    step(in::open{});
    accept();
    expect<out::opened>();
}

void script::reconnect() {
    for (int i = 0; i < 100 && machine_->state() == state::waiting; ++i)
        pass(1s);
    accept();
    expect<out::opened>();
}

void script::accept(std::string leftover) {
    const auto wanted = expect<out::connect>();
    peer_ = wire::receiver(wire::role::server, {64u << 20});
    in::opened event;
    event.response = accepting(wanted.request);
    event.leftover = std::move(leftover);
    event.address = "192.0.2.1:80";
    step(std::move(event));
}

void script::accepted(std::string leftover) {
    peer_ = wire::receiver(wire::role::client, {64u << 20});
    step(in::accepted{std::move(leftover), "192.0.2.7:4711", "TLSv1.3", "chat"});
}

void script::break_line(policy::cause cause) {
    step(in::ended{failure_of(cause)});
}

std::string script::take(std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) {
        const std::string_view ready = machine_->output();
        if (ready.empty()) break;
        const std::size_t now = std::min(ready.size(), bytes - all.size());
        all += ready.substr(0, now);
        step(in::written{now});
    }
    return all;
}

std::vector<item> script::write(std::size_t bytes) {
    const std::string all = take(bytes);
    std::vector<item> read;
    peer_.feed(all);
    for (;;) {
        const wire::received next = peer_.next();
        if (next.kind == item_kind::none) break;
        REQUIRE(next.kind != item_kind::error);
        read.push_back({next.kind, next.text, next.code, std::string(next.bytes)});
    }
    return read;
}

std::vector<raw_frame> script::frames_of(std::string_view bytes, bool masked) {
    std::vector<raw_frame> found;
    while (!bytes.empty()) {
        wire::frame_header header;
        bool bad = false;
        const std::size_t size = wire::read_header(bytes, header, bad);
        REQUIRE((size != 0 && !bad && header.mask.has_value() == masked));
        REQUIRE(bytes.size() - size >= header.length);
        bytes.remove_prefix(size + static_cast<std::size_t>(header.length));
        found.push_back({header.code, header.fin, static_cast<std::size_t>(header.length)});
    }
    return found;
}

void script::say(wire::opcode code, std::string_view payload) {
    hear(frame_from_peer(code, payload, true, config_->role == wire::role::server));
}

void script::hear(std::string_view bytes) {
    step(in::received{bytes});
}

std::vector<item> script::serve() {
    std::vector<item> all;
    for (;;) {
        std::vector<item> read = write();
        if (read.empty()) return all;
        for (const std::string& ping : pings_in(read))
            say(wire::opcode::pong, ping);
        all.insert(all.end(), read.begin(), read.end());
    }
}

namespace {
std::vector<std::string> of_kind(const std::vector<item>& items, item_kind kind) {
    std::vector<std::string> found;
    for (const item& each : items)
        if (each.kind == kind) found.push_back(each.bytes);
    return found;
}
} // namespace

std::vector<std::string> messages_in(const std::vector<item>& items) {
    return of_kind(items, item_kind::message);
}
std::vector<std::string> pings_in(const std::vector<item>& items) {
    return of_kind(items, item_kind::ping);
}

} // namespace resock::link
