#include "chaos/engine/dialer.hpp"

#include <utility>

#include "chaos/engine/addresses.hpp"

namespace chaos {

namespace {

using boost::system::error_code;

constexpr std::chrono::seconds connect_timeout(10); // for each address

} // namespace

dialer::dialer(tcp::socket& socket, const std::vector<tcp::endpoint>& targets, bool is_narrow,
               handler done)
    : socket_(socket)
    , targets_(targets)
    , is_narrow_(is_narrow)
    , done_(std::move(done))
    , timeout_(socket.get_executor()) {
}

void dialer::start() {
    try_next();
}

void dialer::stop() {
    stopped_ = true;
    timeout_.cancel();
    done_ = nullptr;
}

void dialer::try_next() {
    if (target_ == targets_.size()) {
        finish();
        return;
    }
    error_code error;
    socket_.open(targets_[target_].protocol(), error);
    if (error) {
        failed(error.message());
        return;
    }
    prepare(socket_);
    if (is_narrow_) narrow(socket_.native_handle());
    timeout_.expires_after(connect_timeout);
    timeout_.async_wait([kept = shared_from_this(), target = target_](const error_code& early) {
        error_code ignored;
        if (!early && !kept->stopped_ && kept->target_ == target) kept->socket_.close(ignored);
    });
    socket_.async_connect(targets_[target_], [kept = shared_from_this()](const error_code& error) {
        if (kept->stopped_) return;
        if (!kept->socket_.is_open())
            kept->failed("no answer within 10 s");
        else if (error)
            kept->failed(error.message());
        else
            kept->finish();
    });
}

void dialer::failed(const std::string& why) {
    error_code ignored;
    socket_.close(ignored);
    failures_ += (failures_.empty() ? "" : "; ") + text_of(targets_[target_]) + ": " + why;
    ++target_;
    try_next();
}

void dialer::finish() {
    const handler done = std::move(done_);
    const std::string failures = target_ == targets_.size() ? failures_ : "";
    stop();
    done(failures);
}

} // namespace chaos
