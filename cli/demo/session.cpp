#include "demo/session.hpp"

#include <algorithm>
#include <array>
#include <poll.h>

#include "common/signals.hpp"
#include "demo/live.hpp"
#include "demo/plain_client.hpp"
#include "demo/plan.hpp"
#include "demo/resock_client.hpp"
#include "demo/server.hpp"
#include "demo/side.hpp"
#include "demo/stream.hpp"

namespace demo {

namespace {

constexpr milliseconds look{5};              // at the counts
constexpr milliseconds longest_finish{5000}; // of the server, once the clients have ended

class session {
  public:
    session(const settings& wanted, bool quiet);

    outcome run();

  private:
    void observe(outcome& shown);
    sample taken() const;
    std::vector<live_counts> counts() const;
    bool have_opened() const;
    bool is_finished() const;

    const settings wanted_;
    pace stream_;
    live live_;
    side plain_;
    side resock_;
    side exactly_once_;
    const std::array<side*, side_count> sides_{&plain_, &resock_, &exactly_once_};
    server server_;
    clock::time_point started_;
};

session::session(const settings& wanted, bool quiet)
    : wanted_(wanted)
    , stream_(wanted)
    , live_(quiet)
    , plain_("plain", wanted.messages)
    , resock_("resock", wanted.messages)
    , exactly_once_("exactly-once", wanted.messages)
    , server_({&plain_.received, &resock_.received, &exactly_once_.received}) {
    for (std::size_t i = 0; i < side_count; ++i)
        sides_[i]->line = std::make_unique<line>(faults_of(wanted, server_.address(i)));
    plain_.client = std::make_unique<plain_client>(wanted, stream_, plain_.line->address());
    for (side* each : {&resock_, &exactly_once_})
        each->client =
            std::make_unique<resock_client>(wanted, stream_, each->line->address(),
                                            each == &resock_ ? "at-least-once" : "exactly-once");
}

outcome session::run() {
    outcome shown;
    shown.wanted = wanted_;
    shown.plan = cut_plan(wanted_);
    server_.start();
    for (side* each : sides_) {
        each->line->start();
        each->client->start();
    }
    started_ = clock::now();
    live_.begin();
    observe(shown);
    live_.end();
    // The clients have ended, so that a line ends no connection that still brings something.
    server_.finish(longest_finish);
    for (side* each : sides_) {
        each->line->stop();
        shown.sides.push_back(each->figures_since(started_));
    }
    shown.course.add_last(taken());
    return shown;
}

void session::observe(outcome& shown) {
    bool has_begun = false;
    while (!is_finished()) {
        // Nobody is to lose what was said before the first connection.
        if (!has_begun && have_opened()) {
            has_begun = true;
            started_ = clock::now();
            stream_.begin(started_);
        }
        pollfd waited = {cli::signal_fd(), POLLIN, 0};
        poll(&waited, 1, static_cast<int>(look.count()));
        if (waited.revents != 0 && shown.signal == 0) shown.signal = cli::take_signals().last;
        if (clock::now() - started_ > wanted_.time_limit) shown.out_of_time = true;
        if (shown.out_of_time || shown.signal != 0) {
            for (side* each : sides_)
                each->client->stop();
        }
        if (has_begun) shown.course.add(taken());
        if (has_begun) live_.show(started_, counts());
    }
}

sample session::taken() const {
    sample taken;
    taken.at_s = std::chrono::duration<double>(clock::now() - started_).count();
    for (std::size_t i = 0; i < side_count; ++i) {
        const side& of = *sides_[i];
        taken.sent[i] = of.client->sent();
        // A message may arrive before its sender has counted it.
        taken.distinct[i] = std::min(of.received.counted().distinct, taken.sent[i]);
    }
    return taken;
}

std::vector<live_counts> session::counts() const {
    std::vector<live_counts> made;
    for (const side* each : sides_) {
        live_counts now;
        now.arrived = each->received.counted();
        now.sent = each->client->sent();
        made.push_back(now);
    }
    return made;
}

bool session::have_opened() const {
    return std::all_of(sides_.begin(), sides_.end(),
                       [](const side* each) { return each->client->has_opened(); });
}

bool session::is_finished() const {
    return std::all_of(sides_.begin(), sides_.end(),
                       [](const side* each) { return each->client->finished(); });
}

} // namespace

outcome run(const settings& wanted, bool quiet) {
    cli::install_signals();
    return session(wanted, quiet).run();
}

} // namespace demo
