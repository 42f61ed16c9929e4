#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "job/message.hpp"

namespace bench {

// Whether each message came back once, unaltered and in its order.
class echo_check {
  public:
    explicit echo_check(std::size_t size, std::uint64_t total)
        : like_(size)
        , total_(total) {}

    void arrived(std::string_view echo) {
        if (like_.is_like(echo) && numbered_message::number_of(echo) == next_ && next_ < total_ &&
            seen_.empty()) {
            ++next_;
            ++distinct_;
            return;
        }
        arrived_otherwise(echo);
    }

    // Different ones.
    std::uint64_t count() const { return distinct_; }
    std::uint64_t total() const { return total_; }

    // lost, twice, out_of_order, wrong.
    void report(boost::json::object& into) const;

  private:
    void arrived_otherwise(std::string_view echo);

    numbered_message like_;
    std::uint64_t total_;
    std::uint64_t next_ = 0; // one above the highest that came
    std::uint64_t distinct_ = 0;
    std::uint64_t twice_ = 0;
    std::uint64_t out_of_order_ = 0;
    std::uint64_t wrong_ = 0;
    std::vector<bool> seen_; // by number; empty as long as all is in order
};

} // namespace bench
