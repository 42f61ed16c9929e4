// One message at a time: with Beast's synchronous interface, which is the fastest for this, since
// nothing stands between the call and the socket.

#include "client.hpp"
#include "job/round_trips.hpp"
#include "job/watchdog.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

template<class Stream>
boost::json::object measure(client& by, const job_options& job) {
    Stream ws = by.make<Stream>();
    by.open(ws);
    auto& socket = beast::get_lowest_layer(ws);
    watchdog watch(job.patience_s, [&] { shutdown(socket.native_handle(), SHUT_RDWR); });
    beast::flat_buffer buffer;
    return round_trips(job, [&](std::string_view message) -> std::optional<std::string_view> {
        buffer.consume(buffer.size());
        ws.write(asio::buffer(message));
        error_code error;
        ws.read(buffer, error);
        if (error && watch.stalled()) return std::nullopt;
        if (error) fail("reading", error);
        watch.something_came();
        const auto bytes = buffer.cdata();
        return std::string_view(static_cast<const char*>(bytes.data()), bytes.size());
    });
}

} // namespace

int run_pingpong(const beast_order& by) {
    client self(by);
    print_line(self.to.tls ? measure<tls_stream<tcp::socket>>(self, by.job)
                           : measure<plain_stream<tcp::socket>>(self, by.job));
    return 0;
}

} // namespace bench
