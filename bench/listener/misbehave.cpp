// bench_misbehave: bad clients of several kinds, at a steady rate, for a bounded time.

#include <memory>

#include "bad_link.hpp"
#include "support/arguments.hpp"
#include "support/clock.hpp"
#include "support/report.hpp"

namespace {

using bench::ns_per_s;

struct order {
    std::string url;
    std::uint32_t links = 200;
    std::string kinds = "slow-opening,ping-flood,fragments,no-reading";
    double writes_per_second = 4000;
    double seconds = 12;
    std::uint32_t per_address = 20;
    std::uint32_t seed = 1;
};

class crowd {
  public:
    explicit crowd(const order& wanted)
        : order_(wanted)
        , to_(wanted.url)
        , floods_(wanted.seed)
        , kinds_(bench::kinds_of(wanted.kinds)) {
        for (std::uint32_t index = 0; index < wanted.links; ++index) {
            // In rounds of all kinds; what a kind's links differ in goes by the round.
            const std::size_t which = index % kinds_.size();
            const auto place =
                static_cast<std::uint32_t>(which * wanted.links + index / kinds_.size());
            links_.push_back(std::make_unique<bench::bad_link>(
                kinds_[which], floods_, tallies_[kinds_[which]], poller_, to_, place));
        }
    }

    int run() {
        begun_ns_ = bench::now_ns();
        poller_.run(tick_ns, [this] { tick(); });
        report();
        return 0;
    }

  private:
    static constexpr std::int64_t tick_ns = 2 * bench::ns_per_ms;

    // The links take turns; turns that this process came too late for are left out.
    void tick() {
        const std::int64_t now = bench::now_ns();
        const double elapsed_s = static_cast<double>(now - begun_ns_) / ns_per_s;
        const auto due = static_cast<std::uint64_t>(elapsed_s * order_.writes_per_second);
        const auto most = static_cast<std::uint64_t>(order_.writes_per_second / 10) + 1;
        if (due - turn_ > most) {
            turns_left_out_ += due - turn_ - most;
            turn_ = due - most;
        }
        for (; turn_ < due; ++turn_)
            links_[turn_ % links_.size()]->act({2, order_.per_address}, now);
        if (elapsed_s >= order_.seconds) poller_.stop();
    }

    void report() {
        const std::int64_t elapsed_ns = bench::now_ns() - begun_ns_;
        const std::int64_t cpu = bench::percent(bench::cpu_ns(), elapsed_ns);
        std::map<bench::kind, std::uint64_t> still_open;
        for (auto& each : links_) {
            still_open[each->what()] += each->still_connected() ? 1 : 0;
            each->finish();
        }
        boost::json::object by_kind;
        for (const auto& [kind, counts] : tallies_)
            by_kind[bench::name_of(kind)] = of_kind(counts, still_open[kind]);
        bench::print_line({{"links", links_.size()},
                           {"kinds", std::move(by_kind)},
                           {"turns", turn_},
                           {"turns_left_out", turns_left_out_},
                           {"cpu_percent", cpu}});
    }

    static boost::json::object of_kind(const bench::tally& counts, std::uint64_t still_open) {
        boost::json::object ended;
        for (const auto& [how, count] : counts.ended)
            ended[how] = count;
        return {{"links", counts.links},
                {"begun", counts.begun},
                {"not_begun", counts.not_begun},
                {"opened", counts.opened},
                {"ended", std::move(ended)},
                {"still_connected", still_open},
                {"bytes_taken", counts.bytes_taken},
                {"most_bytes_taken", counts.most_bytes_taken},
                {"writes", counts.writes},
                {"blocked", counts.blocked}};
    }

    order order_;
    bench::target to_;
    bench::floods floods_;
    std::vector<bench::kind> kinds_;
    bench::poller poller_;
    std::map<bench::kind, bench::tally> tallies_;
    std::vector<std::unique_ptr<bench::bad_link>> links_;
    std::int64_t begun_ns_ = 0;
    std::uint64_t turn_ = 0;
    std::uint64_t turns_left_out_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    order wanted;
    CLI::App app("Bad clients: see what a server does with them, and what they do to the others",
                 "bench_misbehave");
    app.add_option("URL", wanted.url, "ws://127.0.0.1:PORT")->required();
    app.add_option("--links", wanted.links)->check(CLI::Range(1, 60000))->capture_default_str();
    app.add_option("--kinds", wanted.kinds, "Also: garbage, connection-flood")
        ->capture_default_str();
    app.add_option("--rate", wanted.writes_per_second, "Writes a second of all links together")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    app.add_option("--seconds", wanted.seconds)
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app.add_option("--per-address", wanted.per_address, "Links from each source address; 0: one")
        ->capture_default_str();
    app.add_option("--seed", wanted.seed, "Of the garbage")->capture_default_str();
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        return crowd(wanted).run();
    });
}
