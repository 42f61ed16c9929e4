// What an application asks of a link beside sending.

#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "wire/close.hpp"
#include "wire/utf8.hpp"

namespace resock::hub {

void hub_link::confirm(std::uint64_t id, bool through) {
    check_plain("resock_link_confirm", "there the peer acknowledges by itself");
    lock guard(mutex_);
    if (freed_ || ended_) check_alive(guard);
    if (id == 0 || id > last_id_)
        throw error(resock::status::invalid, "no message with id " + std::to_string(id) +
                                                 " was accepted; the last is " +
                                                 std::to_string(last_id_));
    push(guard, link::in::confirm{id, through});
    wake(guard);
}

void hub_link::set(std::string_view name, std::string_view value) {
    lock guard(mutex_);
    check_alive(guard);
    settings_ =
        std::make_shared<const link_settings>(change_link_settings(*settings_, name, value));
    push(guard, link::in::reconfigure{machine_config()});
    retimed_ = true;
    {
        const lock events(events_mutex_);
        events_.set_limits(limits_of_events());
    }
    wake(guard);
}

void hub_link::retry_now() {
    lock guard(mutex_);
    if (freed_ || ended_) check_alive(guard);
    push(guard, link::in::retry_now{});
    wake(guard);
}

void hub_link::ready() {
    check_plain("resock_link_ready", "there are no greetings");
    lock guard(mutex_);
    if (freed_ || ended_) check_alive(guard);
    if (!settings_->machine.greeting_hold)
        throw error(resock::status::state, "nothing waits for ready: set greeting.hold=true first");
    push(guard, link::in::ready{opened_seen_});
    wake(guard);
}

void hub_link::greeting_set(std::string_view key, std::string_view data, bool text) {
    check_plain("resock_link_greeting_set", "the server keeps what the first message said");
    if (text && !wire::is_utf8(data))
        throw error(resock::status::invalid, "a text greeting must be UTF-8");
    lock guard(mutex_);
    check_alive(guard);
    const auto known = greetings_.find(key);
    const std::size_t before = known == greetings_.end() ? 0 : known->second;
    const std::size_t most = std::min<std::size_t>(max_greeting, settings_->machine.message_max);
    if (data.size() > most || greeting_bytes_ - before + data.size() > max_greeting_bytes ||
        (known == greetings_.end() && greetings_.size() >= max_greetings))
        throw error(resock::status::too_big, "a greeting may have " + std::to_string(most) +
                                                 " bytes, all of a link " +
                                                 std::to_string(max_greeting_bytes) + " under " +
                                                 std::to_string(max_greetings) + " keys");
    greetings_[std::string(key)] = data.size();
    greeting_bytes_ += data.size() - before;
    push(guard, link::in::greeting_set{std::string(key), std::string(data), text});
    wake(guard);
}

void hub_link::greeting_remove(std::string_view key) {
    check_plain("resock_link_greeting_remove", "there are no greetings");
    lock guard(mutex_);
    check_alive(guard);
    const auto known = greetings_.find(key);
    if (known == greetings_.end())
        throw error(resock::status::invalid, "no greeting has the key '" + std::string(key) + "'");
    greeting_bytes_ -= known->second;
    greetings_.erase(known);
    push(guard, link::in::greeting_remove{std::string(key)});
    wake(guard);
}

void hub_link::close(std::uint16_t code, std::string_view reason) {
    if (!wire::may_be_sent_by_application(code))
        throw error(resock::status::invalid,
                    "close code " + std::to_string(code) +
                        " may not be sent: use 1000, 1001 or 3000 to 4999");
    if (reason.size() > wire::max_reason || !wire::is_utf8(reason))
        throw error(resock::status::invalid,
                    "a close reason is UTF-8 of at most 123 bytes, this one has " +
                        std::to_string(reason.size()));
    lock guard(mutex_);
    if (freed_) check_alive(guard);
    if (closing_ || ended_) return;
    closing_ = true;
    changed_.notify_all();
    push(guard, link::in::close{code, std::string(reason), {}});
    wake(guard);
}

void hub_link::go_away(std::uint16_t code, std::string_view reason, duration within) {
    lock guard(mutex_);
    if (freed_ || ended_) return;
    closing_ = true;
    changed_.notify_all();
    push(guard, link::in::close{code, std::string(reason), within});
    wake(guard);
}

link_status hub_link::status() const {
    const lock guard(mutex_);
    link_status now = status_;
    now.stats.queued_messages = used_.messages;
    now.stats.queued_bytes = used_.bytes;
    return now;
}

std::vector<policy::disconnect_record> hub_link::history() const {
    const lock guard(mutex_);
    return {history_.begin(), history_.end()};
}

} // namespace resock::hub
