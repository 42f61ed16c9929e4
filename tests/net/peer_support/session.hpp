// A hub with one link, and a tally of everything that its events said.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/hub.hpp"

namespace resock::test {

using option_list = std::vector<std::pair<std::string, std::string>>;

struct seen_message {
    bool text = false;
    std::string bytes;
    bool operator==(const seen_message&) const = default;
};
struct seen_failure {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    link::fail_reason reason{};
};
struct seen_end { // DOWN
    policy::disconnect_record record;
    bool was_open = false;
};

class session {
  public:
    // Messages are kept in messages() only with `keep`, else counted.
    session(const std::string& url, const option_list& options, unsigned io_threads = 1,
            bool keep = true);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    std::uint64_t text(std::string_view bytes) { return send(bytes, true); }
    std::uint64_t binary(std::string_view bytes) { return send(bytes, false); }
    std::uint64_t send(std::string_view bytes, bool text);
    // Takes what is there, or waits for it up to the limit.
    void poll(std::uint32_t timeout_ms);
    // Polls until `done`; fails the test, saying what was seen, if that does not come.
    void until(const std::string& what, const std::function<bool()>& done);
    void until_open();
    void until_confirmed(); // everything sent, at the final level
    // Closes and polls until CLOSED.
    void close(std::uint16_t code = 1000, std::string_view reason = "");
    // `count` messages at about `rate` a second; `message(n)` gives the n-th, from 1. Ends early
    // where `enough` says so. Returns how many were sent.
    std::uint64_t send_paced(std::uint64_t count, double rate,
                             const std::function<std::string(std::uint64_t)>& message,
                             const std::function<bool(std::uint64_t)>& enough = {});

    // ---- what was seen ----
    std::uint64_t sent = 0; // messages accepted
    std::vector<seen_message> messages;
    std::uint64_t received = 0;
    std::array<std::uint64_t, 5> confirmed{}; // through, by level
    std::vector<seen_failure> failures;
    std::vector<hub::open_info> opens;
    std::vector<seen_end> downs;
    std::vector<std::string> warnings;
    bool closed = false;
    policy::disconnect_record last;                  // of CLOSED
    std::function<void(const hub::event&)> on_event; // called with each, after it was counted

    std::uint64_t through(link::level level) const {
        return confirmed[static_cast<std::size_t>(level)];
    }
    // DOWN events of connections that had been open.
    std::size_t breaks() const;
    std::string story() const;
    hub::hub_link& link() { return *link_; }
    std::chrono::seconds patience{60}; // of until(), from its call

  private:
    void count(const hub::event&);

    std::shared_ptr<hub::hub> hub_;
    std::shared_ptr<hub::hub_link> link_;
    bool keep_;
};

} // namespace resock::test
