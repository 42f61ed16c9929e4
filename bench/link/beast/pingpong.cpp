// One message at a time: asynchronously, as a client that must notice whatever comes at any time;
// with --sync by blocking calls, which is the fastest there is, since nothing stands between the
// call and the socket, but cannot do anything else meanwhile: no timeout, no ping of its own.

#include "client.hpp"
#include "job/round_trips.hpp"
#include "job/watchdog.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

template<class Stream>
boost::json::object measure_async(client& by, const job_options& job) {
    Stream ws = by.make<Stream>();
    by.open(ws);
    ws.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
    auto& socket = beast::get_lowest_layer(ws).socket();
    watchdog watch(job.patience_s, [&] { shutdown(socket.native_handle(), SHUT_RDWR); });
    beast::flat_buffer buffer;
    bool read = false;
    const auto check = [&](const char* during, error_code error) {
        if (error && !watch.stalled()) fail(during, error);
        return !error;
    };
    return round_trips(job, [&](std::string_view message) -> std::optional<std::string_view> {
        buffer.consume(buffer.size());
        read = false;
        ws.async_read(buffer, [&](error_code error, std::size_t) {
            read = check("reading", error);
            if (!read) by.io.stop();
        });
        bool written = false;
        ws.async_write(asio::buffer(message), [&](error_code error, std::size_t) {
            written = check("writing", error);
            if (!written) by.io.stop();
        });
        by.io.restart();
        while (!(read && written) && by.io.run_one() > 0) {
        }
        if (!read) return std::nullopt;
        watch.something_came();
        const auto bytes = buffer.cdata();
        return std::string_view(static_cast<const char*>(bytes.data()), bytes.size());
    });
}

template<class Stream>
boost::json::object measure_sync(client& by, const job_options& job) {
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
    if (by.sync)
        print_line(self.to.tls ? measure_sync<tls_stream<tcp::socket>>(self, by.job)
                               : measure_sync<plain_stream<tcp::socket>>(self, by.job));
    else
        print_line(self.to.tls ? measure_async<tls_stream<beast::tcp_stream>>(self, by.job)
                               : measure_async<plain_stream<beast::tcp_stream>>(self, by.job));
    return 0;
}

} // namespace bench
