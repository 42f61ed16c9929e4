// Sends at a steady rate over a line that is cut, with the usual plain loop: on an error connect
// again and go on with the next message. What was sent is not sent again.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "client.hpp"
#include "job/message.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_attempts{100};

// Reads echoes and throws them away until the connection ends.
template<class Stream>
class connection {
  public:
    explicit connection(client& by)
        : ws_(by.make<Stream>()) {
        by.open(ws_);
        read();
    }

    bool over() const { return over_; }
    void write(std::string_view message) {
        error_code error;
        ws_.write(asio::buffer(message), error);
        if (error) over_ = true;
    }
    // Its handlers run before it may be destroyed.
    void end(asio::io_context& io) {
        error_code ignored;
        beast::get_lowest_layer(ws_).close(ignored);
        while (!read_ended_)
            io.run_one();
    }

  private:
    void read() {
        ws_.async_read(buffer_, [this](error_code error, std::size_t) {
            buffer_.consume(buffer_.size());
            if (!error) return read();
            over_ = true;
            read_ended_ = true;
        });
    }

    Stream ws_;
    beast::flat_buffer buffer_;
    bool over_ = false;
    bool read_ended_ = false;
};

template<class Stream>
boost::json::object measure(client& by, const job_options& job) {
    using link = connection<Stream>;
    const auto patience = std::chrono::duration<double>(job.patience_s);
    const std::chrono::duration<double> spacing(1 / job.rate);
    asio::steady_timer due(by.io);
    const auto wait_until = [&](steady_clock::time_point when) {
        bool came = false;
        due.expires_at(when);
        due.async_wait([&](error_code) { came = true; });
        while (!came)
            by.io.run_one();
    };
    const auto connected = [&] {
        for (const auto from = steady_clock::now();;) {
            try {
                return std::make_unique<link>(by);
            } catch (const boost::system::system_error&) {
                if (steady_clock::now() - from > patience) throw;
                wait_until(steady_clock::now() + between_attempts);
            }
        }
    };
    const auto work = asio::make_work_guard(by.io); // run_one() waits even if nothing is open
    auto open = connected();
    numbered_message message(job.size);
    std::uint64_t reconnects = 0;
    const auto from = steady_clock::now();
    for (std::uint64_t number = 0; number < job.messages; ++number) {
        const auto offset = spacing * static_cast<double>(number);
        wait_until(from + std::chrono::duration_cast<steady_clock::duration>(offset));
        if (open->over()) {
            open->end(by.io);
            open = connected();
            ++reconnects;
        }
        open->write(message.with(number));
    }
    // The last echoes may still be on their way: the server counts, so it is enough to wait a bit.
    wait_until(steady_clock::now() + std::chrono::seconds(1));
    open->end(by.io);
    return {{"sent", job.messages}, {"reconnects", reconnects}};
}

} // namespace

int run_loss(const beast_order& by) {
    client self(by);
    print_line(self.to.tls ? measure<tls_stream<tcp::socket>>(self, by.job)
                           : measure<plain_stream<tcp::socket>>(self, by.job));
    return 0;
}

} // namespace bench
