// Watches what a link tells of its messages: every accepted id ends exactly once, in CONFIRMED at
// the final level or in FAILED, and the budget that comes back is the budget that was taken.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "link/actions.hpp"

namespace resock::link {

class ends {
  public:
    enum class fate { living, confirmed, failed };

    explicit ends(level final_level = level::received)
        : final_(final_level) {}

    void accepted(std::uint64_t id, std::uint64_t bytes) {
        if (id != ids_.size() + 1) broken("id " + std::to_string(id) + " is not the next");
        ids_.push_back({fate::living, fail_reason::not_sent, bytes});
        held_messages_ += 1;
        held_bytes_ += bytes;
    }

    // Ids that reached the final level with this event.
    std::vector<std::uint64_t> on(const out::confirmed& told) {
        std::vector<std::uint64_t> now;
        std::uint64_t& through = told.level == final_ ? through_ : progress_;
        if (told.through < through) broken("CONFIRMED went back to " + text(told.through));
        if (told.through > ids_.size()) broken("CONFIRMED of an unknown id " + text(told.through));
        if (told.level != final_) {
            if (told.messages != 0 || told.bytes != 0) broken("progress gave budget back");
            through = told.through;
            return now;
        }
        give_back(told.messages, told.bytes);
        for (; through_ < told.through && through_ < ids_.size(); ++through_) {
            entry& each = ids_[through_];
            if (each.end == fate::failed) continue;
            each.end = fate::confirmed;
            now.push_back(through_ + 1);
        }
        return now;
    }

    void on(const out::failed& told) {
        if (told.first == 0 || told.first > told.last || told.last > ids_.size())
            return broken("FAILED of a wrong range from " + text(told.first));
        std::uint64_t bytes = 0;
        for (std::uint64_t id = told.first; id <= told.last; ++id) {
            entry& each = ids_[id - 1];
            if (each.end != fate::living) broken("id " + text(id) + " ended twice");
            each.end = fate::failed;
            each.why = told.reason;
            bytes += each.bytes;
        }
        if (told.messages != told.last - told.first + 1 || told.bytes != bytes)
            broken("FAILED counts wrong at " + text(told.first));
        give_back(told.messages, told.bytes);
    }

    fate of(std::uint64_t id) const { return ids_.at(id - 1).end; }
    fail_reason why(std::uint64_t id) const { return ids_.at(id - 1).why; }
    std::uint64_t count(fate wanted) const {
        std::uint64_t found = 0;
        for (const entry& each : ids_)
            found += each.end == wanted;
        return found;
    }
    std::uint64_t count(fail_reason wanted) const {
        std::uint64_t found = 0;
        for (const entry& each : ids_)
            found += each.end == fate::failed && each.why == wanted;
        return found;
    }
    std::uint64_t accepted() const { return ids_.size(); }
    std::uint64_t held_messages() const { return held_messages_; }
    std::uint64_t held_bytes() const { return held_bytes_; }

    // The link is over: nothing may be left. The first thing that went wrong, "" where nothing did.
    const std::string& finished() {
        for (std::size_t i = 0; i < ids_.size() && first_.empty(); ++i)
            if (ids_[i].end == fate::living) broken("id " + text(i + 1) + " never ended");
        if (held_messages_ != 0 || held_bytes_ != 0)
            broken("budget never came back: " + text(held_messages_) + " messages, " +
                   text(held_bytes_) + " bytes");
        return first_;
    }
    const std::string& first_broken() const { return first_; }

  private:
    struct entry {
        fate end;
        fail_reason why;
        std::uint64_t bytes;
    };
    static std::string text(std::uint64_t number) { return std::to_string(number); }
    void broken(std::string what) {
        if (first_.empty()) first_ = std::move(what);
    }
    void give_back(std::uint64_t messages, std::uint64_t bytes) {
        if (messages > held_messages_ || bytes > held_bytes_) broken("more budget back than taken");
        held_messages_ -= messages;
        held_bytes_ -= bytes;
    }

    level final_;
    std::vector<entry> ids_;
    std::uint64_t through_ = 0;
    std::uint64_t progress_ = 0;
    std::uint64_t held_messages_ = 0;
    std::uint64_t held_bytes_ = 0;
    std::string first_;
};

} // namespace resock::link
