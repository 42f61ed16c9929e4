#include "chaos/engine/delay_line.hpp"

#include <algorithm>

namespace chaos {

namespace {

using seconds = std::chrono::duration<double>;

// A narrow line holds what it carries in this time beyond its delay; the sender feels the rest.
constexpr seconds narrow_line{0.1};
constexpr double narrow_pieces_per_s = 50;
constexpr std::size_t piece_cost = 128; // of memory, beside its bytes

std::size_t capacity_of(const settings& faults) {
    if (faults.bandwidth == 0) return faults.buffer_bytes;
    const double carried = static_cast<double>(faults.bandwidth) *
                           (seconds(faults.delay + faults.jitter) + narrow_line).count();
    return static_cast<std::size_t>(
        std::clamp(carried, 1.0, static_cast<double>(faults.buffer_bytes)));
}

} // namespace

delay_line::delay_line(const settings& faults, std::uint64_t connection, way direction)
    : delay_(faults.delay)
    , jitter_(faults.jitter)
    , bandwidth_(static_cast<double>(faults.bandwidth))
    , is_shaped_(faults.delay.count() > 0 || faults.jitter.count() > 0 || faults.bandwidth > 0)
    , capacity_(capacity_of(faults))
    , buffer_bytes_(faults.buffer_bytes) {
    if (faults.jitter.count() > 0)
        dice_.emplace(faults.seed, connection,
                      direction == way::to_server ? dice::jitter_to_server
                                                  : dice::jitter_to_client);
}

std::size_t delay_line::room() const {
    const std::size_t cost = held_bytes_ + pieces_.size() * piece_cost;
    if (held_bytes_ >= capacity_ || cost >= buffer_bytes_) return 0;
    return std::min(capacity_ - held_bytes_, buffer_bytes_ - cost);
}

void delay_line::add(const char* data, std::size_t size, clock::time_point now) {
    std::size_t step = size;
    if (bandwidth_ > 0)
        step = static_cast<std::size_t>(
            std::clamp(bandwidth_ / narrow_pieces_per_s, 1.0, static_cast<double>(size)));
    for (std::size_t at = 0; at < size; at += step)
        append(data + at, std::min(step, size - at), now);
}

void delay_line::append(const char* data, std::size_t size, clock::time_point now) {
    pieces_.push_back({due_of(size, now), std::vector<char>(data, data + size), 0, ending::none});
    held_bytes_ += size;
}

void delay_line::add_end(ending end, clock::time_point now) {
    pieces_.push_back({due_of(0, now), {}, 0, end});
}

clock::time_point delay_line::due_of(std::size_t size, clock::time_point now) {
    free_at_ = std::max(free_at_, now);
    if (bandwidth_ > 0)
        free_at_ += std::chrono::duration_cast<clock::duration>(
            seconds(static_cast<double>(size) / bandwidth_));
    clock::time_point due = free_at_ + delay_;
    if (dice_)
        due += std::chrono::duration_cast<clock::duration>(seconds(jitter_) * dice_->uniform());
    last_due_ = std::max(last_due_, due); // what was sent later does not arrive earlier
    return last_due_;
}

void delay_line::written(std::size_t size) {
    piece& first = pieces_.front();
    first.written += size;
    held_bytes_ -= size;
    if (first.written == first.bytes.size()) pieces_.pop_front();
}

void delay_line::clear() {
    pieces_.clear();
    held_bytes_ = 0;
}

} // namespace chaos
