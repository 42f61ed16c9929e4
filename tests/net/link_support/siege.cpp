#include "net/link_support/siege.hpp"

#include <algorithm>
#include <array>

namespace resock::test {

namespace {

constexpr std::size_t kept_messages = 4;
constexpr unsigned turns_per_echo = 4; // leaves time to wait in between

std::string echo_text(std::uint64_t number) {
    return "echo " + std::to_string(number);
}

} // namespace

std::string opening_without_end(const std::string& fields) {
    return "GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
           fields;
}

std::string opening_bytes(const std::string& fields) {
    return opening_without_end(fields) + "\r\n";
}

siege::siege(unsigned threads, const settings& wanted)
    : at(threads, wanted) {
    good_ = &at.connect();
    until("the good link opens", [&] { return good_open_ && good_end_ != 0; });
    check_good_link();
}

siege::~siege() {
    for (const auto& [id, each] : guests_)
        hub::free_link(each.key);
}

// ---- strangers ----

raw_client& siege::stranger(const std::string& from) {
    strangers_.push_back({std::make_unique<raw_client>(at.address(), from), {}});
    return *strangers_.back().socket;
}

raw_client& siege::stranger_sending(std::string bytes) {
    raw_client& made = stranger();
    send(made, std::move(bytes));
    return made;
}

void siege::send(raw_client& from, std::string bytes) {
    for (visitor& each : strangers_)
        if (each.socket.get() == &from) each.unsent += bytes;
    send_on();
}

void siege::send_on() {
    for (visitor& each : strangers_)
        if (!each.unsent.empty())
            each.unsent.erase(
                0, each.socket->send_some(std::string_view(each.unsent).substr(0, 256 << 10)));
}

std::size_t siege::unsent(const raw_client& from) const {
    for (const visitor& each : strangers_)
        if (each.socket.get() == &from) return each.unsent.size();
    return 0;
}

void siege::forget(const raw_client& who) {
    std::erase_if(strangers_, [&](const visitor& each) { return each.socket.get() == &who; });
}

// ---- the application ----

void siege::turn() {
    send_on();
    if (echoing_ && ++turns_ % turns_per_echo == 0) next_echo();
    std::array<hub::event_ptr, 64> batch;
    const std::size_t count = at.app.hub().poll(1, batch);
    for (std::size_t i = 0; i < count; ++i)
        see(std::move(batch[i]));
}

void siege::next_echo() {
    if (good_open_ && echoes_ == echoes_sent_) send_text(*good_, echo_text(++echoes_sent_));
}

void siege::see(hub::event_ptr each) {
    if (each->link_id != good_->id()) return see_guest(*each);
    if (each->kind == hub::event_kind::open) good_open_ = true;
    if (each->kind == hub::event_kind::down) ++good_ends_;
    if (each->kind != hub::event_kind::message) return;
    ++echoes_;
    if (each->bytes() != echo_text(echoes_)) ++wrong_echoes_;
}

void siege::see_guest(const hub::event& each) {
    if (each.kind == hub::event_kind::accepted) {
        guest& made = guests_[each.link_id];
        made.key = each.accepted()->link.take();
        made.link = hub::all_links.pin(made.key);
        if (good_end_ == 0) good_end_ = each.link_id; // the first of all
        return;
    }
    const auto found = guests_.find(each.link_id);
    if (found == guests_.end()) return;
    guest& who = found->second;
    if (each.kind == hub::event_kind::open) link_ids_[each.open()->address] = each.link_id;
    if (each.kind == hub::event_kind::down) who.down = *each.record();
    if (each.kind == hub::event_kind::closed) who.closed = true;
    if (each.kind != hub::event_kind::message) return;
    if (each.link_id == good_end_) {
        send_text(*who.link, each.bytes());
        return;
    }
    ++who.message_count;
    if (who.messages.size() < kept_messages) who.messages.emplace_back(each.bytes());
}

guest* siege::guest_of(const raw_client& who) {
    const auto at = link_ids_.find(who.own_address());
    return at == link_ids_.end() ? nullptr : &guests_.at(at->second);
}

guest& siege::await_guest(const raw_client& who) {
    until("OPEN of a stranger", [&] { return guest_of(who) != nullptr; });
    return *guest_of(who);
}

const policy::disconnect_record& siege::await_down(const raw_client& who) {
    guest& at_door = await_guest(who);
    until("CLOSED of a stranger", [&] { return at_door.closed; });
    REQUIRE(at_door.down);
    return *at_door.down;
}

refused_stranger siege::await_refusal(const raw_client& who) {
    std::optional<refused_stranger> found;
    until("a stranger in the history", [&] {
        for (const auto& each : at.history())
            if (each.at("address").as_string() == who.own_address()) {
                const auto& status = each.at("status");
                found = {status.is_null() ? 0 : status.to_number<int>(),
                         std::string(each.at("why").as_string())};
            }
        return found.has_value();
    });
    return *found;
}

// ---- the others ----

void siege::check_good_link() {
    const std::uint64_t before = echoes_;
    until("the echo of the good link", [&] { return echoes_ >= before + 2; });
    CHECK(wrong_echoes_ == 0);
    CHECK(good_ends_ == 0);
    CHECK(!guests_.at(good_end_).down);
}

bool siege::is_at_rest() {
    return echoes_ == echoes_sent_ && at.number("connections") == 1 && at.number("links") == 1 &&
           at.number("requests") == 0 && at.number("memory_bytes") == 0;
}

void siege::check_as_before() {
    until("every stranger's socket is closed", [&] {
        return std::all_of(strangers_.begin(), strangers_.end(),
                           [](const visitor& each) { return each.socket->ended(); });
    });
    echo(false);
    until("the listener's numbers are what they were", [&] { return is_at_rest(); });
    echo(true);
    check_good_link();
}

void siege::echo(bool on) {
    echoing_ = on;
    if (!on) until("the last echo", [&] { return echoes_ == echoes_sent_; });
}

} // namespace resock::test
