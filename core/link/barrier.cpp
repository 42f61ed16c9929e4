#include "link/barrier.hpp"

#include <boost/endian/conversion.hpp>

namespace resock::link {

void barrier::staged(std::uint64_t id, std::uint64_t bytes, time_point now) {
    through_ = id;
    if (messages_ == 0) first_staged_ = now;
    ++messages_;
    bytes_ += bytes;
}

bool barrier::may_ask() const {
    return asks_ && (messages_ > 0 || wanted_) && !waits_to_be_written() &&
           unanswered_.size() < max_open_;
}

std::optional<time_point> barrier::deadline() const {
    if (!may_ask()) return std::nullopt;
    return due_at();
}

barrier::ping_payload barrier::next_payload() const {
    ping_payload made;
    auto* bytes = reinterpret_cast<unsigned char*>(made.data());
    boost::endian::store_big_u64(bytes, connection_);
    boost::endian::store_big_u64(bytes + 8, counter_ + 1);
    return made;
}

void barrier::asked(std::uint64_t end, time_point now) {
    unanswered_.push_back({++counter_, through_, end, now, false});
    last_asked_ = now;
    bytes_ = messages_ = 0;
    wanted_ = false;
}

void barrier::written(std::uint64_t total, time_point now) {
    if (unanswered_.empty()) return;
    // At most one question waits to be written, and it is the last.
    question& last = unanswered_.back();
    if (last.written || last.end > total) return;
    last.written = true;
    last.at = now;
}

std::optional<barrier::answer> barrier::take(std::uint64_t counter, time_point now) {
    std::optional<answer> found;
    while (!unanswered_.empty() && unanswered_.front().counter <= counter &&
           unanswered_.front().written) {
        found = answer{unanswered_.front().through, now - unanswered_.front().at};
        unanswered_.pop_front();
    }
    return found;
}

std::optional<barrier::answer> barrier::pong(std::string_view payload, time_point now) {
    if (payload.size() != ping_payload().size()) return std::nullopt;
    const auto* bytes = reinterpret_cast<const unsigned char*>(payload.data());
    if (boost::endian::load_big_u64(bytes) != connection_) return std::nullopt;
    const std::uint64_t counter = boost::endian::load_big_u64(bytes + 8);
    if (counter == 0 || counter > counter_) return std::nullopt;
    // Nobody can have read a question that was not yet written.
    if (counter == counter_ && waits_to_be_written()) return std::nullopt;
    return take(counter, now);
}

std::optional<barrier::answer> barrier::text_answer(time_point now) {
    return unanswered_.empty() ? std::nullopt : take(unanswered_.front().counter, now);
}

std::optional<time_point> barrier::oldest_written() const {
    if (unanswered_.empty() || !unanswered_.front().written) return std::nullopt;
    return unanswered_.front().at;
}

} // namespace resock::link
