#include "demo/plain_client.hpp"

#include <exception>

namespace demo {

namespace {

using boost::system::error_code;

constexpr std::size_t most_waiting = 10'000; // messages that the socket has not taken
constexpr milliseconds after_failure{100};   // an attempt that never opened; no tight loop

} // namespace

plain_client::plain_client(const settings& wanted, const pace& stream, const chaos::address& to)
    : wanted_(wanted)
    , stream_(stream)
    , to_(to) {
}

plain_client::~plain_client() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
}

void plain_client::start() {
    thread_ = std::thread([this] { run(); });
}

void plain_client::run() {
    try {
        connect();
        tick();
        loop_.run();
    } catch (const std::exception& error) {
        failure_ = error.what();
    }
    if (connection_) connection_->disown();
    finished_at_ = clock::now();
    finished_ = true;
}

void plain_client::connect() {
    was_open_ = false;
    plain_connection::owner& told = *this;
    connection_ = std::make_shared<plain_connection>(loop_, told);
    connection_->open(to_);
}

void plain_client::opened() {
    was_open_ = true;
    has_opened_ = true;
}

void plain_client::ended() {
    connection_->disown();                   // what waits in it is gone
    if (has_sent_all()) return loop_.stop(); // nothing is left to connect for
    if (was_open_) return connect();
    again_.expires_after(after_failure);
    again_.async_wait([this](const error_code& error) {
        if (!error) connect();
    });
}

void plain_client::tick() {
    send_due();
    if (has_sent_all() && !is_closing_) {
        if (!connection_->is_open()) return loop_.stop();
        if (connection_->waiting() == 0) {
            is_closing_ = true;
            connection_->close();
        }
    }
    next_tick_.expires_after(pace::step);
    next_tick_.async_wait([this](const error_code& error) {
        if (!error) tick();
    });
}

void plain_client::send_due() {
    const std::uint64_t due = stream_.due();
    while (sent_ < due) {
        if (!connection_->is_open())
            ++sent_while_down_;
        else if (connection_->waiting() < most_waiting)
            connection_->send(message_of(sent_ + 1));
        else
            return; // the application waits, as any that minds how much is buffered
        ++sent_;
    }
}

} // namespace demo
