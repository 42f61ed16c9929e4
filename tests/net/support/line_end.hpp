// Our end of an accepted connection, and the client's end of it in the same thread.
#pragma once

#include <cerrno>
#include <memory>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "net/descriptor.hpp"
#include "net/link_support/web_socket.hpp"
#include "net/support/loop.hpp"
#include "net/support/servers.hpp"
#include "net/tcp_stream.hpp"

namespace resock::test {

class line_end {
  public:
    line_end() {
        int ends[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        client_ = net::descriptor(ends[0]);
        const timeval limit{20, 0};
        ::setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
        const int least = 1; // the system's least: it is soon full
        ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &least, sizeof(least));
        net::stream_socket socket(*on.io, boost::asio::generic::stream_protocol(AF_UNIX, 0),
                                  ends[1]);
        stream = std::make_unique<net::tcp_stream>(std::move(socket), "192.0.2.7:4711");
        released = slot;
    }

    // Nothing more can be written at our end; returns what was.
    std::string fill() {
        const std::string block(1000, '.');
        std::string all;
        for (;;) {
            const auto step = stream->write_some(block);
            if (step.wait_for) return all;
            all.append(block, 0, step.bytes);
        }
    }
    void send(std::string_view bytes) { peer(client_.get()).send(bytes); }
    // Is there room for what the client sends?
    bool can_send() const {
        pollfd at{client_.get(), POLLOUT, 0};
        return ::poll(&at, 1, 0) == 1;
    }
    // A client's frame.
    void say(opcode code, std::string_view payload, bool fin = true) {
        send(frame_of(code, payload, fin, 0x01020304));
    }
    void hang_up() { client_ = net::descriptor(); }
    // What the client gets, until it has so many bytes or the stream ends.
    std::string read(std::size_t size) {
        std::string all;
        while (all.size() < size) {
            char bytes[4096];
            const ssize_t got = ::recv(client_.get(), bytes,
                                       std::min(sizeof(bytes), size - all.size()), MSG_DONTWAIT);
            if (got == 0) return all;
            if (got > 0)
                all.append(bytes, static_cast<std::size_t>(got));
            else if (errno != EAGAIN)
                return all + " (broken)";
            else if (on.io->run_one_for(std::chrono::seconds(60)) == 0)
                FAIL("nothing happened for a minute");
        }
        return all;
    }
    std::string read_to_end() { return read(std::size_t(1) << 30); }
    void run_until_released() {
        slot.reset();
        on.run_until([&] { return released.expired(); });
    }

    loop on;
    std::unique_ptr<net::stream> stream;
    std::shared_ptr<void> slot = std::make_shared<int>();
    std::weak_ptr<void> released;

  private:
    net::descriptor client_;
};

} // namespace resock::test
