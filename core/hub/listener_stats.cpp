#include "hub/listener_stats.hpp"

#include <boost/json.hpp>

#include "wire/utf8.hpp"

namespace resock::hub {

namespace json = boost::json;

namespace {
constexpr std::size_t max_why = 1024;

std::string status_name(int status) {
    return status == 0 ? "none" : std::to_string(status);
}
} // namespace

void listener_stats::accepted() {
    const std::lock_guard guard(mutex_);
    ++accepted_;
}

void listener_stats::refused(refused_opening what) {
    what.why = wire::shown_utf8(what.why, max_why);
    const std::lock_guard guard(mutex_);
    ++refused_[what.status];
    if (history_.size() == max_history) history_.pop_front();
    history_.push_back(std::move(what));
}

void listener_stats::dropped() {
    const std::lock_guard guard(mutex_);
    ++dropped_;
}

std::string listener_stats::json(const listener_numbers& now) const {
    const std::lock_guard guard(mutex_);
    json::object made;
    made["state"] = now.state;
    made["addresses"] = json::array(now.addresses.begin(), now.addresses.end());
    made["connections"] = now.connections;
    made["links"] = now.links;
    made["requests"] = now.requests;
    made["memory_bytes"] = now.memory_bytes;
    made["accepted"] = accepted_;
    json::object refused;
    for (const auto& [status, count] : refused_)
        refused[status_name(status)] = count;
    made["refused"] = std::move(refused);
    made["dropped"] = dropped_;
    return json::serialize(made);
}

std::string listener_stats::history_json() const {
    const std::lock_guard guard(mutex_);
    json::array made;
    for (const refused_opening& each : history_)
        made.push_back(
            json::object{{"address", each.address},
                         {"status", each.status ? json::value(each.status) : json::value(nullptr)},
                         {"why", each.why}});
    return json::serialize(made);
}

std::uint64_t listener_stats::accepted_count() const {
    const std::lock_guard guard(mutex_);
    return accepted_;
}

std::uint64_t listener_stats::refused_count() const {
    const std::lock_guard guard(mutex_);
    std::uint64_t count = dropped_;
    for (const auto& [status, each] : refused_)
        count += each;
    return count;
}

} // namespace resock::hub
