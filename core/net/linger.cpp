#include "net/linger.hpp"

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace resock::net {

namespace {

constexpr auto longest = std::chrono::seconds(1);
constexpr std::size_t most = 1u << 20;

class lingering : public std::enable_shared_from_this<lingering> {
  public:
    lingering(boost::asio::io_context& io, std::unique_ptr<stream> s, std::shared_ptr<void> held)
        : timer_(io, longest)
        , held_(std::move(held))
        , stream_(std::move(s)) {}

    void start() {
        timer_.async_wait([self = shared_from_this()](auto) { self->close(); });
        wait();
    }

  private:
    void wait() {
        stream_->async_wait(readiness::read, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->drop();
        });
    }
    void drop() {
        std::array<char, 16384> bytes;
        while (stream_ && dropped_ < most) {
            const io_result r = stream_->read_some(bytes.data(), bytes.size());
            dropped_ += r.bytes;
            if (r.wait_for == readiness::read) return wait();
            if (r.bytes == 0) break;
        }
        close();
        timer_.cancel();
    }
    void close() {
        stream_.reset();
        held_.reset();
    }

    boost::asio::steady_timer timer_;
    std::shared_ptr<void> held_;
    std::unique_ptr<stream> stream_;
    std::size_t dropped_ = 0;
};

} // namespace

void linger(boost::asio::io_context& io, std::unique_ptr<stream> s, std::shared_ptr<void> held) {
    std::make_shared<lingering>(io, std::move(s), std::move(held))->start();
}

} // namespace resock::net
