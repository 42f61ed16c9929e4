// The peer of an echo: link: a WebSocket server inside the process, without network, so that a
// binding can test itself anywhere.
#pragma once

#include <boost/asio/io_context.hpp>

#include "base/buffer.hpp"
#include "net/stream.hpp"
#include "wire/receiver.hpp"
#include "wire/upgrade.hpp"

namespace resock::net {

// The 101 of the echo peer: the accept key, and the first subprotocol that was offered.
wire::upgrade_response echo_response(const wire::upgrade_request&);

// Messages come back as they are, a ping brings a pong, a Close frame a Close frame and the end.
class echo_stream final : public stream {
  public:
    // Answers not yet read above which nothing more is accepted.
    static constexpr std::size_t max_unread = 1 << 20;
    // Bytes taken by one write: with max_unread it bounds what is kept, but for a single message
    // that is larger.
    static constexpr std::size_t max_taken = 64 * 1024;

    explicit echo_stream(boost::asio::io_context& io);

    io_result read_some(char* data, std::size_t size) override;
    io_result write_some(std::string_view bytes) override;
    void async_wait(readiness, std::function<void()> handler) override;
    bool has_buffered() const override { return false; }
    bool drained() const override { return answers_.empty(); }
    policy::transport_state inspect() override { return {}; } // nothing is ever on its way
    void shutdown() override;
    void move_to(boost::asio::io_context& io) override { io_ = &io; }
    std::string remote_address() const override { return "echo"; }
    std::string tls() const override { return {}; }

  private:
    void answer(const wire::received& item);
    bool ready(readiness) const;
    void wake(readiness);
    void post(std::function<void()> handler);

    boost::asio::io_context* io_;
    wire::receiver receiver_;
    buffer answers_;
    bool ended_ = false; // our Close frame is the last thing in `answers_`
    std::function<void()> reader_;
    std::function<void()> writer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // watched by posted handlers
};

} // namespace resock::net
