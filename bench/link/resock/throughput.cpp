#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "client.hpp"
#include "job/flow.hpp"
#include "job/patience.hpp"
#include "packed.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

constexpr std::size_t events_at_once = 256;
constexpr std::size_t packed_at_once = std::size_t{256} << 10;

// A link's queue holds what is not yet confirmed, which is a little more than what is not yet
// echoed.
resock::options throughput_options(const resock_order& by) {
    resock::options made = link_options(by);
    const std::uint64_t messages = 2 * by.job.in_flight;
    const std::uint64_t bytes = messages * (by.job.size + 64);
    if (messages > 10000) made.set("queue.messages", std::to_string(messages));
    if (bytes > 32 << 20) made.set("queue.bytes", std::to_string(bytes));
    return made;
}

// Sends as long as less than the window is out, and takes what came: one call for each message,
// up to 256 events with one call.
class single_calls {
  public:
    single_calls(resock::hub& at, resock::link& over, bool sink)
        : hub_(at.get())
        , link_(over.get())
        , sink_(sink) {}

    void send(flow& from) {
        for (std::uint64_t room = from.room(); room > 0; --room) {
            const std::string_view message = from.next();
            const std::int32_t status =
                resock_link_send(link_, message.data(), message.size(), 0, 0, nullptr);
            if (status == RESOCK_QUEUE_FULL) return; // until something is confirmed
            resock::detail::check(status);
            from.sent();
        }
    }

    // How often a look found more messages stored: at least so many transactions had been.
    std::uint64_t stored_steps() const { return stored_steps_; }

    void receive(flow& into, std::uint32_t timeout_ms) {
        std::size_t count = 0;
        resock::detail::check(
            resock_hub_poll(hub_, timeout_ms, events_.size(), events_.data(), &count));
        for (std::size_t i = 0; i < count; ++i) {
            take(*events_[i], into);
            resock_event_free(events_[i]);
        }
    }

  private:
    void take(const resock_event& event, flow& into) {
        const std::uint32_t kind = resock_event_kind(&event);
        if (kind == RESOCK_EVENT_MESSAGE)
            into.arrived({resock_event_data(&event), resock_event_size(&event)});
        if (kind != RESOCK_EVENT_CONFIRMED) return;
        const std::uint32_t level = resock_event_level(&event);
        if (level == RESOCK_LEVEL_STORED) ++stored_steps_;
        if (level == RESOCK_LEVEL_RECEIVED && sink_) into.confirmed(resock_event_id(&event));
    }

    resock_hub* hub_;
    resock_link* link_;
    bool sink_;
    std::uint64_t stored_steps_ = 0;
    std::array<resock_event*, events_at_once> events_{};
};

// The same with packed records: one call for all messages, one for all events.
class packed_calls {
  public:
    packed_calls(resock::hub& at, resock::link& over, bool sink)
        : hub_(at.get())
        , link_(over.get())
        , events_(packed_at_once / sizeof(std::uint64_t)) {
        if (sink) throw std::invalid_argument("--until confirmed goes with --calls single only");
    }

    std::uint64_t stored_steps() const { return 0; }

    void send(flow& from) {
        for (std::uint64_t room = from.room(); room > 0 && messages_.size() < packed_at_once;
             --room) {
            messages_.append(from.next());
            from.sent();
        }
        if (messages_.empty()) return;
        std::size_t count = 0;
        const std::int32_t status =
            resock_link_send_packed(link_, messages_.data(), messages_.size(), 0, nullptr, &count);
        if (status != RESOCK_QUEUE_FULL) resock::detail::check(status);
        messages_.remove_front(count);
    }

    void receive(flow& into, std::uint32_t timeout_ms) {
        std::size_t bytes = 0;
        std::int32_t status = poll(timeout_ms, bytes);
        if (status == RESOCK_TOO_SMALL) {
            events_.resize((bytes + 7) / 8);
            status = poll(timeout_ms, bytes);
        }
        resock::detail::check(status);
        packed_events(events_.data(), bytes, [&](const packed_event& each) {
            if (each.kind == RESOCK_EVENT_MESSAGE) into.arrived(each.message());
        });
    }

  private:
    std::int32_t poll(std::uint32_t timeout_ms, std::size_t& bytes) {
        return resock_hub_poll_packed(hub_, timeout_ms, events_.size() * 8, events_.data(), &bytes);
    }

    resock_hub* hub_;
    resock_link* link_;
    packed_messages messages_;
    std::vector<std::uint64_t> events_; // 8 bytes each: aligned as records need it
};

template<class Calls>
boost::json::object measure(const resock_order& by) {
    resock::hub hub = make_hub(by);
    resock::link link = hub.open(throughput_options(by));
    flow run(by.job);
    Calls calls(hub, link, by.sink);
    patience waits(by.job.patience_s);
    while (!run.done() && !waits.over(run.count())) {
        calls.send(run);
        calls.receive(run, waits.left_ms());
    }
    boost::json::object made = run.report();
    made["bytes_sent"] = link.stats(resock::stat::bytes_sent); // the warm-up's, too
    made["bytes_received"] = link.stats(resock::stat::bytes_received);
    made["stored_steps"] = calls.stored_steps();
    return made;
}

} // namespace

int run_throughput(const resock_order& by) {
    print_line(by.packed ? measure<packed_calls>(by) : measure<single_calls>(by));
    return 0;
}

} // namespace bench
