// What one end sends and holds, held against the rules.

#include <algorithm>

#include "session/decode.hpp"
#include "session_sim/holder.hpp"

namespace resock::session::sim {

namespace {
template<class Frame>
const Frame* as(const decoded& d) {
    return std::get_if<Frame>(&d);
}
} // namespace

void holder::watch_received(const decoded& seen) {
    if (!ep.attached()) return;
    if (const auto* w = as<welcome_frame>(seen)) {
        own_log().set_limit(w->recv, w->window);
        welcome_life_ = pair_->life_of_born[w->born];
    }
    if (const auto* a = as<ack_frame>(seen)) own_log().raise_limit(a->recv, a->window);
}

void holder::watch_sequenced(std::uint64_t seq, std::size_t size) {
    own_log().staged(seq, size);
    trace("puts frame " + std::to_string(seq) + " of " + std::to_string(size));
}

void holder::watch_sent(const decoded& seen, std::size_t size) {
    const auto* hello = as<hello_frame>(seen);
    const auto* welcome = as<welcome_frame>(seen);
    const auto* ack = as<ack_frame>(seen);
    if (first_frame_ && !(side_ == client_side ? hello != nullptr : welcome != nullptr))
        stage_.complain("the first frame is not HELLO or WELCOME (R13)");
    first_frame_ = false;
    if (ack_comes_first_ && !ack) stage_.complain("the first frame after WELCOME is no ACK (R21)");
    ack_comes_first_ = false;
    if (hello) {
        granted(hello->recv, hello->window);
        if (hello->acked > own_log().acknowledged()) stage_.complain("HELLO: acked is made up");
    }
    if (welcome) {
        granted(welcome->recv, welcome->window);
        ack_comes_first_ = true;
    }
    if (ack) watch_ack(*ack);
    if (const auto* f = as<data_frame>(seen)) watch_sequenced(f->seq, size);
    if (const auto* f = as<end_frame>(seen)) watch_sequenced(f->seq, size);
    if (const auto* f = as<void_frame>(seen)) watch_sequenced(f->seq, size);
}

void holder::granted(std::uint64_t recv, std::uint32_t window) {
    told_limit_ = std::max(told_limit_, peer_log().position(recv) + window);
    if (recv < told_recv_) stage_.complain("recv goes back");
    told_recv_ = recv;
    if (options_.ack_level == 2 && recv > own_store().arrived_through())
        stage_.complain("what is not kept is acknowledged (R19)");
}

void holder::watch_ack(const ack_frame& f) {
    if (ack_end_ > written_) stage_.complain("a second ACK waits to be written (R21)");
    trace("acknowledges " + std::to_string(f.recv));
    granted(f.recv, f.window);
    const std::uint64_t done = ep.done_kept();
    if (done > told_done_ && f.done != done) stage_.complain("an ACK without its DONE (R21, R24)");
    told_done_ = std::max(told_done_, f.done.value_or(0));
    owed_since_.reset();
}

// ---- what must hold after every step ----

void holder::check() {
    if (dead_ || over_) return;
    check_bounds();
    if (line_ && !closing_ && !first_frame_ && ep.established()) check_acks();
}

void holder::check_bounds() {
    std::uint64_t held = 0;
    for (const waiting& each : waiting_)
        held += each.size;
    if (held > ep.inbox().first_window() + options_.max_message)
        stage_.complain("more is handed over than the window (7)");
    if (ep.inbox().open_bytes() > options_.max_message)
        stage_.complain("more than max_message is held of one message (7)");
    if (ep.outbox().acked() > own_log().acknowledged() && !pair_->tampered)
        stage_.complain("a frame is let go that nobody has acknowledged (1)");
    if (line_ && ep.established()) {
        const duration most = std::chrono::milliseconds(4 * ep.terms().heartbeat_ms) + 1s;
        if (stage_.time.now() > std::max(heard_at_, stage_.sleep[side_]) + most)
            stage_.complain("a silent connection is kept (R23)");
    }
}

void holder::check_acks() {
    if (!stage_.awake(side_)) return;
    const auto& in = ep.inbox();
    const bool owes = in.recv().seq > told_recv_ || ep.done_kept() > told_done_;
    if (!owes)
        owed_since_.reset();
    else if (!owed_since_)
        owed_since_ = stage_.time.now();
    if (!out_.empty() || line_->room(side_) == 0) { // an ACK may wait
        if (owes) owed_since_ = stage_.time.now();
        return;
    }
    const std::uint64_t recv = peer_log().position(in.recv().seq);
    const std::uint64_t limit = recv + in.window();
    const std::uint64_t arrived = peer_log().position(in.arrived().seq);
    const std::uint64_t one = cost(ep.terms().max_frame_in);
    if (limit >= told_limit_ + in.first_window() / 2 ||
        (told_limit_ < arrived + one && limit >= arrived + one))
        stage_.complain("a window has opened and no ACK tells it (R21)");
    if (recv >= peer_log().position(told_recv_) + in.first_window() / 4)
        stage_.complain("a quarter of the window is not acknowledged (R21)");
    const time_point awake =
        std::max({owed_since_.value_or(time_point{}), stage_.sleep[side_], unblocked_at_});
    if (owed_since_ && stage_.time.now() > awake + endpoint::ack_delay)
        stage_.complain("an ACK is later than 20 ms (R21)");
}

// ---- time ----

std::optional<time_point> holder::deadline() const {
    if (dead_ || over_) return std::nullopt;
    const auto due = ep.deadline();
    if (!due || *due == time_point::max()) return std::nullopt;
    return std::max(*due, stage_.sleep[side_]);
}

void holder::tick() {
    ep.tick(stage_.time.now());
    pump();
}

} // namespace resock::session::sim
