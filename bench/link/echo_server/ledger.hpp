#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <vector>

namespace bench {

// What the server has seen on all connections together.
class ledger {
  public:
    explicit ledger(bool tally)
        : tally_(tally) {}

    // The number of a message that makes the server reset the connection.
    static constexpr std::uint64_t cut_number = UINT64_MAX;

    bool tallies() const { return tally_; }

    void connected() { ++connections_; }
    void began(std::uint64_t number); // only with tally
    void completed() {
        ++messages_;
        if (cut_at_ns_ != 0) recovered();
    }
    void cut();

    boost::json::object report() const;

  private:
    void recovered();

    bool tally_;
    std::uint64_t connections_ = 0;
    std::uint64_t messages_ = 0;
    std::vector<bool> seen_; // by number
    std::uint64_t distinct_ = 0;
    std::uint64_t twice_ = 0;
    std::uint64_t out_of_order_ = 0;
    std::uint64_t out_of_range_ = 0;
    std::int64_t cut_at_ns_ = 0;
    std::vector<std::int64_t> recover_ns_;
};

} // namespace bench
