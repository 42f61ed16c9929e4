#include "net/driver.hpp"

#include <boost/asio/post.hpp>
#include <ctime>
#include <openssl/rand.h>
#include <stdexcept>
#include <utility>

#include "net/linger.hpp"

namespace resock::net {

namespace {

void fill_random(std::span<std::uint8_t> block) {
    if (RAND_bytes(block.data(), static_cast<int>(block.size())) != 1)
        throw std::runtime_error("OpenSSL's random generator failed: no mask key can be made");
}

} // namespace

driver::driver(std::shared_ptr<io_worker> worker, std::shared_ptr<resolver> names,
               std::shared_ptr<const link::config> config, const driver_options& options,
               observer& told, link::session_start start)
    : worker_(std::move(worker))
    , resolver_(std::move(names))
    , options_(options)
    , observer_(&told)
    , machine_(std::move(config), fill_random, std::move(start))
    , timer_(*worker_->io) {
}

void driver::begin_burst() {
    now_ = steady_now();
}

void driver::step(link::in::event event) {
    if (observer_ == nullptr) return;
    begin_burst();
    machine_.step(std::move(event), now_, actions_);
    carry_out();
}

void driver::take(link::in::send send) {
    if (observer_ != nullptr) machine_.take(std::move(send), now_, actions_);
}

void driver::go_on() {
    if (observer_ == nullptr) return;
    machine_.go_on(now_, actions_);
    carry_out();
}

// Actions may ask for another step (inspect); views in actions are valid until then.
void driver::carry_out() {
    for (;;) {
        for (std::size_t i = 0; i < actions_.size() && observer_ != nullptr; ++i) {
            std::visit(
                [this](auto& action) {
                    using kind = std::decay_t<decltype(action)>;
                    if constexpr (std::is_same_v<kind, link::out::connect> ||
                                  std::is_same_v<kind, link::out::disconnect>)
                        carry_out(action);
                    else if constexpr (std::is_same_v<kind, link::out::inspect>)
                        inspect_ = true;
                    else
                        observer_->on(std::move(action));
                },
                actions_[i]);
        }
        actions_.clear();
        if (!inspect_ || stream_ == nullptr || observer_ == nullptr) break;
        inspect_ = false;
        machine_.step(link::in::inspected{stream_->inspect()}, now_, actions_);
    }
    inspect_ = false;
}

void driver::carry_out(link::out::connect& wanted) {
    connect_request request;
    request.url = wanted.url;
    request.upgrade = wanted.request;
    request.tls = options_.tls;
    request.connect_timeout = options_.connect_timeout;
    request.open_timeout = options_.open_timeout;
    connector_ = start_connect(worker_->io, *resolver_, std::move(request),
                               [weak = weak_from_this()](connect_result result) {
                                   if (auto self = weak.lock()) self->connected(std::move(result));
                               });
}

void driver::connected(connect_result result) {
    if (observer_ == nullptr) return;
    connector_.reset();
    if (auto* failed = std::get_if<policy::failure>(&result)) {
        step(link::in::connect_failed{std::move(*failed)});
        end_burst();
        return;
    }
    auto& open = std::get<net::connected>(result);
    if (stream_ && machine_.keeps_connection(open.response)) {
        step(link::in::connect_failed{});
        end_burst();
        return;
    }
    supersede();
    stream_ = std::move(open.stream);
    ++streams_;
    read_armed_ = read_posted_ = write_armed_ = false;
    link::in::opened event;
    event.response = std::move(open.response);
    event.leftover = std::move(open.leftover);
    event.address = stream_->remote_address();
    event.tls = stream_->tls();
    event.unix_now = static_cast<std::int64_t>(std::time(nullptr));
    step(std::move(event));
    end_burst();
    link::actions().swap(actions_); // grown by what a connection needs once
}

// In a session a connection may come while another stands: that is told to close first.
void driver::supersede() {
    if (!stream_) return;
    step(link::in::superseded{});
    drop_stream();
}

void driver::adopt(std::unique_ptr<stream> stream, link::in::accepted accepted,
                   std::shared_ptr<void> held) {
    if (observer_ == nullptr) return;
    supersede();
    stream_ = std::move(stream);
    held_ = std::move(held);
    ++streams_;
    step(std::move(accepted));
    if (machine_.state() == link::state::finished) drop_stream(); // closed meanwhile
    end_burst();
}

void driver::carry_out(link::out::disconnect& wanted) {
    if (connector_) connector_->cancel();
    connector_.reset();
    if (!stream_) return;
    if (wanted.orderly) {
        while (!wanted.last.empty()) {
            const io_result r = stream_->write_some(wanted.last.view());
            if (r.bytes == 0) break;
            wanted.last.consume(r.bytes);
        }
        stream_->shutdown();
        const bool at_once = wanted.peer_done && wanted.last.empty() && stream_->drained();
        if (!at_once) linger(*worker_->io, std::move(stream_), std::move(held_));
    }
    drop_stream();
    read_armed_ = read_posted_ = write_armed_ = false;
}

void driver::drop_stream() {
    stream_.reset();
    held_.reset();
}

void driver::end_burst() {
    if (observer_ == nullptr) return;
    if (write() && read_ahead()) write();
    if (observer_ == nullptr) return;
    observer::answer wanted = observer_->burst_ended(machine_);
    if (observer_ == nullptr) return;
    if (wanted.abandon) {
        machine_.step(*std::move(wanted.abandon), now_, actions_);
        carry_out();
        if (observer_ == nullptr) return;
        wanted = observer_->burst_ended(machine_);
        if (observer_ == nullptr) return;
    }
    if (wanted.may_read != reading_) {
        reading_ = wanted.may_read;
        machine_.step(link::in::reading{reading_}, now_, actions_);
        carry_out();
    }
    await_reading();
    arm_timer();
}

void driver::set_reading(bool on) {
    if (observer_ == nullptr || on == reading_) return;
    reading_ = on;
    step(link::in::reading{on});
}

// The timer is left alone while it rings early enough: most deadlines only move back.
void driver::arm_timer() {
    const auto deadline = machine_.deadline();
    if (!deadline || *deadline == time_point::max()) return;
    if (armed_for_ && *armed_for_ <= *deadline) return;
    armed_for_ = *deadline;
    timer_.expires_at(std::chrono::steady_clock::time_point(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::max(*deadline, now_).time_since_epoch())));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self && self->observer_ != nullptr) self->on_timer();
    });
}

void driver::on_timer() {
    armed_for_.reset();
    begin_burst();
    observer_->before_tick();
    const auto deadline = machine_.deadline();
    if (deadline && *deadline <= now_) step(link::in::tick{});
    end_burst();
}

void driver::stop() {
    observer_ = nullptr;
    timer_.cancel();
    if (connector_) connector_->cancel();
    connector_.reset();
    drop_stream();
}

} // namespace resock::net
