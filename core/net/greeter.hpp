// What stands between the 101 to a client that speaks resock.v1 and its session: it reads until
// HELLO (R13).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/time.hpp"
#include "net/opening.hpp"
#include "net/stream.hpp"
#include "wire/receiver.hpp"

namespace resock::net {

// A client that has said HELLO. Nothing is waited for at its stream, and all that was to be written
// is.
struct greeting {
    std::unique_ptr<net::stream> stream;
    std::string hello;          // the message: session::first_frame() takes it
    std::string leftover;       // bytes that were read behind it: whole WebSocket frames and a part
    std::shared_ptr<void> slot; // to be held as long as the stream is open
};

class greeter;

// What the owner of a greeter is told: one of the two, once, and nothing after that. On the I/O
// thread.
class greeter_events {
  public:
    virtual void greeted(greeter&, greeting) = 0;
    // There was no HELLO. `code` is what the connection is being closed with, 0 where the peer has
    // gone; `why` in words.
    virtual void ungreeted(greeter&, std::uint16_t code, const std::string& why) = 0;

  protected:
    ~greeter_events() = default;
};

// I/O thread only. Its owner keeps it until it is told; it may let go before, which closes the
// connection without a word.
class greeter final : public opening_result, public std::enable_shared_from_this<greeter> {
  public:
    static constexpr duration hello_time = std::chrono::seconds(10); // R13

    // `slot` is held as long as the socket is open.
    greeter(boost::asio::io_context&, std::shared_ptr<greeter_events>, std::shared_ptr<void> slot,
            duration limit = hello_time);

    // ---- opening_result ----
    void opened(std::unique_ptr<stream>, std::string leftover) override;
    void failed(policy::failure) override;

    // Closes with this code, as 4503 when the listener drains; ungreeted() tells it.
    void end(std::uint16_t code, std::string reason);
    // Closes the socket without a word, to the owner neither.
    void cancel();

  private:
    void go_on();
    bool take(std::string_view bytes);
    bool take_message(const wire::received&);
    bool settle();
    bool flush();
    void hand_over();
    void say_close(std::uint16_t code, std::string reason, std::string why);
    void tell(std::uint16_t code, const std::string& why);
    void wait(readiness);
    void expired();

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    const duration limit_;
    const std::weak_ptr<greeter_events> events_;
    std::shared_ptr<void> slot_;
    std::unique_ptr<stream> stream_;
    bool over_ = false;
    wire::receiver receiver_;
    buffer output_;                   // one frame at most
    std::optional<std::string> pong_; // to be sent behind it; the newest (RFC 6455 §5.5.3)
    std::string hello_;               // once it was read
    std::string leftover_;
};

} // namespace resock::net
