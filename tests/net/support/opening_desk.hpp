// One opening, a client at the other end of its socket, and an owner that notes what it is told.
#pragma once

#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "net/opening.hpp"
#include "net/support/dialing.hpp"
#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

namespace resock::test {

inline constexpr const char* opening_request =
    "GET /chat?room=1 HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n";

inline const wire::upgrade_response switching_response{
    101, "Switching Protocols", {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}}};
inline constexpr const char* switching_text =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

struct owner final : net::opening_events {
    void requested(const std::shared_ptr<net::opening>& made) override {
        ++times_requested;
        if (on_request) on_request(*made);
    }
    void failed(const net::opening&, int with, const std::string& because) override {
        ++times_failed;
        status = with;
        why = because;
    }
    void unanswered(const std::shared_ptr<net::opening>& made) override {
        ++times_unanswered;
        if (on_unanswered) on_unanswered(*made);
    }
    void over(const net::opening&) override {
        ++times_over;
        kept.reset();
    }
    std::function<void(net::opening&)> on_request, on_unanswered;
    std::shared_ptr<net::opening> kept; // as the contract asks, until it is over
    int times_requested = 0, times_failed = 0, times_unanswered = 0, times_over = 0;
    int status = -1;
    std::string why;
};

struct handed_over final : net::opening_result {
    void opened(std::unique_ptr<net::stream> made, std::string behind) override {
        ++times;
        stream = std::move(made);
        leftover = std::move(behind);
    }
    void failed(policy::failure why) override {
        ++times;
        failure = std::move(why);
    }
    std::unique_ptr<net::stream> stream;
    std::string leftover;
    std::optional<policy::failure> failure;
    int times = 0;
};

class desk {
  public:
    explicit desk(const net::opening_limits& limits = {}, net::tls_context context = {}) {
        int ends[2] = {-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        client_ = net::descriptor(ends[0]);
        const timeval limit{20, 0};
        ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        ::setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
        const int least = 1; // the system's least: a large answer does not fit
        ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &least, sizeof(least));
        REQUIRE(::fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
        net::accepted_socket made{net::descriptor(ends[1]), AF_UNIX, "192.0.2.7:4711", "192.0.2.7"};
        to->kept = std::make_shared<net::opening>(*on.io, std::move(made), limits,
                                                  std::move(context), to, slot_);
        released = slot_;
        slot_.reset();
        to->kept->start();
    }

    int fd() const { return client_.get(); }
    void send(std::string_view bytes) { peer(fd()).send(bytes); }
    void hang_up() { client_ = net::descriptor(); }
    // What the client gets until the end of the stream, while the opening goes on.
    std::string read_to_end() {
        std::string all;
        for (;;) {
            char bytes[4096];
            const ssize_t got = ::recv(fd(), bytes, sizeof(bytes), MSG_DONTWAIT);
            if (got == 0) return all;
            if (got > 0)
                all.append(bytes, static_cast<std::size_t>(got));
            else if (errno != EAGAIN)
                return all + " (broken)";
            else if (on.io->run_one_for(std::chrono::seconds(60)) == 0)
                FAIL("nothing happened for a minute");
        }
    }
    void run_until_over() {
        on.run_until([&] { return to->times_over > 0; });
    }
    void run_until_requested() {
        on.run_until([&] { return to->times_requested > 0; });
    }
    // Takes the 101 as what it is; result then has the connection.
    void accept_when_requested() {
        to->on_request = [this](net::opening& made) { made.accept(switching_response, result); };
    }

    loop on;
    std::shared_ptr<owner> to = std::make_shared<owner>();
    std::shared_ptr<handed_over> result = std::make_shared<handed_over>();
    std::weak_ptr<void> released; // its slot, held as long as the socket is open

  private:
    std::shared_ptr<void> slot_ = std::make_shared<int>();
    net::descriptor client_;
};

} // namespace resock::test
