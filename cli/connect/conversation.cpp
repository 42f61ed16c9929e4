#include "connect/conversation.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "common/signals.hpp"

namespace cli {

namespace {

using resock::event_kind;

constexpr std::size_t events_at_once = 1024; // as many LOG events as the library keeps
// Messages to be sent back wait here while the queue is full. WRITABLE stands behind messages
// that are not polled any more then, so the queue is asked again after this time.
constexpr int echo_retry_ms = 5;

input make_input(const connect_settings& settings) {
    return settings.binary ? input::chunks(STDIN_FILENO, settings.chunk)
                           : input::lines(STDIN_FILENO, settings.line_max);
}

bool is_full(const resock::error& error) {
    return error.status() == resock::status::queue_full ||
           error.status() == resock::status::timeout; // queue.full=wait
}

} // namespace

conversation::conversation(connect_settings settings)
    : settings_(std::move(settings))
    , reporter_(STDERR_FILENO, settings_.report)
    , input_(make_input(settings_))
    , output_(STDOUT_FILENO, settings_.binary)
    , hub_(settings_.of_hub)
    , link_(hub_.open(settings_.of_link))
    , hub_fd_(hub_.fd()) {
}

int conversation::run() {
    while (!closed_ && !quit_ && !leaving_) {
        feed();
        return_echoes();
        close_when_done();
        reporter_.flush();
        wait();
    }
    if (closed_) take_last_logs();
    const int code = finish();
    reporter_.flush();
    return code;
}

// ---- out ----

bool conversation::reads_input() const {
    return !settings_.echo && !closing_ && !output_.broken() && !input_.ended();
}

bool conversation::input_is_done() {
    return output_.broken() || (!settings_.echo && input_.ended() && !input_.front());
}

void conversation::feed() {
    if (settings_.echo || closing_ || output_.broken()) return;
    while (!queue_full_) {
        const auto message = input_.front();
        if (!message || !send_front(*message)) return;
        input_.pop();
    }
}

// False where it was not accepted: the queue is full, the link has ended, or it cannot be sent.
bool conversation::send_front(std::string_view message) {
    try {
        settings_.binary ? link_.send_binary(message) : link_.send(message);
        return true;
    } catch (const resock::error& error) {
        if (is_full(error)) {
            queue_full_ = true;
        } else if (error.status() == resock::status::invalid) {
            refuse_input(input_.where() + " is not UTF-8: a text message must be; send the input "
                                          "as it is with --binary, or convert it with iconv");
        } else if (error.status() != resock::status::closed) {
            refuse_input(input_.where() + " cannot be sent: " + error.what());
        }
        return false; // closed: the event says why
    }
}

// What was accepted before is still confirmed.
void conversation::refuse_input(const std::string& sentence) {
    reporter_.error(sentence);
    input_refused_ = true;
    input_.give_up();
}

void conversation::return_echoes() {
    while (!echoes_.empty()) {
        const resock::event& next = echoes_.front();
        try {
            next.is_text() ? link_.send(next.data()) : link_.send_binary(next.data());
        } catch (const resock::error& error) {
            if (is_full(error)) return;
            if (error.status() != resock::status::closed)
                reporter_.error(std::string("a message cannot be sent back: ") + error.what());
            close_link();
            return;
        }
        echoes_.pop_front();
    }
}

std::uint64_t conversation::unconfirmed() const {
    return link_.stats(resock::stat::queued_messages);
}

bool conversation::may_still_listen() {
    if (output_.broken() || input_refused_) return false;
    if (settings_.stay) return true;
    if (!settings_.wait) return false;
    if (!listen_until_) listen_until_ = clock::now() + *settings_.wait;
    return clock::now() < *listen_until_;
}

void conversation::close_when_done() {
    if (closing_ || closed_ || !input_is_done() || unconfirmed() > 0) return;
    // Without a single message, being connected once is what was asked for.
    if (!opened_ && !input_refused_) return;
    if (may_still_listen()) return;
    // What arrived and could not be written comes again in the next run.
    output_.broken() ? stop() : close_link();
}

// Harmless where the link has ended meanwhile: CLOSED is on its way.
void conversation::close_link() {
    closing_ = true;
    not_returned_ += echoes_.size();
    echoes_.clear();
    link_.close();
}

// ---- in ----

int conversation::wait_ms() const {
    if (!echoes_.empty()) return echo_retry_ms;
    if (!listen_until_ || closing_) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*listen_until_ - clock::now()).count();
    // poll(2) counts in int; the loop asks again.
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

void conversation::wait() {
    const bool reads = reads_input() && !input_.front();
    const bool takes_events = !output_.full() && echoes_.empty();
    pollfd waited[] = {
        {signal_fd(), POLLIN, 0},
        {takes_events ? hub_fd_ : -1, POLLIN, 0},
        {output_.empty() ? -1 : STDOUT_FILENO, POLLOUT, 0},
        {reads ? STDIN_FILENO : -1, POLLIN, 0},
    };
    if (poll(waited, std::size(waited), wait_ms()) < 0) {
        if (errno == EINTR) return;
        throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (waited[0].revents != 0) take_signals();
    if (waited[1].revents != 0) take_events();
    if (waited[2].revents != 0) output_.write_some();
    if (waited[3].revents != 0) take_input();
    if (output_.broken() && !keeps_session()) output_.release();
}

void conversation::take_input() {
    try {
        input_.read_some();
    } catch (const std::runtime_error& error) {
        refuse_input(error.what());
    }
}

void conversation::take_signals() {
    const taken_signals taken = cli::take_signals();
    const bool is_second = signal_ != 0 || taken.count > 1;
    if (signal_ == 0) signal_ = taken.last;
    if (is_second) quit_ = true;
    if (!closing_ && !quit_) stop();
}

// A session in a file goes on next time; any other one ends here.
void conversation::stop() {
    if (keeps_session())
        leaving_ = true;
    else
        close_link();
}

void conversation::take_events() {
    for (resock::event& event : hub_.poll_many(std::chrono::milliseconds(0), events_at_once))
        take(std::move(event));
}

// A LOG may come after the CLOSED that it explains, but was told before: one look finds them all.
void conversation::take_last_logs() {
    for (const resock::event& log : hub_.poll_many(std::chrono::milliseconds(0), events_at_once))
        reporter_.event(log);
}

void conversation::take(resock::event event) {
    reporter_.event(event);
    switch (event.kind()) {
    case event_kind::open:
        opened_ = true;
        break;
    case event_kind::message:
        if (!settings_.echo)
            print(std::move(event));
        else if (closing_)
            ++not_returned_;
        else
            echoes_.push_back(std::move(event));
        break;
    case event_kind::failed:
        failed_ += event.last_id() - event.id() + 1;
        break;
    case event_kind::writable:
        queue_full_ = false;
        break;
    case event_kind::lost:
        if (!event.begun_anew()) lost_ = event.text();
        break;
    case event_kind::credentials:
        link_.no_credentials(event.id()); // the command line has no more than --header
        break;
    case event_kind::closed:
        closed_ = std::move(event);
        break;
    default:
        break;
    }
}

// Only the events of a session have something to wait for: that it is written.
void conversation::print(resock::event message) {
    if (!settings_.in_session) return output_.add(message.data(), message.is_text(), nullptr);
    const auto kept = std::make_shared<const resock::event>(std::move(message));
    output_.add(kept->data(), kept->is_text(), kept);
}

} // namespace cli
