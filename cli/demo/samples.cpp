#include "demo/samples.hpp"

namespace demo {

namespace {

constexpr std::size_t most_samples = 1200;

} // namespace

void samples::add(const sample& taken) {
    if (all_.empty() || taken.at_s - all_.back().at_s >= interval_s_) add_last(taken);
}

void samples::add_last(const sample& taken) {
    if (all_.size() == most_samples) {
        for (std::size_t i = 0; i < most_samples / 2; ++i)
            all_[i] = all_[2 * i];
        all_.resize(most_samples / 2);
        interval_s_ *= 2;
    }
    all_.push_back(taken);
}

} // namespace demo
