// Sends at a steady rate over a line that is cut. There is nothing to do about the cuts: the link
// connects again and sends again what was not confirmed.

#include "client.hpp"
#include "job/message.hpp"
#include "support/clock.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

// Takes events, which in a driven hub does the work, until `due_ns`.
void poll_until(resock::hub& hub, std::int64_t due_ns) {
    while (true) {
        const std::int64_t left_ns = due_ns - now_ns();
        if (left_ns <= 0) return;
        hub.poll_many(std::chrono::milliseconds((left_ns + ns_per_ms - 1) / ns_per_ms));
    }
}

} // namespace

int run_loss(const resock_order& by) {
    resock::hub hub = make_hub(by);
    // A sender faster than the line waits for it.
    resock::link link = hub.open(link_options(by).set("queue.full", "wait"));
    numbered_message message(by.job.size);
    const double spacing_ns = static_cast<double>(ns_per_s) / by.job.rate;
    const std::int64_t from_ns = now_ns();
    for (std::uint64_t number = 0; number < by.job.messages; ++number) {
        const double due = spacing_ns * static_cast<double>(number);
        poll_until(hub, from_ns + static_cast<std::int64_t>(due));
        link.send_binary(message.with(number));
    }
    const auto most =
        std::chrono::milliseconds(static_cast<std::int64_t>(by.job.patience_s * 1000));
    link.flush(most);
    const std::uint64_t connections = link.stats(resock::stat::connections);
    print_line({{"sent", by.job.messages},
                {"reconnects", connections - std::min<std::uint64_t>(connections, 1)},
                {"unconfirmed", link.stats(resock::stat::queued_messages)}});
    link.close();
    for (auto event = hub.poll(most); event && event->kind() != resock::event_kind::closed;)
        event = hub.poll(most);
    return 0;
}

} // namespace bench
