// Connects, opens and closes in order, again and again, with Beast's synchronous interface.

#include "client.hpp"
#include "job/samples.hpp"
#include "support/clock.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

template<class Stream>
boost::json::object measure(client& by, std::uint32_t times) {
    samples taken;
    for (std::uint32_t i = 0; i < times; ++i) {
        Stream ws = by.make<Stream>();
        const std::int64_t from = now_ns();
        by.open(ws);
        taken.record(now_ns() - from);
        error_code ignored; // over TLS: the server ends the stream first
        ws.close(websocket::close_code::normal, ignored);
    }
    boost::json::object made{{"times", times}};
    taken.report(made);
    return made;
}

} // namespace

int run_connect(const beast_order& by) {
    client self(by);
    print_line(self.to.tls ? measure<tls_stream<tcp::socket>>(self, by.job.times)
                           : measure<plain_stream<tcp::socket>>(self, by.job.times));
    return 0;
}

} // namespace bench
