// bench_opens: how many connections a second a server accepts and opens.

#include <cstring>
#include <map>

#include "support/arguments.hpp"
#include "support/clock.hpp"
#include "support/link.hpp"
#include "support/opener.hpp"
#include "support/report.hpp"

namespace {

using bench::ns_per_s;

struct order {
    std::string url;
    std::uint32_t at_once = 64;
    double ramp_s = 0.5;
    double seconds = 3;
    std::uint32_t per_address = 1;
};

// Each of `at_once` links opens, closes in order (1000, then the server ends the connection, so
// nothing is reset) and opens again.
class openings final : public bench::link_user {
  public:
    explicit openings(const order& wanted)
        : order_(wanted)
        , to_(wanted.url) {
        for (std::uint32_t index = 0; index < wanted.at_once; ++index)
            links_.push_back(std::make_unique<bench::link>(poller_, *this, to_, index));
    }

    int run() {
        measure_from_ns_ = bench::now_ns() + static_cast<std::int64_t>(order_.ramp_s * ns_per_s);
        measure_until_ns_ = measure_from_ns_ + static_cast<std::int64_t>(order_.seconds * ns_per_s);
        for (auto& each : links_)
            begin(*each);
        poller_.run(10 * bench::ns_per_ms, [this] { tick(); });
        report();
        return opened_ > 0 && failed_.empty() ? 0 : 1;
    }

  private:
    void begin(bench::link& one) {
        const int error = one.begin({4, order_.per_address});
        if (error != 0) ++failed_[std::strerror(error)];
    }

    void on_connected(bench::link& of) override { of.request_opening(); }

    void on_open(bench::link& of) override {
        ++opened_in_all_;
        if (counting_) ++opened_;
        of.close_orderly();
    }

    void on_message(bench::link&, std::string_view) override {}

    void on_ended(bench::link& of, const bench::ending& how) override {
        if (how.close_code == 0 || how.error != 0) ++failed_[bench::describe(how)];
        if (!over_) begin(of);
    }

    void tick() {
        const std::int64_t now = bench::now_ns();
        if (!counting_ && !over_ && now >= measure_from_ns_) {
            counting_ = true;
            counted_from_ns_ = now;
            cpu_from_ns_ = bench::cpu_ns();
        }
        if (counting_ && now >= measure_until_ns_) {
            counting_ = false;
            over_ = true;
            counted_ns_ = now - counted_from_ns_;
            cpu_counted_ns_ = bench::cpu_ns() - cpu_from_ns_;
        }
        if (over_ && (all_ended() || now > measure_until_ns_ + ns_per_s)) poller_.stop();
    }

    bool all_ended() const {
        return std::all_of(links_.begin(), links_.end(),
                           [](const auto& each) { return each->ended(); });
    }

    void report() {
        boost::json::object failed;
        for (const auto& [how, count] : failed_)
            failed[how] = count;
        const double seconds = static_cast<double>(counted_ns_) / ns_per_s;
        bench::print_line(
            {{"opened", opened_},
             {"opened_in_all", opened_in_all_},
             {"opens_per_second",
              static_cast<std::int64_t>(static_cast<double>(opened_) / std::max(seconds, 0.001))},
             {"failed", std::move(failed)},
             {"cpu_percent", bench::percent(cpu_counted_ns_, counted_ns_)}});
    }

    order order_;
    bench::target to_;
    bench::poller poller_;
    std::vector<std::unique_ptr<bench::link>> links_;
    bool counting_ = false;
    bool over_ = false;
    std::int64_t measure_from_ns_ = 0;
    std::int64_t measure_until_ns_ = 0;
    std::int64_t counted_from_ns_ = 0;
    std::int64_t counted_ns_ = 0;
    std::int64_t cpu_from_ns_ = 0;
    std::int64_t cpu_counted_ns_ = 0;
    std::uint64_t opened_ = 0;
    std::uint64_t opened_in_all_ = 0;
    std::map<std::string, std::uint64_t> failed_;
};

} // namespace

int main(int argc, char** argv) {
    order wanted;
    CLI::App app("Opens and closes connections as fast as the server does", "bench_opens");
    app.add_option("URL", wanted.url, "ws://127.0.0.1:PORT")->required();
    app.add_option("--at-once", wanted.at_once, "Openings at a time")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--ramp", wanted.ramp_s, "Seconds that are not counted")
        ->check(CLI::Range(0.0, 600.0))
        ->capture_default_str();
    app.add_option("--seconds", wanted.seconds, "Seconds that are counted")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    app.add_option("--per-address", wanted.per_address, "Links from each source address; 0: one")
        ->capture_default_str();
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        return openings(wanted).run();
    });
}
