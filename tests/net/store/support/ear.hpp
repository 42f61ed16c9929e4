// Hears what a channel of a store is told, and waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/store/session_store.hpp"

namespace resock::test {

class ear {
  public:
    struct failure {
        std::string text;
        bool for_good = false;
    };

    net::store_callbacks callbacks() {
        return {[this](std::uint64_t through) { hear([&] { stored_.push_back(through); }); },
                [this](const std::string& text, bool for_good) {
                    hear([&] { failures_.push_back({text, for_good}); });
                }};
    }
    void wait_stored(std::uint64_t through) {
        wait([&] { return !stored_.empty() && stored_.back() >= through; });
    }
    void wait_either(std::uint64_t through) {
        wait([&] { return !failures_.empty() || (!stored_.empty() && stored_.back() >= through); });
    }
    failure wait_failed(std::size_t count = 1) {
        wait([&] { return failures_.size() >= count; });
        return failures()[count - 1];
    }
    std::vector<std::uint64_t> stored() const {
        const std::lock_guard lock(mutex_);
        return stored_;
    }
    std::vector<failure> failures() const {
        const std::lock_guard lock(mutex_);
        return failures_;
    }

  private:
    template<class Change>
    void hear(Change change) {
        {
            const std::lock_guard lock(mutex_);
            change();
        }
        changed_.notify_all();
    }
    template<class Done>
    void wait(Done done) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(60), done))
            throw std::runtime_error("the store has told nothing for 60 s");
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::uint64_t> stored_;
    std::vector<failure> failures_;
};

} // namespace resock::test
