// What the machine wants done and what it tells: carried out in the world, and checked.

#include <string_view>

#include "sim/world.hpp"

namespace resock::sim {

void world::on(link::out::connect& wanted) {
    trace("connect " + std::to_string(wanted.connection));
    if (line_ || connecting_) complain("a second connection at the same time");
    connecting_ = std::move(wanted);
    const std::uint64_t connection = connecting_->connection;
    time.in(random.up_to(2 * network_.delay_max), [this, connection] { attempt_ends(connection); });
}

void world::attempt_ends(std::uint64_t connection) {
    if (!connecting_ || connecting_->connection != connection) return;
    std::optional<int> refused = refuse_;
    if (!refused && random.percent(refuse_percent_)) {
        constexpr int ways[] = {0, 0, 500, 502, 503, 429};
        refused = ways[random.below(std::size(ways))];
    }
    if (!refused) return establish({});
    if (*refused == 0) {
        connecting_.reset();
        policy::failure f;
        f.cause = random.percent(50) ? policy::cause::tcp_refused : policy::cause::tls_timeout;
        return step(link::in::connect_failed{std::move(f)});
    }
    wire::upgrade_response response;
    response.status = *refused;
    establish(std::move(response));
}

void world::establish(wire::upgrade_response response) {
    link::in::opened event;
    const std::string key = connecting_->request.key;
    connecting_.reset();
    const auto made = line_ = std::make_shared<line>(time, random, network_);
    if (response.status == 0) {
        response = {101,
                    "Switching Protocols",
                    {{"Upgrade", "websocket"},
                     {"Connection", "Upgrade"},
                     {"Sec-WebSocket-Accept", wire::accept_of(key)}}};
        server.accept(made, {greetings_.begin(), greetings_.end()});
    }
    // The line must not keep itself alive.
    made->on_client_bytes = [this, of = made.get()](std::string bytes) {
        if (line_.get() == of) hear(std::move(bytes));
    };
    made->on_client_writable = [this, of = made.get()] {
        if (line_.get() != of) return;
        write();
        check();
    };
    made->on_client_end = [this, of = made.get()](bool reset) {
        if (line_.get() != of) return;
        policy::failure f;
        if (reset) f.cause = policy::cause::tcp_reset;
        step(link::in::ended{std::move(f)});
    };
    event.response = std::move(response);
    event.address = "192.0.2.1:80";
    unread_.clear();
    step(std::move(event));
}

void world::on(link::out::disconnect& d) {
    trace(d.orderly ? "disconnect, orderly" : "disconnect");
    connecting_.reset();
    unread_.clear();
    hole_since_.reset();
    if (faults_.resends_are_lost) server.forget_through(last_id_);
    if (line_) line_->close_client(d.orderly, d.last.view());
    line_.reset();
}

void world::on(link::out::deliver& message) {
    ++delivered;
    constexpr std::string_view prefix = "to the link ";
    if (message.bytes.substr(0, prefix.size()) != prefix)
        return complain("delivered what nobody said");
    const std::uint64_t number = std::stoull(std::string(message.bytes.substr(prefix.size())));
    if (number <= last_said_) complain("delivered out of order");
    last_said_ = number;
}

void world::on(link::out::opened& opened) {
    trace("open " + std::to_string(opened.connection));
    opens.push_back(time.now());
    if (config_->greeting_hold)
        time.in(random.up_to(200ms), [this, connection = opened.connection] {
            if (!finished_) step(link::in::ready{connection});
        });
}

void world::on(link::out::down& down) {
    trace("down: " + down.record.why);
    if (down.record.why.empty()) complain("a record without why");
    downs.push_back(std::move(down.record));
}

void world::on(link::out::confirmed& told) {
    if (told.level == link::level::received && faults_.lose_one_confirmed && !lost_one_) {
        lost_one_ = true;
        return;
    }
    if (faults_.confirm_of_another && told.level == link::level::received && told.through > 0)
        told.through = std::min(told.through + 1, last_id_);
    trace("confirmed " + std::to_string(told.through) + " at level " +
          std::to_string(static_cast<int>(told.level)));
    for (const std::uint64_t id : messages.on(told)) {
        const bool tells_of_peer = told.level == link::level::received && !unkept.count(id);
        if (tells_of_peer && !server.arrived().count(id))
            complain("message " + std::to_string(id) + " confirmed and not received");
    }
}

void world::on(link::out::failed& told) {
    trace("failed " + std::to_string(told.first) + " to " + std::to_string(told.last) + ", why " +
          std::to_string(static_cast<int>(told.reason)));
    messages.on(told);
    if (faults_.failed_twice) messages.on(told);
    for (std::uint64_t id = told.first; id <= told.last; ++id) {
        using why = link::fail_reason;
        if (told.reason == why::refused && !server.refused().count(id))
            complain("message " + std::to_string(id) + " called refused, which nobody did");
        if (told.reason == why::in_doubt && !once_ && !ended_at)
            complain("message " + std::to_string(id) + " given up though at-least-once");
    }
}

void world::on(link::out::ask& asked) {
    link::in::credentials given;
    given.request_id = asked.request_id;
    given.headers = wire::fields{{"Authorization", "Bearer " + std::to_string(asked.request_id)}};
    time.in(random.up_to(100ms), [this, given]() mutable { step(std::move(given)); });
}

void world::on(link::out::log& told) {
    trace("log: " + told.text);
    warnings.push_back(std::move(told.text));
}

void world::on(link::out::finish&) {
    trace("finish");
    finished_ = true;
}

} // namespace resock::sim
