#include "chaos/engine/engine.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <fcntl.h>

#include "chaos/engine/addresses.hpp"

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t scratch_bytes = 256 * 1024;
constexpr milliseconds sweep_every{100};
constexpr milliseconds reopen_retry{100};

} // namespace

proxy::engine::engine(const settings& faults, observer told)
    : faults_(faults)
    , told_(std::move(told))
    , targets_(resolve_target(loop_, faults.to))
    , listener_(listen_at(loop_, faults.listen, faults.bandwidth > 0))
    , scratch_(scratch_bytes) {
    if (std::find(targets_.begin(), targets_.end(), listener_->endpoint()) != targets_.end())
        throw setup_error("the proxy would connect to itself at " + text_of(faults.to) +
                          "; give the address of the server");
}

proxy::engine::~engine() {
    stop();
    join();
}

void proxy::engine::run(int stop_fd) {
    listener_->start([this](tcp::socket client,
                            const tcp::endpoint& peer) { accepted(std::move(client), peer); },
                     [this](const std::string& why) { trouble(why); });
    sweep_later();
    if (faults_.lifetime) {
        lifetime_.expires_after(*faults_.lifetime);
        lifetime_.async_wait([this](const error_code& stopped) {
            if (!stopped) shut_down();
        });
    }
    if (stop_fd >= 0) {
        stop_fd_.assign(::fcntl(stop_fd, F_DUPFD_CLOEXEC, 0)); // the caller's stays open
        stop_fd_.async_wait(asio::posix::stream_descriptor::wait_read,
                            [this](const error_code& stopped) {
                                if (!stopped) shut_down();
                            });
    }
    loop_.run();
}

void proxy::engine::start() {
    thread_ = std::thread([this] {
        try {
            run(-1);
        } catch (const std::exception& error) { // no memory
            trouble(std::string("the proxy has ended: ") + error.what());
            shut_down();
        }
    });
}

void proxy::engine::stop() {
    asio::post(loop_, [this] { shut_down(); });
}

void proxy::engine::join() {
    if (thread_.joinable()) thread_.join();
}

void proxy::engine::shut_down() {
    counts_.open = connections_.size();
    listener_->stop();
    for (const auto& [number, each] : connections_)
        each->abandon();
    connections_.clear();
    loop_.stop();
}

counts proxy::engine::counted() const {
    counts now = counts_;
    if (!loop_.stopped()) now.open = connections_.size();
    return now;
}

void proxy::engine::accepted(tcp::socket client, const tcp::endpoint& from) {
    const std::string peer = text_of(from);
    if (refuse_left_ > 0) {
        --refuse_left_;
        refuse(std::move(client), peer, "as after every cut");
        return;
    }
    if (connections_.size() - half_left_.size() >= faults_.connections) {
        refuse(std::move(client), peer,
               std::to_string(faults_.connections) + " connections are open, the most allowed");
        return;
    }
    const std::uint64_t number = counts_.accepted + 1;
    const auto made = std::make_shared<connection>(*this, loop_, std::move(client), number);
    connections_.emplace(number, made);
    event happened;
    happened.kind = kind::accepted;
    happened.connection = number;
    happened.peer = peer;
    happened.fate = made->decided();
    report(std::move(happened));
    made->start();
}

void proxy::engine::half_left(std::uint64_t number) {
    half_left_.push_back(number);
    if (half_left_.size() <= faults_.connections) return;
    const auto oldest = connections_.at(half_left_.front());
    oldest->drop("more than " + std::to_string(faults_.connections) +
                 " connections of which only one side is left");
}

void proxy::engine::over(std::uint64_t number) {
    std::erase(half_left_, number);
    connections_.erase(number);
}

void proxy::engine::refuse(tcp::socket client, const std::string& peer, const std::string& why) {
    reset(client);
    event happened;
    happened.kind = kind::refused;
    happened.manner = manner::rst;
    happened.peer = peer;
    happened.text = why;
    report(std::move(happened));
}

void proxy::engine::report(event happened) {
    count(happened);
    happened.time = std::chrono::system_clock::now();
    if (told_) told_(happened);
    if (happened.kind == kind::cut) after_cut();
}

void proxy::engine::count(const event& happened) {
    switch (happened.kind) {
    case kind::accepted:
        ++counts_.accepted;
        break;
    case kind::cut:
        ++counts_.cut;
        break;
    case kind::black_hole:
        ++counts_.black_holes;
        break;
    case kind::ended:
        ++counts_.ended;
        break;
    case kind::unreachable:
        ++counts_.unreachable;
        break;
    case kind::refused:
        ++counts_.refused;
        break;
    case kind::left:
    case kind::dropped:
    case kind::port_closed:
    case kind::port_open:
    case kind::trouble:
        break;
    }
}

void proxy::engine::count_bytes(way direction, std::size_t size) {
    (direction == way::to_server ? counts_.bytes_to_server : counts_.bytes_to_client) += size;
}

void proxy::engine::after_cut() {
    refuse_left_ = faults_.refuse;
    if (faults_.refuse_for.count() == 0) return;
    if (listener_->is_open()) {
        closed_at_ = clock::now();
        try {
            listener_->close_port();
        } catch (const boost::system::system_error& error) {
            trouble("the closed port may be lost to another program: " + error.code().message());
        }
        event happened;
        happened.kind = kind::port_closed;
        happened.age = faults_.refuse_for;
        report(std::move(happened));
    }
    open_port_later(faults_.refuse_for);
}

void proxy::engine::open_port_later(milliseconds delay) {
    reopen_.expires_after(delay);
    reopen_.async_wait([this](const error_code& stopped) {
        if (!stopped) open_port();
    });
}

void proxy::engine::open_port() {
    try {
        listener_->open_port();
    } catch (const boost::system::system_error& error) {
        trouble("cannot open the port again, trying on: " + error.code().message());
        open_port_later(reopen_retry);
        return;
    }
    event happened;
    happened.kind = kind::port_open;
    happened.age = std::chrono::duration_cast<milliseconds>(clock::now() - closed_at_);
    report(std::move(happened));
}

void proxy::engine::trouble(const std::string& why) {
    event happened;
    happened.kind = kind::trouble;
    happened.text = why;
    report(std::move(happened));
}

void proxy::engine::sweep_later() {
    sweep_.expires_after(sweep_every);
    sweep_.async_wait([this](const error_code& stopped) {
        if (stopped) return;
        std::vector<std::shared_ptr<connection>> all; // a sweep may end some
        all.reserve(connections_.size());
        for (const auto& [number, each] : connections_)
            all.push_back(each);
        for (const auto& each : all)
            each->sweep();
        sweep_later();
    });
}

} // namespace chaos
