// What a listener tells of the connections that came: numbers, and the last that were not let in.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace resock::hub {

// A connection that did not become a link.
struct refused_opening {
    std::string address; // "192.0.2.1:4711"
    int status = 0;      // that was answered; 0: none
    std::string why;
};

struct listener_numbers { // now
    std::vector<std::string> addresses;
    std::string state; // "accepting", "draining", "closed"
    std::uint64_t connections = 0;
    std::uint64_t links = 0;
    std::uint64_t requests = 0; // that wait for the application
    std::uint64_t memory_bytes = 0;
};

// Any thread.
class listener_stats {
  public:
    // Records kept for history.
    static constexpr std::size_t max_history = 64;

    void accepted();
    void refused(refused_opening);
    void dropped(); // closed without a word: more in excess than are answered

    // {"state":"accepting","addresses":["ws://127.0.0.1:8080"],"connections":3,"links":2,
    //  "requests":0,"memory_bytes":512,"accepted":7,"refused":{"403":1,"none":2},"dropped":0}
    std::string json(const listener_numbers&) const;
    // [{"address":"192.0.2.1:4711","status":403,"why":"…"}, …], oldest first; status null where
    // nothing was answered.
    std::string history_json() const;
    std::uint64_t accepted_count() const;
    std::uint64_t refused_count() const; // those dropped too

  private:
    mutable std::mutex mutex_; // of all below
    std::uint64_t accepted_ = 0;
    std::uint64_t dropped_ = 0;
    std::map<int, std::uint64_t> refused_; // by status
    std::deque<refused_opening> history_;
};

} // namespace resock::hub
