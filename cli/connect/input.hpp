// Standard input, cut into messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

// Reads a descriptor that poll(2) says is readable, and never waits otherwise. Holds at most one
// message and one block.
class input {
  public:
    // Lines, without their newline, of at most `line_max` bytes (more: see read_some).
    static input lines(int fd, std::size_t line_max);
    // What one read gives, at most `chunk` bytes.
    static input chunks(int fd, std::size_t chunk);

    // One read(2). Throws std::runtime_error with a sentence where reading fails or a line is
    // longer than allowed.
    void read_some();
    // The next message that is complete; valid until pop() or read_some().
    std::optional<std::string_view> front();
    void pop();
    // The end was read; messages may still wait in front().
    bool ended() const { return ended_; }
    // Stop reading: as if the end had been read here, with nothing left.
    void give_up();
    // How many messages pop() has taken off.
    std::uint64_t taken() const { return popped_; }
    // "line 3 of standard input", of front().
    std::string where() const;
    const char* unit() const { return by_lines_ ? "lines" : "chunks"; }

  private:
    input(int fd, std::size_t block, std::size_t line_max, bool by_lines);

    int fd_;
    std::size_t block_; // bytes asked of one read(2)
    std::size_t line_max_;
    bool by_lines_;
    bool ended_ = false;
    std::uint64_t popped_ = 0;
    std::string buffer_;
    std::size_t begin_ = 0;   // of the next message in buffer_
    std::size_t scanned_ = 0; // no newline between begin_ and here
    std::size_t length_ = 0;  // of front(), where it is known
    bool known_ = false;
};

} // namespace cli
