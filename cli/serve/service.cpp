#include "serve/service.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "common/exit_code.hpp"
#include "common/print.hpp"
#include "common/signals.hpp"

namespace cli {

namespace {

using resock::event_kind;

constexpr std::size_t events_at_once = 1024;
constexpr std::string_view session_subprotocol = "resock.v1";

} // namespace

service::service(serve_settings settings)
    : settings_(std::move(settings))
    , reporter_(STDERR_FILENO, settings_.report)
    , output_(STDOUT_FILENO, settings_.binary)
    , keeps_sessions_(!settings_.of_listener.get("listen.sessions").empty())
    , hub_(settings_.of_hub)
    , listener_(hub_.listen(settings_.of_listener))
    , hub_fd_(hub_.fd()) {
}

int service::run() {
    say_addresses();
    while (!over_ && !quit_ && !may_leave() && !(settings_.print && output_.broken())) {
        reporter_.flush();
        wait();
    }
    if (quit_) return interrupted + signal_;
    if (settings_.print && output_.broken() && !over_) {
        reporter_.error("standard output was closed; nothing can be printed any more");
        reporter_.flush();
        return not_confirmed;
    }
    output_.drain(signal_fd());
    reporter_.flush();
    return all_confirmed;
}

void service::say_addresses() {
    std::string lines;
    try {
        for (std::size_t i = 0;; ++i)
            lines += "listening on " + listener_.address(i) + "\n";
    } catch (const resock::error&) { // that was the last
    }
    if (settings_.print)
        reporter_.line(lines);
    else
        print(lines);
    reporter_.flush();
}

void service::wait() {
    pollfd waited[] = {
        {signal_fd(), POLLIN, 0},
        {output_.full() ? -1 : hub_fd_, POLLIN, 0},
        {output_.empty() ? -1 : STDOUT_FILENO, POLLOUT, 0},
    };
    if (poll(waited, std::size(waited), -1) < 0) {
        if (errno == EINTR) return;
        throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (waited[0].revents != 0) take_signals();
    if (waited[1].revents != 0) {
        for (resock::event& event : hub_.poll_many(std::chrono::milliseconds(0), events_at_once))
            take(std::move(event));
    }
    if (waited[2].revents != 0) output_.write_some();
}

void service::take_signals() {
    const taken_signals taken = cli::take_signals();
    const bool is_second = signal_ != 0 || taken.count > 1;
    if (signal_ == 0) signal_ = taken.last;
    if (is_second) quit_ = true;
    if (!quit_) shut_down();
}

// Sessions in memory end with this program: their clients end them in order, at once, and come
// back with new ones. Those in a file wait for the next run.
void service::shut_down() {
    if (keeps_sessions_)
        listener_.drain(settings_.drain);
    else
        listener_.drain_to(settings_.drain, "", RESOCK_DRAIN_FINISH);
}

// Plain clients have taken what is due to them; the others go on in the next run.
bool service::may_leave() const {
    return signal_ != 0 && keeps_sessions_ &&
           std::all_of(clients_.begin(), clients_.end(), [](const auto& each) {
               return each.second.in_session && each.second.echoes.empty();
           });
}

// ---- events ----

void service::take(resock::event event) {
    if (event.kind() == event_kind::open && event.subprotocol() == session_subprotocol)
        clients_[event.link_id()].in_session = true;
    report_line(event);
    switch (event.kind()) {
    case event_kind::accepted:
        clients_[event.link_id()].link = resock::take_link(event);
        break;
    case event_kind::message:
        take_message(std::move(event));
        break;
    case event_kind::writable:
    case event_kind::down: // what waits cannot be sent back any more, and CLOSED may come out
        if (const auto at = clients_.find(event.link_id()); at != clients_.end()) go_on(at->second);
        break;
    case event_kind::closed:
        if (event.listener_id() != 0)
            over_ = true;
        else
            clients_.erase(event.link_id());
        break;
    default:
        break;
    }
}

void service::take_message(resock::event event) {
    const auto arrived = std::make_shared<const resock::event>(std::move(event));
    // Those of plain links have no number, and nobody waits for their being printed.
    const bool in_session = arrived->id() != 0;
    if (settings_.print)
        output_.add(arrived->data(), arrived->is_text(), in_session ? arrived : nullptr);
    if (!settings_.echo) return;
    const auto at = clients_.find(arrived->link_id());
    if (at != clients_.end()) echo(at->second, arrived);
}

// Those behind one that waits wait, too: the order stays.
void service::echo(client& to, message next) {
    to.echoes.push_back(std::move(next));
    if (to.echoes.size() == 1) go_on(to);
}

void service::go_on(client& to) {
    while (!to.echoes.empty()) {
        const resock::event& next = *to.echoes.front();
        try {
            next.is_text() ? to.link.send(next.data()) : to.link.send_binary(next.data());
        } catch (const resock::error& error) {
            if (error.status() == resock::status::queue_full) {
                to.link.hold(true);
                return;
            }
            // closed: its event says why. Else a gap in what comes back would be worse than an end.
            if (error.status() != resock::status::closed)
                to.link.close(4000, "cannot be sent back");
            to.echoes.clear();
            break;
        }
        to.echoes.pop_front();
    }
    to.link.hold(false);
}

bool service::is_session(const resock::event& of) const {
    const auto at = clients_.find(of.link_id());
    return at != clients_.end() && at->second.in_session;
}

// One line for what happens to a link: there are many, so each names its own.
void service::report_line(const resock::event& event) {
    if (settings_.report != report::status) return reporter_.event(event);
    const auto link = [&] { return "link " + std::to_string(event.link_id()) + ": "; };
    switch (event.kind()) {
    case event_kind::open:
        reporter_.line(link() + "open: " + describe(event).substr(sizeof("OPEN")) + "\n");
        break;
    case event_kind::down:
        reporter_.line(link() + (is_session(event) ? "down: " : "ended: ") +
                       std::string(event.why()) + "\n");
        break;
    case event_kind::lost: // CLOSED says it
        break;
    case event_kind::closed:
        if (event.listener_id() != 0)
            reporter_.line(std::string(event.why()) + "\n");
        else if (is_session(event))
            reporter_.line(link() + "session over: " + std::string(event.why()) + "\n");
        break;
    default:
        reporter_.event(event);
    }
}

} // namespace cli
