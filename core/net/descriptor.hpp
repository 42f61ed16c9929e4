// A file descriptor with one owner.
#pragma once

#include <unistd.h>
#include <utility>

namespace resock::net {

class descriptor {
  public:
    explicit descriptor(int fd = -1)
        : fd_(fd) {}
    descriptor(descriptor&& other) noexcept
        : fd_(other.release()) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

} // namespace resock::net
