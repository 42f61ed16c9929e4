#include "net/driver.hpp"

#include <boost/asio/post.hpp>
#include <ctime>
#include <openssl/rand.h>
#include <stdexcept>
#include <utility>

#include "net/linger.hpp"

namespace resock::net {

namespace {

// A link that always has something to read or write must let the others of its thread go on.
constexpr int reads_per_turn = 4;
constexpr int writes_per_turn = 16;

void fill_random(std::span<std::uint8_t> block) {
    if (RAND_bytes(block.data(), static_cast<int>(block.size())) != 1)
        throw std::runtime_error("OpenSSL's random generator failed: no mask key can be made");
}

} // namespace

driver::driver(std::shared_ptr<io_worker> worker, std::shared_ptr<resolver> names,
               std::shared_ptr<const link::config> config, const driver_options& options,
               observer& told)
    : worker_(std::move(worker))
    , resolver_(std::move(names))
    , options_(options)
    , observer_(&told)
    , machine_(std::move(config), fill_random)
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
    stream_ = std::move(open.stream);
    ++streams_;
    read_armed_ = write_armed_ = false;
    link::in::opened event;
    event.response = std::move(open.response);
    event.leftover = std::move(open.leftover);
    event.address = stream_->remote_address();
    event.tls = stream_->tls();
    event.unix_now = static_cast<std::int64_t>(std::time(nullptr));
    step(std::move(event));
    end_burst();
}

void driver::adopt(std::unique_ptr<stream> stream, link::in::accepted accepted,
                   std::shared_ptr<void> held) {
    if (observer_ == nullptr) return;
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
    read_armed_ = write_armed_ = false;
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

// To arm costs a system call. Where answers come while we write it can wait until nothing else is
// to be done, and is often not needed.
void driver::await_reading() {
    if (!stream_ || !reading_ || read_armed_) return;
    if (ahead_ && worker_->driven && !stream_->has_buffered())
        worker_->unarmed.push_back(weak_from_this());
    else
        arm_read();
}

void driver::arm_reads(io_worker& worker) {
    for (const auto& each : worker.unarmed) {
        const auto self = each.lock();
        if (self && self->stream_ && self->reading_ && !self->read_armed_) self->arm_read();
    }
    worker.unarmed.clear();
}

void driver::set_reading(bool on) {
    if (observer_ == nullptr || on == reading_) return;
    reading_ = on;
    step(link::in::reading{on});
}

// True where the kernel took something.
bool driver::write() {
    bool took = false;
    for (int turn = 0; stream_ && !write_armed_; ++turn) {
        const std::string_view bytes = machine_.output();
        if (bytes.empty()) break;
        if (turn == writes_per_turn) { // go on after the other links had their turn
            arm_write();
            break;
        }
        io_result r = stream_->write_some(bytes);
        if (r.bytes > 0) {
            took = true;
            machine_.step(link::in::written{r.bytes}, now_, actions_);
            carry_out();
        } else if (r.wait_for == readiness::write) {
            arm_write();
        } else if (r.wait_for) {
            break; // TLS must read first: the next read's burst tries again
        } else {
            // A peer that closed may have said why: what it sent is read before the end is told.
            for (int more = 0; stream_ && more < writes_per_turn && read_once(io_worker::read_size);
                 ++more) {
            }
            if (stream_ == nullptr) break;
            step(link::in::ended{r.failure.value_or(policy::failure())});
        }
    }
    return took;
}

// A peer on the same core, and any that is quick, has answered by the time our write returns: to
// look costs less than to wait. Where it found nothing it is tried more and more rarely.
bool driver::read_ahead() {
    constexpr unsigned most_misses = 6;
    if (!stream_ || !reading_ || observer_ == nullptr) return false;
    if (ahead_skips_ > 0) {
        --ahead_skips_;
        return false;
    }
    const std::uint64_t before = reads_;
    read_once(observer_->read_allowance());
    ahead_ = reads_ != before;
    ahead_misses_ = ahead_ ? 0 : std::min(ahead_misses_ + 1, most_misses);
    ahead_skips_ = ahead_ ? 0 : (1u << ahead_misses_) - 2; // the first miss may be chance
    return ahead_;
}

void driver::read() {
    begin_burst();
    int turn = 0;
    // While memory is short each read may be the last: what came of it is counted first.
    const std::size_t most = observer_->read_allowance();
    const int turns = most < io_worker::read_size ? 1 : reads_per_turn;
    while (stream_ && reading_ && turn < turns && read_once(most))
        ++turn;
    end_burst();
}

// False where nothing more can be read now.
bool driver::read_once(std::size_t most) {
    const io_result r = stream_->read_some(worker_->read_buffer.get(), most);
    if (r.bytes > 0) {
        ++reads_;
        machine_.step(link::in::received{{worker_->read_buffer.get(), r.bytes}}, now_, actions_);
        carry_out();
        // A short read has emptied the socket: asking again would only cost a system call.
        return stream_ != nullptr && (r.bytes == most || stream_->has_buffered());
    }
    if (r.wait_for) { // TLS may have an answer of its own to write first
        if (*r.wait_for == readiness::write && !write_armed_) arm_write();
        return false;
    }
    machine_.step(link::in::ended{r.failure.value_or(policy::failure())}, now_, actions_);
    carry_out();
    return false;
}

void driver::arm_read() {
    read_armed_ = true;
    const auto go_on = [weak = weak_from_this(), number = streams_] {
        const auto self = weak.lock();
        if (!self || self->observer_ == nullptr || self->streams_ != number) return;
        self->read_armed_ = false;
        if (self->stream_ && self->reading_) self->read();
    };
    if (stream_->has_buffered()) // inside the TLS layer: the socket would not tell
        boost::asio::post(*worker_->io, go_on);
    else
        stream_->async_wait(readiness::read, go_on);
}

void driver::arm_write() {
    write_armed_ = true;
    stream_->async_wait(readiness::write, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->observer_ == nullptr) return;
        self->write_armed_ = false;
        self->begin_burst();
        self->end_burst();
    });
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
