// The fixture of a hub with one link.
#include "net/peer_support/session.hpp"

#include <algorithm>
#include <sstream>

#include "net/peer_support/peer_process.hpp"
#include "support/catch.hpp"

namespace resock::test {

namespace {

using steady = std::chrono::steady_clock;

hub::hub_settings hub_with(unsigned io_threads) {
    hub::hub_settings settings;
    settings.io_threads = io_threads;
    return settings;
}

hub::link_settings link_with(const std::string& url, const option_list& list) {
    hub::options made(hub::option_scope::link);
    made.set("url", url);
    for (const auto& [name, value] : list)
        made.set(name, value);
    return hub::make_link_settings(made);
}

} // namespace

session::session(const std::string& url, const option_list& options, unsigned io_threads, bool keep)
    : hub_(std::make_shared<hub::hub>(hub_with(io_threads)))
    , link_(hub_->open(link_with(url, options), 0))
    , keep_(keep) {
}

session::~session() {
    hub_->release(link_);
    link_.reset();
    hub_->close();
}

std::uint64_t session::send(std::string_view bytes, bool text) {
    hub::outgoing message;
    message.bytes = bytes;
    message.text = text;
    const std::uint64_t id = link_->send(message);
    ++sent;
    return id;
}

void session::poll(std::uint32_t timeout_ms) {
    std::array<hub::event_ptr, 256> events;
    const std::size_t taken = hub_->poll(timeout_ms, events);
    for (std::size_t i = 0; i < taken; ++i) {
        count(*events[i]);
        if (on_event) on_event(*events[i]);
    }
}

void session::count(const hub::event& event) {
    switch (event.kind) {
    case hub::event_kind::message:
        ++received;
        if (keep_)
            messages.push_back({(event.flags & hub::event_text) != 0, std::string(event.bytes())});
        break;
    case hub::event_kind::confirmed:
        confirmed.at(event.level()) = event.id();
        break;
    case hub::event_kind::failed:
        failures.push_back(
            {event.id(), event.last_id(), static_cast<link::fail_reason>(event.reason())});
        break;
    case hub::event_kind::open:
        opens.push_back(*event.open());
        break;
    case hub::event_kind::down:
        downs.push_back({*event.record(), event.was_open()});
        break;
    case hub::event_kind::log:
        if (event.level() <= static_cast<std::uint32_t>(link::log_level::warning))
            warnings.push_back(*event.text());
        break;
    case hub::event_kind::closed:
        closed = true;
        last = *event.record();
        break;
    default:
        break;
    }
}

void session::until(const std::string& what, const std::function<bool()>& done) {
    const auto limit = steady::now() + patience;
    while (!done()) {
        if (steady::now() >= limit) FAIL("did not come: " + what + "; " + story());
        poll(50);
    }
}

void session::until_open() {
    until("OPEN", [&] { return !opens.empty(); });
}

void session::until_confirmed() {
    until("CONFIRMED of everything", [&] {
        return std::max(through(link::level::received), through(link::level::processed)) >= sent;
    });
}

void session::close(std::uint16_t code, std::string_view reason) {
    link_->close(code, reason);
    until("CLOSED", [&] { return closed; });
}

std::uint64_t session::send_paced(std::uint64_t count, double rate,
                                  const std::function<std::string(std::uint64_t)>& message,
                                  const std::function<bool(std::uint64_t)>& enough) {
    const auto start = steady::now();
    std::uint64_t done = 0;
    while (done < count) {
        const std::chrono::duration<double> elapsed = steady::now() - start;
        const auto due = static_cast<std::uint64_t>(elapsed.count() * rate);
        for (; done < std::min(due, count); ++done)
            text(message(done + 1));
        if (enough && enough(done)) break;
        poll(1);
    }
    return done;
}

std::size_t session::breaks() const {
    return static_cast<std::size_t>(
        std::count_if(downs.begin(), downs.end(), [](const auto& each) { return each.was_open; }));
}

std::string session::story() const {
    std::ostringstream text;
    text << "sent " << sent << ", received " << received << ", confirmed "
         << through(link::level::received) << ", opens " << opens.size() << ", breaks " << breaks()
         << ", attempts failed " << downs.size() - breaks() << ", failures " << failures.size();
    if (!downs.empty()) text << "; the last DOWN: " << downs.back().record.why;
    for (const std::string& each : warnings)
        text << "; warning: " << each;
    return text.str();
}

} // namespace resock::test

using namespace resock::test;

TEST_CASE("a session counts what its link tells") {
    resock::test::session with("echo:", {});
    with.text("one");
    with.binary("two");
    with.until("both echoes", [&] { return with.received == 2; });
    with.until_confirmed();
    CHECK(with.messages == std::vector<seen_message>{{true, "one"}, {false, "two"}});
    CHECK(with.opens.size() == 1);
    CHECK(with.downs.empty());
    with.close();
    CHECK(with.breaks() == 1); // our own close, and no other
    CHECK(with.failures.empty());
}
