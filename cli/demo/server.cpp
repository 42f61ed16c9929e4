#include "demo/server.hpp"

#include <stdexcept>
#include <utility>

namespace demo {

namespace {

constexpr const char* any_port = "ws://127.0.0.1:0";
constexpr milliseconds look{100}; // at stopped_, where nothing happens

} // namespace

server::server(std::vector<tally*> sides)
    : sides_(std::move(sides)) {
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        listeners_.push_back(hub_.listen(any_port));
        listeners_.back().set_user(side);
    }
    listening_ = listeners_.size();
}

server::~server() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
}

chaos::address server::address(std::size_t side) const {
    const std::string url = listeners_[side].address();
    const auto port = std::stoul(url.substr(url.rfind(':') + 1));
    return {"127.0.0.1", static_cast<std::uint16_t>(port)};
}

void server::start() {
    thread_ = std::thread([this] { run(); });
}

void server::finish(milliseconds limit) {
    for (resock::listener& each : listeners_)
        each.drain(limit);
    if (thread_.joinable()) thread_.join();
    if (!failure_.empty()) throw std::runtime_error("the demo's server: " + failure_);
}

void server::run() {
    try {
        serve();
    } catch (const std::exception& error) {
        failure_ = error.what();
    }
}

// A link's CLOSED comes after the last of its messages.
void server::serve() {
    while (!stopped_ && (listening_ > 0 || !connections_.empty())) {
        for (resock::event& each : hub_.poll_many(look))
            handle(each);
    }
}

void server::handle(resock::event& happened) {
    switch (happened.kind()) {
    case resock::event_kind::accepted:
        connections_.emplace(happened.link_id(),
                             connection{resock::take_link(happened), happened.user(), false});
        break;
    case resock::event_kind::open:
        connections_.at(happened.link_id()).has_spoken = false;
        break;
    case resock::event_kind::message: {
        connection& from = connections_.at(happened.link_id());
        if (!std::exchange(from.has_spoken, true)) sides_[from.side]->note_first(clock::now());
        sides_[from.side]->take(happened.data());
        break;
    }
    case resock::event_kind::closed:
        if (happened.link_id() == 0)
            --listening_;
        else
            connections_.erase(happened.link_id());
        break;
    default:
        break;
    }
}

} // namespace demo
