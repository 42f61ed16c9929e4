#include "common/output.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace cli {

namespace {

constexpr std::size_t full_bytes = 1 << 20;
constexpr int pieces_at_once = 64; // then other descriptors have their turn

// A pipe or terminal that is writable takes PIPE_BUF bytes at once; a file takes anything.
std::size_t piece_of(int fd) {
    struct stat found = {};
    const bool is_file = fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
    return is_file ? full_bytes : PIPE_BUF;
}

bool is_writable(int fd) {
    pollfd asked = {fd, POLLOUT, 0};
    return poll(&asked, 1, 0) == 1;
}

} // namespace

output::output(int fd, bool raw)
    : fd_(fd)
    , raw_(raw)
    , piece_(piece_of(fd)) {
}

void output::add(std::string_view message, bool is_text, std::shared_ptr<const void> kept) {
    if (broken_) {
        if (kept) kept_.push_back({added_, std::move(kept)});
        return;
    }
    const std::size_t before = buffer_.size();
    if (raw_ || is_text) {
        buffer_ += message;
    } else {
        buffer_ += "base64:";
        append_base64(buffer_, message);
    }
    if (!raw_) buffer_ += '\n';
    added_ += buffer_.size() - before;
    if (kept && !empty()) kept_.push_back({added_, std::move(kept)});
}

bool output::full() const {
    return buffer_.size() - written_ >= full_bytes;
}

// False where the descriptor takes no more.
bool output::write_piece() {
    const std::size_t size = std::min(piece_, buffer_.size() - written_);
    const ssize_t wrote = write(fd_, buffer_.data() + written_, size);
    if (wrote < 0) {
        if (errno == EINTR) return true;
        if (errno == EAGAIN) return false;
        broken_ = true;
        buffer_.clear();
        written_ = 0;
        return false;
    }
    written_ += static_cast<std::size_t>(wrote);
    const std::uint64_t through = added_ - (buffer_.size() - written_);
    while (!kept_.empty() && kept_.front().end <= through)
        kept_.pop_front();
    return true;
}

void output::write_some() {
    for (int i = 0; i < pieces_at_once && !empty() && is_writable(fd_); ++i) {
        if (!write_piece()) break;
    }
    // Moving the rest to the front costs; it is done once it is the smaller part.
    if (written_ * 2 >= buffer_.size()) {
        buffer_.erase(0, written_);
        written_ = 0;
    }
}

void output::drain(int stop_fd) {
    while (!empty()) {
        pollfd waited[] = {{fd_, POLLOUT, 0}, {stop_fd, POLLIN, 0}};
        if (poll(waited, 2, -1) < 0 && errno != EINTR) return;
        if (waited[1].revents != 0) return;
        if (waited[0].revents != 0) write_some();
    }
}

void append_base64(std::string& to, std::string_view bytes) {
    static constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte = [&](std::size_t at) -> unsigned {
        return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
    };
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const unsigned group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        const std::size_t left = bytes.size() - at;
        to += digits[group >> 18 & 63];
        to += digits[group >> 12 & 63];
        to += left > 1 ? digits[group >> 6 & 63] : '=';
        to += left > 2 ? digits[group & 63] : '=';
    }
}

} // namespace cli
