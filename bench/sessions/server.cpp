// bench_session_server: a listener of ours as an application writes it, for plain links and
// sessions alike. Prints where it listens; at the end of standard input what it counted.

#include <array>
#include <atomic>
#include <iostream>
#include <map>
#include <thread>
#include <unistd.h>
#include <unordered_map>

#include <resock/resock.hpp>

#include "job/address.hpp"
#include "job/message.hpp"
#include "support/arguments.hpp"
#include "support/report.hpp"
#include "support/settings.hpp"
#include "support/target.hpp"

namespace {

struct order {
    std::string url = "ws://127.0.0.1:0";
    bool threaded = false;
    bool sink = false;
    std::vector<std::string> settings;
};

class server {
  public:
    explicit server(const order& by)
        : sink_(by.sink)
        , hub_(resock::options(resock::scope::hub).set("io.threads", by.threaded ? "1" : "0")) {
        static_cast<void>(bench::address(by.url));
        resock::options of(resock::scope::listener);
        of.set("listen.url", by.url);
        bench::set_all(of, by.settings);
        listener_ = hub_.listen(of);
    }

    int run() {
        std::cout << "listening on " << listener_.address() << std::endl;
        std::thread input([this] { wait_for_end_of_input(); });
        while (!ended_)
            take_some();
        input.join();
        bench::print_line({{"links", links_made_}, {"messages", messages_}, {"wrong", wrong_}});
        return wrong_ == 0 ? 0 : 1;
    }

  private:
    struct accepted {
        resock::link link;
        std::uint64_t next = 0; // number of the message that a sink waits for
    };

    void take_some() {
        std::array<resock_event*, 256> events{};
        std::size_t count = 0;
        resock::detail::check(
            resock_hub_poll(hub_.get(), RESOCK_FOREVER, events.size(), events.data(), &count));
        for (std::size_t i = 0; i < count; ++i) {
            resock::event event(events[i]);
            take(event);
        }
    }

    void take(resock::event& event) {
        switch (event.kind()) {
        case resock::event_kind::accepted:
            links_[event.link_id()].link = resock::take_link(event);
            ++links_made_;
            return;
        case resock::event_kind::message:
            return take_message(event);
        case resock::event_kind::closed:
            links_.erase(event.link_id());
            return;
        default:
            return;
        }
    }

    void take_message(const resock::event& event) {
        ++messages_;
        accepted& from = links_.at(event.link_id());
        const std::string_view data = event.data();
        if (!sink_)
            return resock::detail::check(
                resock_link_send(from.link.get(), data.data(), data.size(), 0, 0, nullptr));
        const bool has_number = data.size() >= sizeof(std::uint64_t);
        if (!has_number || bench::numbered_message::number_of(data) != from.next++) ++wrong_;
    }

    void wait_for_end_of_input() {
        char ignored[256];
        while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
        }
        ended_ = true;
        hub_.wake();
    }

    bool sink_;
    resock::hub hub_;
    resock::listener listener_;
    std::unordered_map<std::uint64_t, accepted> links_;
    std::uint64_t links_made_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t wrong_ = 0; // not the next one of its link; only a sink looks
    std::atomic<bool> ended_ = false;
};

} // namespace

int main(int argc, char** argv) {
    order wanted;
    CLI::App app("Echoes or swallows the messages of plain links and sessions until the end of "
                 "standard input",
                 "bench_session_server");
    const std::map<std::string, bool> io{{"driven", false}, {"threaded", true}};
    const std::map<std::string, bool> jobs{{"echo", false}, {"sink", true}};
    app.add_option("--listen", wanted.url, "ws://127.0.0.1:PORT")->capture_default_str();
    app.add_option("--io", wanted.threaded, "driven: inside the calls of its thread")
        ->transform(CLI::CheckedTransformer(io));
    app.add_option("--job", wanted.sink, "echo; sink: check the numbers and answer nothing")
        ->transform(CLI::CheckedTransformer(jobs));
    app.add_option("--set", wanted.settings, "An option of the listener, as often as needed")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->take_all();
    return bench::run_program(app, argc, argv, [&] {
        bench::raise_descriptor_limit();
        return server(wanted).run();
    });
}
