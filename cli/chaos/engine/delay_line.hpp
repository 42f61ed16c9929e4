// The bytes that are on their way in one direction: each piece has the time at which it arrives.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "chaos/engine/dice.hpp"
#include "chaos/engine/settings.hpp"

namespace chaos {

using clock = std::chrono::steady_clock;

class delay_line {
  public:
    enum class ending { none, fin, rst };
    struct piece {
        clock::time_point due;
        std::vector<char> bytes;
        std::size_t written = 0; // of bytes
        ending end = ending::none;
    };

    delay_line(const settings& faults, std::uint64_t connection, way direction);

    // Nothing is held and nothing is to be delayed: bytes may go past the line.
    bool may_be_passed() const { return !is_shaped_ && pieces_.empty(); }
    // Bytes that it takes now; 0: the sender has to wait.
    std::size_t room() const;
    // At most room() bytes.
    void add(const char* data, std::size_t size, clock::time_point now);
    // Arrives behind what is held; there is always room for it.
    void add_end(ending end, clock::time_point now);

    bool empty() const { return pieces_.empty(); }
    const piece& front() const { return pieces_.front(); }
    // `size` bytes of front() were written; a piece that is written whole is gone.
    void written(std::size_t size);
    void remove_end() { pieces_.pop_front(); }
    void clear();

  private:
    void append(const char* data, std::size_t size, clock::time_point now);
    clock::time_point due_of(std::size_t size, clock::time_point now);

    clock::duration delay_;
    clock::duration jitter_;
    double bandwidth_; // bytes/s, 0: no limit
    bool is_shaped_;
    std::size_t capacity_;     // bytes
    std::size_t buffer_bytes_; // bytes and what each piece costs
    std::optional<dice> dice_;
    std::deque<piece> pieces_;
    std::size_t held_bytes_ = 0;
    clock::time_point free_at_; // the line has carried everything that was added
    clock::time_point last_due_;
};

} // namespace chaos
