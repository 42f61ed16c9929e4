#include "net/farewell.hpp"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <string>

#include "net/linger.hpp"
#include "session/encode.hpp"
#include "session/opening.hpp"
#include "wire/close.hpp"
#include "wire/frame.hpp"

namespace resock::net {

namespace {

constexpr auto longest = std::chrono::seconds(1);

class farewell : public std::enable_shared_from_this<farewell> {
  public:
    farewell(boost::asio::io_context& io, std::unique_ptr<stream> s, buffer words,
             std::shared_ptr<void> held)
        : io_(io)
        , timer_(io)
        , held_(std::move(held))
        , stream_(std::move(s))
        , words_(std::move(words)) {}

    void start() {
        if (!write()) return; // the usual way: said, without a wait
        timer_.expires_after(longest);
        timer_.async_wait([self = shared_from_this()](auto) { self->close(); });
    }

  private:
    // True where it waits.
    bool write() {
        while (!words_.empty()) {
            const io_result step = stream_->write_some(words_.view());
            if (step.wait_for) {
                wait(*step.wait_for);
                return true;
            }
            if (step.bytes == 0) {
                close();
                return false;
            }
            words_.consume(step.bytes);
        }
        stream_->shutdown();
        linger(io_, std::move(stream_), std::move(held_));
        return false;
    }
    void wait(readiness direction) {
        stream_->async_wait(direction, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self && !self->write()) self->timer_.cancel();
        });
    }
    void close() {
        stream_.reset();
        held_.reset();
    }

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<void> held_;
    std::unique_ptr<stream> stream_;
    buffer words_;
};

void append_close(buffer& words, std::uint16_t code, std::string_view reason) {
    wire::append_frame(words, wire::opcode::close, true, wire::close_payload(code, reason), {});
}

} // namespace

void say_last(boost::asio::io_context& io, std::unique_ptr<stream> s, buffer words,
              std::shared_ptr<void> held) {
    std::make_shared<farewell>(io, std::move(s), std::move(words), std::move(held))->start();
}

void close_with(boost::asio::io_context& io, std::unique_ptr<stream> s, std::uint16_t code,
                std::string_view reason, std::shared_ptr<void> held) {
    buffer words;
    append_close(words, code, reason);
    say_last(io, std::move(s), std::move(words), std::move(held));
}

void reject(boost::asio::io_context& io, std::unique_ptr<stream> s,
            const session::reject_frame& why, std::shared_ptr<void> held) {
    buffer words;
    wire::append_frame(words, wire::opcode::binary, true, session::encoded(why), {});
    std::string reason = "R16 REJECT " + std::to_string(static_cast<std::uint64_t>(why.reason));
    if (!why.text.empty()) reason.append(": ").append(why.text);
    append_close(words, session::close_code_of(why), reason);
    say_last(io, std::move(s), std::move(words), std::move(held));
}

} // namespace resock::net
