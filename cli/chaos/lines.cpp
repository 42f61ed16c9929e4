#include "chaos/lines.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <string_view>
#include <unistd.h>

namespace cli {

namespace {

constexpr int last_wait_ms = 1000;

} // namespace

void lines::add(const std::string& line) {
    if (!put(line, 0)) ++skipped_;
}

void lines::add_last(const std::string& line) {
    put(line, last_wait_ms);
}

// A pipe or terminal that is writable takes PIPE_BUF bytes at once.
bool lines::put(const std::string& line, int wait_ms) {
    const std::string whole = line + '\n';
    std::string_view left = whole;
    while (!broken_ && !left.empty()) {
        pollfd asked = {fd_, POLLOUT, 0};
        if (left.size() == whole.size() && poll(&asked, 1, wait_ms) == 0) return false;
        const ssize_t wrote = write(fd_, left.data(), std::min<std::size_t>(left.size(), PIPE_BUF));
        if (wrote >= 0)
            left.remove_prefix(static_cast<std::size_t>(wrote));
        else if (errno == EAGAIN && left.size() == whole.size())
            return false;
        else if (errno == EAGAIN) // half a line would spoil the next one, too
            broken_ = poll(&asked, 1, last_wait_ms) == 0;
        else if (errno != EINTR)
            broken_ = true;
    }
    return true;
}

} // namespace cli
