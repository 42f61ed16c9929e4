#pragma once

#include <memory>
#include <string>
#include <vector>

#include "frames.hpp"
#include "transport.hpp"

namespace bench {

// One client: its opening, then the echo of its messages. While it does not read, it is not read.
class connection {
  public:
    connection(std::unique_ptr<transport> over, ledger& book)
        : transport_(std::move(over))
        , echo_(book)
        , book_(book) {}

    int fd() const { return transport_->fd(); }

    // Something can be read or written; false: the connection is over. `buffer` is shared by all,
    // so that idle connections need none.
    bool on_ready(std::vector<char>& buffer);

    // What to wait for next.
    bool waits_to_write() const { return transport_->blocked(); }

  private:
    enum class phase : std::uint8_t { opening, open, finishing };

    bool take(std::vector<char>& buffer, std::size_t size);
    bool echo(char* data, std::size_t size);
    bool finish();

    std::unique_ptr<transport> transport_;
    frame_echo echo_;
    ledger& book_;
    phase phase_ = phase::opening;
    std::string rest_; // what has come and is not yet whole: a head, a control frame
};

} // namespace bench
