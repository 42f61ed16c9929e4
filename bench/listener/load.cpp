// bench_load: good links that send at a steady rate and measure how late each echo comes back.

#include <cstring>
#include <map>

#include "support/arguments.hpp"
#include "support/clock.hpp"
#include "support/opener.hpp"
#include "support/report.hpp"

namespace {

using bench::ns_per_s;

struct order {
    std::string url;
    std::uint32_t links = 2000;
    double per_second = 10; // of each link
    std::size_t size = 64;
    double ramp_s = 2;
    double seconds = 10;
    double drain_s = 5;
    std::uint32_t per_address = 100;
    std::int64_t tick_us = 200;
};

// What stands at the front of each message; the rest is a pattern.
struct stamp {
    std::uint64_t link;
    std::uint64_t number;
};

class load {
  public:
    explicit load(const order& wanted)
        : order_(wanted)
        , to_(wanted.url)
        , opener_(poller_, to_, {wanted.links, 64, {1, wanted.per_address}})
        , next_(wanted.links)
        , message_(wanted.size, '.') {
        const double rate = order_.per_second * order_.links;
        spacing_ns_ = static_cast<double>(ns_per_s) / rate;
        total_ = static_cast<std::uint64_t>(rate * (order_.ramp_s + order_.seconds));
        opener_.on_settled = [this] { begin_sending(); };
        opener_.on_payload = [this](bench::link& of, std::string_view payload) {
            arrived(of, payload);
        };
        opener_.on_lost = [this](bench::link&, const bench::ending& how) {
            ++ended_[bench::describe(how)];
        };
    }

    int run() {
        opener_.start();
        poller_.run(order_.tick_us * 1000, [this] { tick(); });
        report();
        return sent_ == echoed_ && wrong_ == 0 && unsent_ == 0 && opener_.failed() == 0 ? 0 : 1;
    }

  private:
    void begin_sending() {
        bench::print_line({{"open", opener_.open()},
                           {"failed", opener_.failed()},
                           {"last_failure", opener_.last_failure()}});
        begun_ns_ = poller_.tick_at(bench::now_ns());
        measure_from_ns_ = begun_ns_ + static_cast<std::int64_t>(order_.ramp_s * ns_per_s);
        sending_ = true;
    }

    // The message that is the `number`th of all; the links take turns. The times are those of
    // ticks, so that what a tick rounds off is not taken for latency.
    std::int64_t due_ns(std::uint64_t number) const {
        const std::int64_t tick_ns = order_.tick_us * 1000;
        const auto even = static_cast<std::int64_t>(spacing_ns_ * static_cast<double>(number));
        return begun_ns_ + even / tick_ns * tick_ns;
    }

    void write_stamp(std::uint64_t link, std::uint64_t number) {
        const stamp front{link, number};
        std::memcpy(message_.data(), &front, sizeof front);
    }

    void tick() {
        if (!sending_) return;
        const std::int64_t now = bench::now_ns();
        if (cpu_from_ns_ == 0 && now >= measure_from_ns_) cpu_from_ns_ = bench::cpu_ns();
        while (scheduled_ < total_ && due_ns(scheduled_) <= now)
            send(scheduled_++);
        if (scheduled_ < total_) return;
        if (cpu_until_ns_ == 0) cpu_until_ns_ = bench::cpu_ns();
        const auto patience = static_cast<std::int64_t>(order_.drain_s * ns_per_s);
        if (echoed_ >= sent_ || now > due_ns(total_) + patience) poller_.stop();
    }

    void send(std::uint64_t number) {
        bench::link& by = *opener_.links()[number % order_.links];
        write_stamp(by.index(), number);
        if (by.at() != bench::link::phase::open || !by.send(bench::opcode::binary, message_)) {
            ++unsent_;
            return;
        }
        ++sent_;
        if (due_ns(number) >= measure_from_ns_) lateness_.record(bench::now_ns() - due_ns(number));
    }

    // The echoes of a link come in the order of its messages; one that was never sent is skipped.
    void arrived(bench::link& of, std::string_view payload) {
        const std::int64_t now = bench::now_ns();
        stamp front{};
        if (payload.size() == message_.size()) std::memcpy(&front, payload.data(), sizeof front);
        write_stamp(of.index(), front.number);
        const std::uint64_t turn = front.number / order_.links;
        const bool mine = front.number % order_.links == of.index() && front.number < scheduled_;
        if (payload != message_ || !mine || turn < next_[of.index()]) {
            ++wrong_;
            return;
        }
        next_[of.index()] = turn + 1;
        ++echoed_;
        const std::int64_t due = due_ns(front.number);
        if (due >= measure_from_ns_) latency_.record(now - due);
    }

    void report() {
        boost::json::object ended;
        for (const auto& [how, count] : ended_)
            ended[how] = count;
        const auto measured_ns = static_cast<std::int64_t>(order_.seconds * ns_per_s);
        bench::print_line(
            {{"links", opener_.open()},
             {"failed_openings", opener_.failed()},
             {"sent", sent_},
             {"echoed", echoed_},
             {"lost", sent_ - std::min(sent_, echoed_)},
             {"wrong", wrong_},
             {"unsent", unsent_},
             {"ended", std::move(ended)},
             {"measured", latency_.count()},
             {"latency_us", bench::summary_us(latency_)},
             {"sending_late_us", bench::summary_us(lateness_)},
             {"cpu_percent", bench::percent(cpu_until_ns_ - cpu_from_ns_, measured_ns)}});
    }

    order order_;
    bench::target to_;
    bench::poller poller_;
    bench::opener opener_;
    std::vector<std::uint64_t> next_; // by link: the least turn that may come
    std::string message_;
    double spacing_ns_ = 0;
    bool sending_ = false;
    std::int64_t begun_ns_ = 0;
    std::int64_t measure_from_ns_ = 0;
    std::int64_t cpu_from_ns_ = 0;
    std::int64_t cpu_until_ns_ = 0;
    std::uint64_t total_ = 0;
    std::uint64_t scheduled_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t echoed_ = 0;
    std::uint64_t wrong_ = 0;
    std::uint64_t unsent_ = 0;
    bench::histogram latency_;
    bench::histogram lateness_; // of the sending itself: what this program adds to the latency
    std::map<std::string, std::uint64_t> ended_;
};

} // namespace

int main(int argc, char** argv) {
    order wanted;
    CLI::App app("Good links at a steady rate; latency from the scheduled time of each message",
                 "bench_load");
    app.add_option("URL", wanted.url, "ws://127.0.0.1:PORT of an echo server")->required();
    app.add_option("--links", wanted.links)->check(CLI::Range(1, 60000))->capture_default_str();
    app.add_option("--per-second", wanted.per_second, "Messages of each link")
        ->check(CLI::Range(0.01, 100000.0))
        ->capture_default_str();
    app.add_option("--size", wanted.size, "Bytes of a message")
        ->check(CLI::Range(std::size_t{sizeof(stamp)}, std::size_t{65536}))
        ->capture_default_str();
    app.add_option("--ramp", wanted.ramp_s, "Seconds that are not counted")
        ->check(CLI::Range(0.0, 600.0))
        ->capture_default_str();
    app.add_option("--seconds", wanted.seconds, "Seconds that are counted")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app.add_option("--drain", wanted.drain_s, "Seconds to wait for the last echoes")
        ->check(CLI::Range(0.0, 600.0))
        ->capture_default_str();
    app.add_option("--per-address", wanted.per_address, "Links from each source address; 0: one")
        ->capture_default_str();
    app.add_option("--tick-us", wanted.tick_us, "Messages go out in turns of so many microseconds")
        ->check(CLI::Range(50, 10000))
        ->capture_default_str();
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        return load(wanted).run();
    });
}
