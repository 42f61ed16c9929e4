#include "sim/server.hpp"

#include <boost/endian/conversion.hpp>

#include "wire/close.hpp"

namespace resock::sim {

namespace {
constexpr std::size_t id_size = 8;
using kind = enum wire::received::kind;
} // namespace

std::string message_of(std::uint64_t id, std::size_t size) {
    std::string made(std::max(size, id_size), static_cast<char>('a' + id % 26));
    boost::endian::store_big_u64(reinterpret_cast<unsigned char*>(made.data()), id);
    return made;
}

std::string greeting_of(const std::string& key, unsigned version) {
    return message_of(0, id_size) + key + "/" + std::to_string(version);
}

void server::accept(std::shared_ptr<line> on, std::vector<std::string> greetings) {
    auto made = std::make_shared<session>();
    made->line = on;
    made->greetings.insert(greetings.begin(), greetings.end());
    // The line's functions must not keep the line alive.
    std::weak_ptr<session> weak = made;
    on->on_server_bytes = [this, weak] {
        if (const auto at = weak.lock()) read(at);
    };
    on->on_server_end = [weak, on = std::weak_ptr<line>(on)] {
        if (const auto at = weak.lock()) at->closed = true;
        if (const auto at = on.lock()) at->close_server();
    };
    sessions_.push_back(made);
    newest_ = made;
}

void server::greeting_removed(const std::string& key) {
    if (newest_) newest_->greetings.erase(key);
}

void server::read(const session_ptr& at) {
    if (at->timer || at->closed) return;
    if (options_.read_at_once == SIZE_MAX && time_.now() >= at->paused_until) {
        read_some(at);
        return;
    }
    at->timer = true;
    time_.at(std::max(time_.now() + options_.read_every, at->paused_until), [this, at] {
        at->timer = false;
        read_some(at);
        if (!at->closed && !at->line->arrived().empty()) read(at);
    });
}

void server::read_some(const session_ptr& at) {
    if (at->closed) return;
    std::string& held = at->line->arrived();
    const std::string bytes = held.substr(0, options_.read_at_once);
    held.erase(0, bytes.size());
    at->line->consumed();
    at->receiver.feed(bytes);
    std::string last_ping;
    while (!at->closed) {
        const wire::received next = at->receiver.next();
        if (next.kind == kind::none) break;
        handle(at, next, last_ping);
    }
    if (!at->closed && !last_ping.empty()) answer(at, last_ping);
}

void server::handle(const session_ptr& at, const wire::received& item, std::string& last_ping) {
    switch (item.kind) {
    case kind::message:
        take_message(at, item.bytes, item.text);
        break;
    case kind::ping:
        ++at->unanswered;
        most_unanswered_ = std::max(most_unanswered_, at->unanswered);
        if (options_.pongs == pongs::last)
            last_ping = std::string(item.bytes);
        else if (options_.pongs != pongs::none)
            answer(at, std::string(item.bytes));
        break;
    case kind::close:
        send(at, wire::opcode::close, wire::close_payload(item.code, {}));
        at->closed = true;
        at->line->close_server();
        break;
    case kind::error:
        complain_("the link broke the protocol: " + std::string(item.bytes));
        at->closed = true;
        break;
    default:
        break;
    }
}

void server::answer(const session_ptr& at, std::string payload) {
    at->unanswered = 0;
    if (faults_.pong_before_reading) return; // was answered when it left the link
    if (options_.pongs != pongs::delayed) return send(at, wire::opcode::pong, payload);
    time_.in(random_.up_to(options_.pong_delay), [this, at, payload] {
        if (!at->closed) send(at, wire::opcode::pong, payload);
    });
}

void server::take_message(const session_ptr& at, std::string_view bytes, bool text) {
    if (text && bytes == "heartbeat") {
        if (options_.pongs != pongs::none) send(at, wire::opcode::text, "heartbeat_response");
        return;
    }
    if (bytes.size() < id_size) return complain_("a message that nobody sent");
    const auto id =
        boost::endian::load_big_u64(reinterpret_cast<const unsigned char*>(bytes.data()));
    if (id == 0) {
        const std::string_view key = bytes.substr(id_size);
        if (!faults_.greeting_last) at->greetings.erase(std::string(key.substr(0, key.find('/'))));
        return;
    }
    if (bytes != message_of(id, bytes.size()))
        complain_("message " + std::to_string(id) + " arrived changed");
    if (faults_.swap_messages && at->swapped == 0 && random_.percent(30)) {
        at->swapped = id; // comes behind the next
        return;
    }
    if (options_.poison.count(id)) {
        refused_.insert(id);
        return close(at, 1009);
    }
    arrive(at, id);
    if (at->swapped != 0) arrive(at, std::exchange(at->swapped, UINT64_MAX));
}

void server::arrive(const session_ptr& at, std::uint64_t id) {
    if (id == UINT64_MAX || id <= forgotten_) return;
    if (faults_.drop_one_message && !dropped_ && random_.percent(5)) {
        dropped_ = true;
        return;
    }
    if (faults_.message_twice) ++arrived_[id];
    if (id <= at->last_id)
        complain_("message " + std::to_string(id) + " behind " + std::to_string(at->last_id) +
                  " on one connection");
    at->last_id = id;
    if (!at->greetings.empty())
        complain_("message " + std::to_string(id) + " before the greeting " +
                  *at->greetings.begin());
    if (++arrived_[id] == 1) order_.push_back(id);
    if (on_message) on_message(id);
}

void server::send(const session_ptr& at, wire::opcode code, std::string_view payload) {
    buffer made;
    wire::append_frame(made, code, true, payload, std::nullopt);
    at->line->reply(made.view());
}

void server::say(std::string_view text) {
    if (newest_ && !newest_->closed) send(newest_, wire::opcode::text, text);
}

void server::ping() {
    if (newest_ && !newest_->closed) send(newest_, wire::opcode::ping, "are you there");
}

void server::close(const session_ptr& at, std::uint16_t code) {
    send(at, wire::opcode::close, wire::close_payload(code, "by the world"));
    at->closed = true;
    at->line->close_server();
}

void server::close(std::uint16_t code) {
    if (newest_ && !newest_->closed) close(newest_, code);
}

void server::garbage() {
    if (newest_ && !newest_->closed) newest_->line->reply("\xff\x01garbage");
}

void server::pause(duration length) {
    if (newest_) newest_->paused_until = time_.now() + length;
}

} // namespace resock::sim
