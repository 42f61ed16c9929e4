// An asynchronous client as Beast's examples show it: async_read into a flat_buffer, and a queue of
// messages of which one async_write at a time is under way (Beast allows no more).

#include <boost/asio/steady_timer.hpp>
#include <deque>

#include "client.hpp"
#include "job/flow.hpp"
#include "job/patience.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

template<class Stream>
class throughput {
  public:
    throughput(client& by, const job_options& job)
        : io_(by.io)
        , ws_(by.make<Stream>())
        , watch_(by.io)
        , flow_(job)
        , patience_(job.patience_s) {
        by.open(ws_);
        ws_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
    }

    boost::json::object run() {
        watch();
        read();
        send();
        io_.run();
        return flow_.report();
    }

  private:
    void read() {
        ws_.async_read(buffer_, [this](error_code error, std::size_t) { on_read(error); });
    }

    void on_read(error_code error) {
        if (error) fail("reading", error);
        const auto bytes = buffer_.cdata();
        flow_.arrived({static_cast<const char*>(bytes.data()), bytes.size()});
        buffer_.consume(buffer_.size());
        if (flow_.done()) return io_.stop();
        send();
        read();
    }

    // Queues as many messages as may be out.
    void send() {
        const bool writing = !queue_.empty();
        for (std::uint64_t room = flow_.room(); room > 0; --room) {
            queue_.emplace_back(flow_.next());
            flow_.sent();
        }
        if (!writing && !queue_.empty()) write();
    }

    void write() {
        ws_.async_write(asio::buffer(queue_.front()),
                        [this](error_code error, std::size_t) { on_write(error); });
    }

    void on_write(error_code error) {
        if (error) fail("writing", error);
        queue_.pop_front();
        if (!queue_.empty()) write();
    }

    // Ends the run where no echo comes any more; not part of a usual client.
    void watch() {
        if (patience_.over(flow_.count())) return io_.stop();
        watch_.expires_after(std::chrono::milliseconds(std::min(patience_.left_ms(), 1000u)));
        watch_.async_wait([this](error_code) { watch(); });
    }

    asio::io_context& io_;
    Stream ws_;
    beast::flat_buffer buffer_;
    std::deque<std::string> queue_; // the first is being written
    asio::steady_timer watch_;
    flow flow_;
    patience patience_;
};

} // namespace

int run_throughput(const beast_order& by) {
    client self(by);
    using plain = throughput<plain_stream<beast::tcp_stream>>;
    using tls = throughput<tls_stream<beast::tcp_stream>>;
    print_line(self.to.tls ? tls(self, by.job).run() : plain(self, by.job).run());
    return 0;
}

} // namespace bench
