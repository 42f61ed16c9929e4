#include "sim/line.hpp"

#include <algorithm>

namespace resock::sim {

namespace {
constexpr std::size_t largest_segment = 16u << 10;
}

duration line::delay() {
    return options_.delay_min + random_.up_to(options_.delay_max - options_.delay_min);
}

duration line::sending_time(std::size_t bytes) const {
    return duration(static_cast<duration::rep>(bytes * 1'000'000'000 / options_.bytes_per_second));
}

std::size_t line::room() const {
    if (cut_ || client_closed_ || unsent_.size() >= options_.unsent_low_water) return 0;
    const std::size_t held = unsent_.size() + flight_;
    return held >= options_.send_buffer ? 0 : options_.send_buffer - held;
}

void line::write(std::string_view bytes) {
    unsent_ += bytes;
    most_in_kernel_ = std::max<std::uint64_t>(most_in_kernel_, unsent_.size() + flight_);
    transmit();
}

policy::transport_state line::inspect() const {
    policy::transport_state seen;
    seen.unsent = unsent_.size();
    seen.unacked = unsent_.size() + flight_;
    seen.acked_total = acked_total_;
    seen.last_ack_age = time_.now() - last_ack_;
    seen.probe_unanswered = (hole_ || cut_) && !unsent_.empty();
    return seen;
}

// One segment after the other, as the window and the bandwidth allow.
void line::transmit() {
    if (transmitting_ || unsent_.empty() || (cut_ && up_breaks_)) return;
    const std::size_t taken = flight_ + arrived_.size();
    if (taken >= options_.receive_buffer) return; // the window is shut
    const std::size_t size = std::min({unsent_.size(), options_.receive_buffer - taken,
                                       std::size_t{random_.between(1, largest_segment)}});
    transmitting_ = true;
    time_.in(sending_time(size), [self = shared_from_this(), size] {
        self->transmitting_ = false;
        std::string bytes = self->unsent_.substr(0, size);
        self->unsent_.erase(0, size);
        self->flight_ += size;
        self->up_arrival_ = std::max(self->up_arrival_, self->time_.now() + self->delay());
        self->time_.at(self->up_arrival_, [self, bytes = std::move(bytes)]() mutable {
            self->segment_arrives(std::move(bytes));
        });
        self->transmit();
        if (self->on_client_writable && !self->client_closed_) self->on_client_writable();
    });
}

void line::segment_arrives(std::string bytes) {
    if (hole_ || (cut_ && up_breaks_) || server_told_) return;
    const std::size_t size = bytes.size();
    arrived_ += bytes;
    if (on_server_bytes && !server_closed_) on_server_bytes();
    time_.in(delay(), [self = shared_from_this(), size] { self->acknowledged(size); });
    if (fin_after_ && unsent_.empty()) later(1ms, &line::end_server);
}

void line::acknowledged(std::size_t bytes) {
    if (hole_ || cut_) return;
    flight_ -= bytes;
    acked_total_ += bytes;
    last_ack_ = time_.now();
    transmit();
    if (on_client_writable && !client_closed_) on_client_writable();
}

void line::consumed() {
    transmit();
}

void line::reply(std::string_view bytes) {
    if (server_closed_ || server_told_) return;
    down_ += bytes;
    transmit_down();
}

void line::transmit_down() {
    if (down_busy_ || (down_.empty() && !down_fin_) || (cut_ && down_breaks_)) return;
    const std::size_t size =
        std::min(down_.size(), std::size_t{random_.between(1, largest_segment)});
    down_busy_ = true;
    const bool fin = down_.empty();
    if (fin) down_fin_ = false;
    time_.in(sending_time(size), [self = shared_from_this(), size, fin] {
        self->down_busy_ = false;
        std::string bytes = self->down_.substr(0, size);
        self->down_.erase(0, size);
        self->down_arrival_ = std::max(self->down_arrival_, self->time_.now() + self->delay());
        self->time_.at(self->down_arrival_, [self, fin, bytes = std::move(bytes)]() mutable {
            if (self->hole_ || (self->cut_ && self->down_breaks_)) return;
            if (self->client_closed_ || self->client_told_) return;
            if (fin) return self->end_client(false);
            if (self->on_client_bytes) self->on_client_bytes(std::move(bytes));
        });
        self->transmit_down();
    });
}

void line::close_server() {
    if (server_closed_) return;
    server_closed_ = true;
    down_fin_ = true;
    transmit_down();
}

// What the kernel has goes on its way even after the socket is closed.
void line::close_client(bool orderly, std::string_view last) {
    if (client_closed_) return;
    if (orderly && !cut_) unsent_ += last.substr(0, room());
    client_closed_ = true;
    fin_after_ = true;
    if (cut_) return;
    transmit();
    if (unsent_.empty() && flight_ == 0) {
        later(delay(), &line::end_server);
    } else if (random_.percent(30)) { // a reset: what was not read yet is gone
        cut_ = up_breaks_ = true;
        later(delay(), &line::end_server);
    }
}

void line::cut(bool up_breaks, bool down_breaks, bool reset) {
    if (cut_) return;
    cut_ = true;
    up_breaks_ = up_breaks;
    down_breaks_ = down_breaks;
    // An end is told after what still reaches it.
    const duration spare = 1ms + random_.up_to(50ms);
    time_.at(std::max(time_.now(), down_breaks ? time_.now() : down_arrival_) + spare,
             [self = shared_from_this(), reset] { self->end_client(reset); });
    time_.at(std::max(time_.now(), up_breaks ? time_.now() : up_arrival_) + spare,
             [self = shared_from_this()] { self->end_server(); });
}

void line::later(duration wait, void (line::*what)()) {
    time_.in(wait, [self = shared_from_this(), what] { (self.get()->*what)(); });
}

void line::end_client(bool reset) {
    if (client_told_ || client_closed_) return;
    client_told_ = true;
    if (on_client_end) on_client_end(reset);
}

void line::end_server() {
    if (server_told_) return;
    server_told_ = true;
    if (on_server_end) on_server_end();
}

} // namespace resock::sim
