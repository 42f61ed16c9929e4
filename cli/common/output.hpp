// Standard output: messages that arrived, buffered, never waited for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace cli {

class output {
  public:
    // raw: messages as they are, with nothing between them; else one line each, a binary message
    // as "base64:" and its bytes in base64.
    output(int fd, bool raw);

    // `kept` is released once the message has been written whole: with a session the library then
    // tells the peer that it is processed. What could not be written stays kept until the end.
    void add(std::string_view message, bool is_text, std::shared_ptr<const void> kept);
    // Releases what is kept, written or not.
    void release() { kept_.clear(); }
    bool empty() const { return written_ == buffer_.size(); }
    // More than a fixed bound waits: take no more messages until it has been written.
    bool full() const;
    // Writes what goes without waiting; to be called when poll(2) says writable.
    void write_some();
    // Waits until all is written, nobody reads any more, or `stop_fd` is readable (-1: none).
    void drain(int stop_fd);
    // Nobody reads any more (EPIPE) or writing failed: what is added is thrown away.
    bool broken() const { return broken_; }

  private:
    struct kept_until {
        std::uint64_t end; // of its message, counted from the first byte ever added
        std::shared_ptr<const void> what;
    };

    bool write_piece();

    int fd_;
    bool raw_;
    std::size_t piece_; // bytes that one write(2) takes without waiting
    std::string buffer_;
    std::size_t written_ = 0; // of buffer_
    std::uint64_t added_ = 0; // bytes, ever
    std::deque<kept_until> kept_;
    bool broken_ = false;
};

// RFC 4648 section 4, appended to `to`.
void append_base64(std::string& to, std::string_view bytes);

} // namespace cli
