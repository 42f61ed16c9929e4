#include "connect/input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::size_t read_block = 64 * 1024;

} // namespace

input::input(int fd, std::size_t block, std::size_t line_max, bool by_lines)
    : fd_(fd)
    , block_(block)
    , line_max_(line_max)
    , by_lines_(by_lines) {
}

input input::lines(int fd, std::size_t line_max) {
    return input(fd, read_block, line_max, true);
}

input input::chunks(int fd, std::size_t chunk) {
    return input(fd, chunk, chunk, false);
}

void input::read_some() {
    if (ended_) return;
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    const std::size_t held = buffer_.size();
    buffer_.resize(held + block_);
    const ssize_t got = read(fd_, buffer_.data() + held, block_);
    const int error = errno;
    buffer_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) ended_ = true;
    if (got < 0 && error != EAGAIN && error != EINTR)
        throw std::runtime_error(std::string("standard input cannot be read: ") +
                                 std::strerror(error));
    if (by_lines_ && !front() && buffer_.size() > line_max_)
        throw std::runtime_error(where() + " is longer than message.max (" +
                                 std::to_string(line_max_) +
                                 " bytes): raise it with "
                                 "--set message.max=SIZE, or send chunks with --binary");
}

std::optional<std::string_view> input::front() {
    if (!known_) {
        const std::size_t size = buffer_.size();
        const std::size_t newline = by_lines_ ? buffer_.find('\n', scanned_) : std::string::npos;
        scanned_ = newline == std::string::npos ? size : newline;
        // Chunks are complete as they are; so is a last line without a newline.
        known_ = newline != std::string::npos || (size > begin_ && (!by_lines_ || ended_));
        if (!known_) return std::nullopt;
        length_ = scanned_ - begin_;
    }
    return std::string_view(buffer_).substr(begin_, length_);
}

void input::pop() {
    if (!front()) return;
    begin_ = std::min(begin_ + length_ + (by_lines_ ? 1 : 0), buffer_.size());
    scanned_ = begin_;
    known_ = false;
    ++popped_;
}

void input::give_up() {
    ended_ = true;
    known_ = false;
    buffer_.clear();
    begin_ = scanned_ = 0;
}

std::string input::where() const {
    return (by_lines_ ? "line " : "chunk ") + std::to_string(popped_ + 1) + " of standard input";
}

} // namespace cli
