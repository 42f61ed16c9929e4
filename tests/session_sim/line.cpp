#include "session_sim/line.hpp"

#include <algorithm>

namespace resock::session::sim {

namespace {
constexpr std::size_t largest_segment = 16u << 10;
}

duration line::delay() {
    return options_.delay_min + random_.up_to(options_.delay_max - options_.delay_min);
}

std::size_t line::room(side from) const {
    const way& w = way_from(from);
    if (w.shut || w.in_flight >= options_.buffer) return 0;
    return options_.buffer - w.in_flight;
}

void line::write(side from, std::string_view bytes) {
    way& w = way_to(other(from));
    w.in_flight += bytes.size();
    while (!bytes.empty()) {
        const std::size_t size =
            std::min(bytes.size(), std::size_t{random_.between(1, largest_segment)});
        const auto sending =
            duration(static_cast<duration::rep>(size * 1'000'000'000 / options_.bytes_per_second));
        w.arrival = std::max(w.arrival + sending, time_.now() + delay() + sending);
        time_.at(w.arrival,
                 [self = shared_from_this(), from, piece = std::string(bytes.substr(0, size))]() {
                     self->arrive(other(from), piece);
                 });
        bytes.remove_prefix(size);
    }
}

// None: the end of the stream.
void line::arrive(side to, std::optional<std::string> bytes) {
    way& w = way_to(to);
    if (w.lost && bytes) return;
    const bool first = w.held.empty();
    w.held.push_back(std::move(bytes));
    if (first) wake(to);
}

void line::wake(side to) {
    if (time_.now() < sleep_[to]) {
        time_.at(sleep_[to], [self = shared_from_this(), to] { self->wake(to); });
        return;
    }
    way& w = way_to(to);
    while (!w.held.empty()) {
        std::optional<std::string> next = std::move(w.held.front());
        w.held.pop_front();
        hand(to, std::move(next));
    }
}

void line::hand(side to, std::optional<std::string> bytes) {
    way& w = way_to(to);
    if (w.told) return;
    if (!bytes) {
        w.told = true;
        if (w.reader) w.reader->ended(*this);
        return;
    }
    w.in_flight -= bytes->size();
    if (w.reader) w.reader->bytes(*this, std::move(*bytes));
    // The writer hears of the room by the acknowledgement of TCP.
    time_.in(delay(), [self = shared_from_this(), to] {
        way& back = self->way_to(other(to));
        if (back.reader && !back.told && !back.lost) back.reader->writable(*self);
    });
}

void line::close(side from) {
    let_go(from);
    way& w = way_to(other(from));
    if (w.shut) return;
    w.shut = true;
    w.arrival = std::max(w.arrival, time_.now() + delay());
    time_.at(w.arrival, [self = shared_from_this(), to = other(from)] {
        if (!self->way_to(to).lost) self->arrive(to, std::nullopt);
    });
}

void line::cut(const breaking& how) {
    if (broken_) return;
    broken_ = true;
    ways_[server_side].lost = how.up_lost;
    ways_[client_side].lost = how.down_lost;
    const auto tell = [this](side to, const std::optional<duration>& after) {
        if (!after) return;
        const way& w = ways_[to];
        const time_point last = w.lost ? time_.now() : std::max(time_.now(), w.arrival);
        time_.at(last + *after,
                 [self = shared_from_this(), to] { self->arrive(to, std::nullopt); });
    };
    tell(client_side, how.tell_client);
    tell(server_side, how.tell_server);
}

} // namespace resock::session::sim
