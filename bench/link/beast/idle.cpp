// Links that only wait for a message, each with its stream, its buffer and an async_read under way.

#include <boost/asio/posix/stream_descriptor.hpp>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "client.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

template<class Stream>
class idle_link {
  public:
    explicit idle_link(client& by)
        : ws_(by.make<Stream>()) {
        by.open(ws_);
        ws_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
        read();
    }

  private:
    void read() {
        ws_.async_read(buffer_, [this](error_code error, std::size_t) {
            buffer_.consume(buffer_.size());
            if (!error) read();
        });
    }

    Stream ws_;
    beast::flat_buffer buffer_;
};

template<class Stream>
int hold(client& by, std::uint32_t count) {
    std::vector<std::unique_ptr<idle_link<Stream>>> links;
    std::uint32_t failed = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        try {
            links.push_back(std::make_unique<idle_link<Stream>>(by));
        } catch (const boost::system::system_error& error) {
            if (failed++ == 0) std::cerr << "bench_beast: " << error.what() << '\n';
        }
    }
    print_line({{"links", links.size()}, {"failed", failed}});
    asio::posix::stream_descriptor input(by.io, dup(STDIN_FILENO));
    std::array<char, 256> ignored{};
    std::function<void()> wait = [&] {
        input.async_read_some(asio::buffer(ignored), [&](error_code error, std::size_t) {
            error ? by.io.stop() : wait();
        });
    };
    wait();
    by.io.run();
    return failed == 0 ? 0 : 1;
}

} // namespace

int run_idle(const beast_order& by) {
    client self(by);
    return self.to.tls ? hold<tls_stream<beast::tcp_stream>>(self, by.job.links)
                       : hold<plain_stream<beast::tcp_stream>>(self, by.job.links);
}

} // namespace bench
