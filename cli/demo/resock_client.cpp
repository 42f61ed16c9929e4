#include "demo/resock_client.hpp"

#include <algorithm>

namespace demo {

namespace {

constexpr milliseconds look{50}; // at stopped_, once everything is sent
constexpr milliseconds longest_reset_after{100};
constexpr std::uint64_t default_queue = 10'000; // messages

// What is unconfirmed on a long line, and what a time down adds, at a high rate.
std::uint64_t queue_of(const settings& wanted) {
    const milliseconds kept = 2 * wanted.delay + std::chrono::seconds(1);
    return std::max(default_queue, wanted.rate * static_cast<std::uint64_t>(kept.count()) / 1000);
}

std::string in_ms(milliseconds span) {
    return std::to_string(span.count()) + "ms";
}

// Both sides try again at once after a cut, so that the times can be compared: reconnect.min=0, and
// with reset_after each cut is a first one, although they come in quick succession.
resock::options options_of(const settings& wanted, const chaos::address& to, const char* delivery) {
    resock::options made;
    made.set("url", "ws://" + to.host + ":" + std::to_string(to.port));
    made.set("delivery", delivery);
    made.set("reconnect.min", "0");
    made.set("reconnect.reset_after", in_ms(std::min(longest_reset_after, wanted.cut_every / 4)));
    made.set("queue.messages", std::to_string(queue_of(wanted)));
    return made;
}

} // namespace

resock_client::resock_client(const settings& wanted, const pace& stream, const chaos::address& to,
                             const char* delivery)
    : wanted_(wanted)
    , stream_(stream)
    , options_(options_of(wanted, to, delivery)) {
}

resock_client::~resock_client() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
}

void resock_client::start() {
    thread_ = std::thread([this] { run(); });
}

void resock_client::run() {
    try {
        converse();
    } catch (const std::exception& error) {
        failure_ = error.what();
    }
    finished_at_ = clock::now();
    finished_ = true;
}

void resock_client::converse() {
    resock::hub hub;
    resock::link link = hub.open(options_);
    bool is_closing = false;
    while (!stopped_) {
        for (const resock::event& each : hub.poll_many(is_closing ? look : pace::step)) {
            if (!handle(each)) return;
        }
        if (is_closing) continue;
        send_due(link);
        if (sent_ < wanted_.messages) continue;
        link.close(); // waits until everything is confirmed
        is_closing = true;
    }
}

void resock_client::send_due(resock::link& over) {
    const std::uint64_t due = stream_.due();
    try {
        while (sent_ < due) {
            over.send(message_of(sent_ + 1));
            ++sent_;
        }
    } catch (const resock::error& error) {
        // The queue has its bound; the application waits, as any that minds the answer of send.
        if (error.status() != resock::status::queue_full) throw;
    }
}

bool resock_client::handle(const resock::event& happened) {
    if (happened.kind() == resock::event_kind::open) has_opened_ = true;
    if (happened.kind() == resock::event_kind::failed)
        failure_ = "messages " + std::to_string(happened.id()) + " to " +
                   std::to_string(happened.last_id()) + " were given up";
    if (happened.kind() == resock::event_kind::lost)
        failure_ = "the session was lost: " + std::string(happened.text());
    if (happened.kind() != resock::event_kind::closed) return true;
    if (sent_ < wanted_.messages) failure_ = std::string(happened.why());
    return false;
}

} // namespace demo
