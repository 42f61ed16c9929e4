#include <atomic>
#include <iostream>
#include <thread>
#include <unistd.h>

#include "client.hpp"
#include "support/report.hpp"

namespace bench {

namespace {

// More at once would wait for the server's backlog.
constexpr std::uint32_t opening_at_once = 256;

class idle_links {
  public:
    explicit idle_links(const resock_order& by)
        : options_(link_options(by))
        , hub_(make_hub(by))
        , wanted_(by.job.links) {}

    int run() {
        links_.reserve(wanted_);
        std::thread input([this] { wait_for_end_of_input(); });
        if (wanted_ == 0) report();
        open_more();
        while (!ended_) {
            if (const auto event = hub_.poll()) settle(*event);
        }
        input.join();
        return failed_ == 0 ? 0 : 1;
    }

  private:
    void open_more() {
        while (links_.size() < wanted_ && links_.size() - open_ - failed_ < opening_at_once)
            links_.push_back(hub_.open(options_, links_.size()));
    }

    void settle(const resock::event& event) {
        if (reported_) return;
        if (event.kind() == resock::event_kind::open) {
            ++open_;
        } else if (event.kind() == resock::event_kind::down) {
            if (failed_++ == 0) std::cerr << "bench_resock: " << event.why() << '\n';
            links_[static_cast<std::size_t>(event.user())].reset();
        } else {
            return;
        }
        open_more();
        if (open_ + failed_ == wanted_) report();
    }

    void report() {
        reported_ = true;
        reported_.notify_all();
        print_line({{"links", open_}, {"failed", failed_}});
    }

    void wait_for_end_of_input() {
        char ignored[256];
        while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
        }
        reported_.wait(false); // the report comes first in any case
        ended_ = true;
        hub_.wake();
    }

    resock::options options_;
    resock::hub hub_;
    std::vector<resock::link> links_;
    std::uint32_t wanted_;
    std::uint32_t open_ = 0;
    std::uint32_t failed_ = 0;
    std::atomic<bool> reported_ = false;
    std::atomic<bool> ended_ = false;
};

} // namespace

int run_idle(const resock_order& by) {
    return idle_links(by).run();
}

} // namespace bench
