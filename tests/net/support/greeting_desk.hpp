// A greeter, a client at the other end of its connection, and an owner that notes what it is told.
#pragma once

#include <optional>
#include <utility>

#include "net/greeter.hpp"
#include "net/support/line_end.hpp"
#include "session/encode.hpp"

namespace resock::test {

inline std::string hello_bytes(std::size_t token_size = 0) {
    session::hello_frame made;
    made.sid.fill(0x11);
    made.secret.fill(0x22);
    made.epoch = 1;
    made.window = 65536;
    const std::string token(token_size, 't');
    if (token_size) made.token = token;
    return session::encoded(made);
}

struct greeted_owner final : net::greeter_events {
    void greeted(net::greeter& by, net::greeting made) override {
        CHECK(&by == kept.get());
        ++times;
        got.emplace(std::move(made));
        kept.reset();
    }
    void ungreeted(net::greeter& by, std::uint16_t with, const std::string& because) override {
        CHECK(&by == kept.get());
        ++times;
        code = with;
        why = because;
        kept.reset();
    }
    std::shared_ptr<net::greeter> kept; // as the contract asks, until it is told
    int times = 0;
    std::optional<net::greeting> got;
    int code = -1;
    std::string why;
};

struct greeting_desk : line_end {
    explicit greeting_desk(duration limit = net::greeter::hello_time)
        : to(std::make_shared<greeted_owner>()) {
        to->kept = std::make_shared<net::greeter>(*on.io, to, std::move(slot), limit);
    }
    void open(std::string leftover = {}) { open_with(*to->kept, std::move(leftover)); }
    void open_with(net::greeter& greeter, std::string leftover) {
        greeter.opened(std::move(stream), std::move(leftover));
    }
    void run_until_told() {
        on.run_until([&] { return to->times > 0; });
    }
    // What of `size` bytes the greeter has read and left over, and what is still to be read.
    std::string rest(std::size_t size) {
        const std::string& read = to->got->leftover;
        return read + read_bytes(on, *to->got->stream, size - read.size()).bytes;
    }

    std::shared_ptr<greeted_owner> to;
};

} // namespace resock::test
