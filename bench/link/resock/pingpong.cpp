#include <array>

#include "client.hpp"
#include "job/patience.hpp"
#include "job/round_trips.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

// Takes events until an echo is among them.
class echo_reader {
  public:
    explicit echo_reader(resock::hub& from)
        : hub_(from.get()) {}
    ~echo_reader() { resock_event_free(last_); }
    echo_reader(const echo_reader&) = delete;
    echo_reader& operator=(const echo_reader&) = delete;

    // Valid until the next call; nothing where none came in time.
    std::optional<std::string_view> next(double patience_s) {
        patience waits(patience_s);
        resock_event_free(std::exchange(last_, nullptr));
        while (!last_ && !waits.over(0))
            take(waits.left_ms());
        if (!last_) return std::nullopt;
        return std::string_view(resock_event_data(last_), resock_event_size(last_));
    }

  private:
    void take(std::uint32_t timeout_ms) {
        std::array<resock_event*, 16> events{};
        std::size_t count = 0;
        resock::detail::check(
            resock_hub_poll(hub_, timeout_ms, events.size(), events.data(), &count));
        for (std::size_t i = 0; i < count; ++i) {
            if (!last_ && resock_event_kind(events[i]) == RESOCK_EVENT_MESSAGE)
                last_ = events[i];
            else
                resock_event_free(events[i]);
        }
    }

    resock_hub* hub_;
    resock_event* last_ = nullptr;
};

} // namespace

int run_pingpong(const resock_order& by) {
    resock::hub hub = make_hub(by);
    resock::link link = hub.open(link_options(by));
    echo_reader echoes(hub);
    print_line(round_trips(by.job, [&](std::string_view message) {
        resock::detail::check(
            resock_link_send(link.get(), message.data(), message.size(), 0, 0, nullptr));
        return echoes.next(by.job.patience_s);
    }));
    return 0;
}

} // namespace bench
