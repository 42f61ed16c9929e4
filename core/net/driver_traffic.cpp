// Reading from the stream and writing to it.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "net/driver.hpp"

namespace resock::net {

namespace {

// A link that always has something to read or write must let the others of its thread go on.
constexpr int reads_per_turn = 4;
constexpr int writes_per_turn = 16;

} // namespace

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
    if (!stream_ || !reading_ || in_read_ || observer_ == nullptr) return false;
    if (ahead_skips_ > 0) {
        --ahead_skips_;
        return false;
    }
    // While memory is short what came is counted before more is read.
    if (observer_->read_allowance() < io_worker::read_size) return false;
    const std::uint64_t before = reads_;
    read_once(io_worker::read_size);
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
    in_read_ = true;
    end_burst();
    in_read_ = false;
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

// `flag` of this driver falls when the handler runs, unless that is of an earlier stream.
template<class Handler>
auto driver::once(bool driver::*flag, Handler handler) {
    this->*flag = true;
    return [weak = weak_from_this(), number = streams_, flag, handler] {
        const auto self = weak.lock();
        if (!self || self->observer_ == nullptr || self->streams_ != number) return;
        self.get()->*flag = false;
        handler(*self);
    };
}

void driver::read_if_wanted() {
    if (stream_ && reading_) read();
}

void driver::arm_write() {
    stream_->async_wait(readiness::write, once(&driver::write_armed_, [](driver& self) {
                            self.begin_burst();
                            self.end_burst();
                        }));
}

// To arm costs a system call. Where answers come while we write it can wait until nothing else is
// to be done, and is often not needed.
void driver::await_reading() {
    if (!stream_ || !reading_) return;
    if (stream_->has_buffered()) { // inside the TLS layer: the socket would not tell
        if (!read_posted_)
            boost::asio::post(*worker_->io, once(&driver::read_posted_,
                                                 [](driver& self) { self.read_if_wanted(); }));
        return;
    }
    if (read_armed_ || unarmed_) return;
    if (ahead_ && worker_->driven) {
        worker_->unarmed.push_back(weak_from_this());
        unarmed_ = true;
    } else {
        arm_read();
    }
}

void driver::arm_read() {
    stream_->async_wait(readiness::read,
                        once(&driver::read_armed_, [](driver& self) { self.read_if_wanted(); }));
}

void driver::arm_reads(io_worker& worker) {
    for (const auto& each : worker.unarmed) {
        const auto self = each.lock();
        if (!self) continue;
        self->unarmed_ = false;
        if (self->stream_ && self->reading_ && !self->read_armed_) self->arm_read();
    }
    worker.unarmed.clear();
}

} // namespace resock::net
