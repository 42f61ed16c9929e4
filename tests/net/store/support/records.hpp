// Records at random, and what they lead to, written from the contract of session/record.hpp alone.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "net/store/session_store.hpp"

namespace resock::test {

session::sid_bytes sid_of(std::uint64_t number);
session::record::created created_of(std::uint64_t number, const std::string& principal = "");
session::record::queued queued_of(std::uint64_t seq, const std::string& text);
session::record::arrived arrived_of(std::uint64_t seq, const std::string& text);
session::record::ended ended_of(std::int64_t until_unix_s);

// Records in braces; a list of move-only values cannot be written as one.
template<class... T>
session::records records_of(T&&... each) {
    session::records made;
    (made.emplace_back(std::forward<T>(each)), ...);
    return made;
}

// Everything that stands in it, as text: differences can be read.
std::string described(const session::saved&);
std::string described(const net::tombstone&);
std::string described(const net::session_store::loaded&); // sorted by sid

// The state after some records.
class model {
  public:
    explicit model(net::store_purpose purpose = net::store_purpose::table)
        : purpose_(purpose) {}
    void apply(const session::sid_bytes& of, const session::record::any&);
    std::string described() const;
    const session::saved& at(const session::sid_bytes& sid) const { return sessions_.at(sid); }

  private:
    net::store_purpose purpose_;
    std::map<session::sid_bytes, session::saved> sessions_;
    std::map<session::sid_bytes, net::tombstone> tombstones_;
};

// One session's records; the same for the same seed.
class record_stream {
  public:
    record_stream(std::uint32_t seed, std::uint64_t sid_number)
        : random_(seed)
        , sizes_(seed)
        , number_(sid_number) {}
    session::record::any next();
    session::records next_batch(std::size_t most);

  private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    std::string bytes();
    session::record::any next_alive();
    session::record::queued queue();

    std::mt19937 random_;
    std::mt19937 sizes_; // of batches: they do not change the records
    std::uint64_t number_;
    bool alive_ = false;
    std::uint64_t epoch_ = 0, sent_ = 0, acked_ = 0, recv_ = 0, done_ = 0;
    std::uint64_t last_first_ = 0, last_frames_ = 0;
};

} // namespace resock::test
