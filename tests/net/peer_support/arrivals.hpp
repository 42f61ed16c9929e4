// What a server has written down (--record), compared with what was sent.
#pragma once

#include <cstdint>
#include <string>

namespace resock::test {

// The n-th message of a run: its number, filled to `size` bytes.
std::string numbered(std::uint64_t n, std::size_t size);

struct arrivals {
    std::uint64_t total = 0;
    std::uint64_t distinct = 0;
    std::uint64_t doubles = 0; // total - distinct
    std::uint64_t lost = 0;    // of those that were sent
    bool in_order = true;      // the first arrivals ascend
    bool whole = true;         // every line is a message as numbered() made it
};

// Of messages 1 to `sent` made by numbered(…, size), one a line in `file`.
arrivals read_arrivals(const std::string& file, std::uint64_t sent, std::size_t size);

} // namespace resock::test
