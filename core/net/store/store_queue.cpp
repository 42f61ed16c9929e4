#include "net/store/store_queue.hpp"

#include <utility>
#include <variant>

namespace resock::net {

std::size_t weight_of(const session::record::any& record) {
    const auto payload_of = [](const auto& each) -> std::size_t {
        if constexpr (requires { each.data.size(); })
            return each.data.size();
        else
            return 0;
    };
    return sizeof(record) + std::visit(payload_of, record);
}

void store_queue::push(job added) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return;
        jobs_.push_back(std::move(added));
        wake = std::exchange(idle_, false);
    }
    if (wake) changed_.notify_one();
}

bool store_queue::take(jobs& batch, std::size_t factor) {
    std::size_t records = 0;
    std::size_t bytes = 0;
    const auto count = [&](const job& each) {
        records += each.records.size();
        for (const auto& record : each.records)
            bytes += weight_of(record);
    };
    for (const job& each : batch)
        count(each);
    const std::lock_guard lock(mutex_);
    while (!jobs_.empty() && records < max_batch_records * factor &&
           bytes < max_batch_bytes * factor) {
        count(jobs_.front());
        batch.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
    }
    return !batch.empty();
}

bool store_queue::wait() {
    std::unique_lock lock(mutex_);
    while (jobs_.empty() && !closing_) {
        idle_ = true;
        changed_.wait(lock);
    }
    idle_ = false;
    return !jobs_.empty();
}

bool store_queue::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return closing_; });
}

void store_queue::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
}

bool store_queue::idle() const {
    const std::lock_guard lock(mutex_);
    return jobs_.empty() && !closing_;
}

} // namespace resock::net
