// What an application does, in a few words: a hub, a link, and every event that was polled.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "hub/hub.hpp"
#include "support/catch.hpp"

namespace resock::test {

// No wait of a good run comes near it.
inline constexpr auto wait_limit = std::chrono::seconds(20);

struct setting {
    std::string name;
    std::string value;
};
using settings = std::vector<setting>;

inline hub::link_settings link_settings_of(const std::string& url, const settings& wanted = {}) {
    hub::options given(hub::option_scope::link);
    given.set("url", url);
    for (const setting& each : wanted)
        given.set(each.name, each.value);
    return hub::make_link_settings(given);
}

inline hub::hub_settings hub_settings_of(unsigned threads,
                                         link::log_level level = link::log_level::warning) {
    hub::hub_settings made;
    made.io_threads = threads;
    made.log = level;
    return made;
}

// The code of the resock::error that `call` throws; ok where it throws none.
template<class Call>
status status_of(Call call, std::string* text = nullptr) {
    try {
        call();
    } catch (const error& thrown) {
        if (text) *text = thrown.what();
        return thrown.code();
    }
    return status::ok;
}

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// Set once by one thread, waited for by others.
class latch {
  public:
    void set() {
        const std::lock_guard guard(mutex_);
        set_ = true;
        changed_.notify_all();
    }
    bool is_set() const {
        const std::lock_guard guard(mutex_);
        return set_;
    }
    // False at the limit.
    bool wait() const {
        std::unique_lock guard(mutex_);
        return changed_.wait_for(guard, wait_limit, [this] { return set_; });
    }

  private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool set_ = false;
};

// The system's, but localhost is answered here: a test of TLS must not fail by a name server.
inline net::resolved local_lookup(const std::string& host, std::uint16_t port) {
    if (host != "localhost") return net::system_lookup(host, port);
    net::resolved answer;
    answer.endpoints.emplace_back(boost::asio::ip::address_v4::loopback(), port);
    return answer;
}

class application {
  public:
    explicit application(unsigned threads, net::lookup look = local_lookup,
                         link::log_level level = link::log_level::warning)
        : hub_(std::make_shared<hub::hub>(hub_settings_of(threads, level), std::move(look))) {}
    ~application() {
        free();
        hub_->close();
    }
    application(const application&) = delete;
    application& operator=(const application&) = delete;

    hub::hub_link& open(const std::string& url, const settings& wanted = {}) {
        free();
        link_ = hub_->open(link_settings_of(url, wanted), 7);
        return *link_;
    }
    void free() {
        if (link_) hub_->release(std::exchange(link_, nullptr));
    }
    hub::hub& hub() { return *hub_; }
    hub::hub_link& link() { return *link_; }
    link::state state() { return link_->status().state; }
    std::uint64_t send(std::string_view text) {
        hub::outgoing message;
        message.bytes = text;
        message.text = true;
        return link_->send(message);
    }

    // One poll; what came is kept.
    void poll(std::uint32_t timeout_ms = 5) {
        const std::size_t count = hub_->poll(timeout_ms, batch_);
        for (std::size_t i = 0; i < count; ++i)
            seen_.push_back(std::move(batch_[i]));
    }
    // Polls until `done`.
    template<class Done>
    void until(Done done) {
        const auto limit = std::chrono::steady_clock::now() + wait_limit;
        while (!done()) {
            if (std::chrono::steady_clock::now() > limit) FAIL("waited in vain; seen:" << story());
            poll();
        }
    }
    // The first event of `kind` behind those that were awaited before.
    const hub::event& await(hub::event_kind kind) {
        const auto limit = std::chrono::steady_clock::now() + wait_limit;
        for (;;) {
            while (next_ < seen_.size())
                if (const hub::event& each = *seen_[next_++]; each.kind == kind) return each;
            if (std::chrono::steady_clock::now() > limit)
                FAIL("no " << hub::to_string(kind) << "; seen:" << story());
            poll();
        }
    }
    const policy::disconnect_record& await_record(hub::event_kind kind) {
        return *await(kind).record();
    }
    // The event that was awaited last.
    const hub::event& last() const { return *seen_[next_ - 1]; }
    void await_open() { await(hub::event_kind::open); }
    // Until everything up to `id` is confirmed at its final level.
    void await_confirmed(std::uint64_t id, link::level level = link::level::received) {
        until([&] { return confirmed_through(level) >= id; });
    }

    const std::deque<hub::event_ptr>& seen() const { return seen_; }
    std::size_t count(hub::event_kind kind) const {
        return static_cast<std::size_t>(std::count_if(
            seen_.begin(), seen_.end(), [&](const auto& each) { return each->kind == kind; }));
    }
    std::vector<std::string> messages() const {
        std::vector<std::string> made;
        for (const auto& each : seen_)
            if (each->kind == hub::event_kind::message) made.emplace_back(each->bytes());
        return made;
    }
    std::uint64_t confirmed_through(link::level level = link::level::received) const {
        std::uint64_t through = 0;
        for (const auto& each : seen_)
            if (each->kind == hub::event_kind::confirmed &&
                each->level() == static_cast<std::uint32_t>(level))
                through = each->id();
        return through;
    }
    struct failure {
        std::uint64_t first;
        std::uint64_t last;
        link::fail_reason reason;
        bool operator==(const failure& other) const = default;
    };
    std::vector<failure> failures() const {
        std::vector<failure> made;
        for (const auto& each : seen_)
            if (each->kind == hub::event_kind::failed)
                made.push_back(
                    {each->id(), each->last_id(), static_cast<link::fail_reason>(each->reason())});
        return made;
    }
    // Everything polled, one event on a line.
    std::string story() const {
        std::ostringstream made;
        std::size_t messages = 0;
        for (const auto& each : seen_) {
            if (each->kind == hub::event_kind::message && ++messages > 10) continue;
            made << "\n  " << hub::to_string(each->kind) << ' ' << each->id();
            if (each->text()) made << ' ' << *each->text();
            if (each->kind == hub::event_kind::message) made << ' ' << each->bytes().substr(0, 40);
        }
        made << "\n  (" << messages << " messages)";
        return made.str();
    }

  private:
    std::shared_ptr<hub::hub> hub_;
    std::shared_ptr<hub::hub_link> link_;
    std::array<hub::event_ptr, 256> batch_;
    std::deque<hub::event_ptr> seen_;
    std::size_t next_ = 0;
};

} // namespace resock::test
