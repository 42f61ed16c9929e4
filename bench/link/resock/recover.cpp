// The server resets the connection when it is asked to; a message that is kept waits for the next.
// The server measures the time in between.

#include "client.hpp"
#include "job/message.hpp"
#include "job/patience.hpp"
#include "job/samples.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

resock::options recover_options(const resock_order& by) {
    resock::options made = link_options(by);
    made.set("reconnect.min", "0");
    made.set("reconnect.reset_after", "0"); // each cut counts as the first
    return made;
}

bool wait_for_echo(resock::hub& hub, std::uint64_t number, double patience_s) {
    patience waits(patience_s);
    while (!waits.over(0)) {
        const auto event = hub.poll(std::chrono::milliseconds(waits.left_ms()));
        if (event && event->kind() == resock::event_kind::message &&
            numbered_message::number_of(event->data()) == number)
            return true;
    }
    return false;
}

} // namespace

int run_recover(const resock_order& by) {
    resock::hub hub = make_hub(by);
    resock::link link = hub.open(recover_options(by));
    numbered_message message(by.job.size);
    samples taken;
    link.send_binary(message.with(0));
    bool came = wait_for_echo(hub, 0, by.job.patience_s);
    for (std::uint64_t number = 1; came && number <= by.job.times; ++number) {
        const std::int64_t from = now_ns();
        // Not kept: it would be sent again, and cut the next connection, too.
        link.send_binary(message.with(cut_number), RESOCK_SEND_UNKEPT);
        link.send_binary(message.with(number));
        came = wait_for_echo(hub, number, by.job.patience_s);
        if (came) taken.record(now_ns() - from);
    }
    boost::json::object made{{"times", taken.count()}, {"lost", by.job.times - taken.count()}};
    taken.report(made); // from the order to cut to the echo
    print_line(made);
    return 0;
}

} // namespace bench
