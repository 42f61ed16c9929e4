// Lines on a descriptor that may be read slowly or not at all, without ever waiting for it.
#pragma once

#include <cstdint>
#include <string>

namespace cli {

class lines {
  public:
    explicit lines(int fd)
        : fd_(fd) {}

    // Writes the line and its end, if that goes at once. Else it is skipped and counted.
    void add(const std::string& line);
    // Likewise, but waits up to a second until it goes.
    void add_last(const std::string& line);
    std::uint64_t skipped() const { return skipped_; }
    // Nobody reads any more: whatever is added is thrown away.
    bool broken() const { return broken_; }

  private:
    bool put(const std::string& line, int wait_ms);

    int fd_;
    std::uint64_t skipped_ = 0;
    bool broken_ = false;
};

} // namespace cli
