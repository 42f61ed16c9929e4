#include "chaos/engine/connection.hpp"

#include <algorithm>

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto drain_timeout = 5s;
constexpr auto drain_step = 1ms;

} // namespace

connection::connection(connection_host& host, asio::io_context& loop, tcp::socket client,
                       std::uint64_t number)
    : host_(host)
    , number_(number)
    , fate_(fate_of(host.faults(), number))
    , client_(std::move(client), host.scratch(), [this] { closed(); })
    , server_(tcp::socket(loop), host.scratch(), [this] { closed(); })
    , to_server_(*this, way::to_server, client_.socket(), server_.socket(),
                 delay_line(host.faults(), number, way::to_server), host.scratch())
    , to_client_(*this, way::to_client, server_.socket(), client_.socket(),
                 delay_line(host.faults(), number, way::to_client), host.scratch())
    , cut_timer_(loop)
    , hole_timer_(loop)
    , drain_timer_(loop) {
}

void connection::start() {
    prepare(client_.socket());
    dialer_ =
        std::make_shared<dialer>(server_.socket(), host_.targets(), host_.faults().bandwidth > 0,
                                 [this, kept = shared_from_this()](const std::string& failures) {
                                     if (failures.empty())
                                         connected();
                                     else
                                         unreachable(failures);
                                 });
    dialer_->start();
}

void connection::unreachable(const std::string& why) {
    event happened;
    happened.kind = kind::unreachable;
    happened.text = why;
    report(happened);
    close_both(manner::rst);
}

void connection::connected() {
    state_ = state::passing;
    schedule();
    to_server_.set_limit(marks_.next(way::to_server));
    to_client_.set_limit(marks_.next(way::to_client));
}

void connection::schedule() {
    const settings& faults = host_.faults();
    const moment& hole = faults.blackhole_after;
    const way hole_counts =
        faults.blackhole_ways == ways::to_client ? way::to_client : way::to_server;
    if (fate_.cut_at_byte) marks_.add(faults.cut_way, *fate_.cut_at_byte, marks::action::cut);
    if (hole.bytes) marks_.add(hole_counts, *hole.bytes, marks::action::black_hole);
    const auto kept = shared_from_this();
    if (fate_.cut_at_age) {
        cut_timer_.expires_at(accepted_at_ + *fate_.cut_at_age);
        cut_timer_.async_wait([this, kept](const error_code& stopped) {
            if (!stopped) cut_at_age();
        });
    }
    if (hole.age) {
        hole_timer_.expires_at(accepted_at_ + *hole.age);
        hole_timer_.async_wait([this, kept](const error_code& stopped) {
            if (!stopped) become_black_hole();
        });
    }
}

void connection::limit_reached(way direction) {
    for (const marks::action due : marks_.take(direction, of(direction).bytes())) {
        if (state_ != state::passing) return;
        if (due == marks::action::cut)
            cut_at_byte(direction);
        else
            become_black_hole();
    }
    if (state_ == state::passing) of(direction).set_limit(marks_.next(direction));
}

// A black hole is not cut: it ends when both sides have given up.
void connection::cut_at_age() {
    if (state_ != state::passing || !host_.may_cut()) return;
    finish_cut();
}

void connection::cut_at_byte(way direction) {
    if (!host_.may_cut()) return;
    if (!host_.faults().reset) {
        finish_cut(); // a FIN stands behind the bytes
        return;
    }
    silence();
    state_ = state::draining;
    await_drained(direction, clock::now() + drain_timeout);
}

// An RST would throw away what the receiver's kernel has not acknowledged.
void connection::await_drained(way direction, clock::time_point until) {
    if (state_ != state::draining) return;
    if (is_drained(socket(other(source_of(direction)))) || clock::now() >= until) {
        finish_cut();
        return;
    }
    drain_timer_.expires_after(drain_step);
    drain_timer_.async_wait(
        [this, direction, until, kept = shared_from_this()](const error_code& stopped) {
            if (!stopped) await_drained(direction, until);
        });
}

void connection::finish_cut() {
    silence();
    const std::optional<side> unaware = host_.faults().unaware;
    event happened;
    happened.kind = kind::cut;
    happened.manner = host_.faults().reset ? manner::rst : manner::fin;
    if (unaware) happened.who = other(*unaware);
    state_ = state::ending;
    report(happened); // first: the port is closed before a side that was told comes back
    for (const side each : {side::client, side::server}) {
        if (each != unaware) at(each).tell(happened.manner, shared_from_this());
    }
}

void connection::become_black_hole() {
    if (state_ != state::passing || !host_.may_blackhole()) return;
    const ways silenced = host_.faults().blackhole_ways;
    event happened;
    happened.kind = kind::black_hole;
    happened.silent = silenced;
    cut_timer_.cancel();
    marks_.clear();
    if (silenced == ways::both) {
        silence();
        state_ = state::silent;
    } else {
        one_way_hole_ = silenced == ways::to_server ? way::to_server : way::to_client;
        of(*one_way_hole_).stop();
    }
    report(happened);
}

void connection::silence() {
    to_server_.stop();
    to_client_.stop();
    cut_timer_.cancel();
    hole_timer_.cancel();
    drain_timer_.cancel();
}

void connection::sweep() {
    if (state_ == state::passing)
        sweep_passing();
    else if (state_ == state::silent || state_ == state::ending)
        sweep_unread();
}

void connection::sweep_passing() {
    // What the source of a one-way black hole says is not read: nor is its FIN.
    if (one_way_hole_ && has_hung_up(socket(source_of(*one_way_hole_)))) {
        silence();
        state_ = state::silent;
        return;
    }
    // An RST of a side that has to wait for room is not read, either.
    for (const way each : {way::to_server, way::to_client}) {
        if (!of(each).waits_for_room() || !was_reset(socket(source_of(each)))) continue;
        if (!ended_by_) ended_by_ = source_of(each);
        ended(manner::rst);
        return;
    }
}

void connection::sweep_unread() {
    for (const side each : {side::client, side::server}) {
        const bool told = state_ == state::ending && host_.faults().unaware != each;
        if (told || !at(each).is_open() || !has_hung_up(socket(each))) continue;
        event happened;
        happened.kind = kind::left;
        happened.who = each;
        report(happened);
        at(each).close();
    }
}

bool connection::is_half_left() const {
    if (client_.is_open() == server_.is_open()) return false;
    if (state_ == state::silent) return true;
    const side left = client_.is_open() ? side::client : side::server;
    return state_ == state::ending && host_.faults().unaware == left;
}

void connection::closed() {
    if (is_half_left()) host_.half_left(number_);
    if (client_.is_open() || server_.is_open() || state_ == state::over) return;
    state_ = state::over;
    host_.over(number_);
}

void connection::drop(const std::string& why) {
    event happened;
    happened.kind = kind::dropped;
    happened.who = client_.is_open() ? side::client : side::server;
    happened.text = why;
    report(happened);
    close_both(manner::rst);
}

void connection::close_both(manner how) {
    silence();
    state_ = state::closing;
    const auto kept = shared_from_this();
    for (const side each : {side::client, side::server}) {
        if (how == manner::rst && at(each).is_open()) reset(socket(each));
        at(each).close();
    }
}

void connection::abandon() {
    silence();
    if (dialer_) dialer_->stop();
    state_ = state::over;
    client_.abandon();
    server_.abandon();
}

void connection::ended_by_source(way direction) {
    if (!ended_by_) ended_by_ = source_of(direction);
}

void connection::end_delivered(delay_line::ending end) {
    if (state_ != state::passing) return;
    if (end == delay_line::ending::rst) {
        ended(manner::rst);
        return;
    }
    ++ends_delivered_;
    if (ends_delivered_ == 2) {
        ended(manner::fin);
    } else if (one_way_hole_) { // nothing is left that could still pass
        silence();
        state_ = state::silent;
    }
}

// The sink's own side has reset it; the other side learns of it behind what is on its way.
void connection::sink_broken(way direction) {
    if (!ended_by_) ended_by_ = other(source_of(direction));
    of(direction).stop();
    if (one_way_hole_) {
        silence();
        state_ = state::silent;
        return;
    }
    of(other(direction)).source_failed();
}

void connection::ended(manner how) {
    event happened;
    happened.kind = kind::ended;
    happened.who = ended_by_;
    happened.manner = how;
    report(happened);
    close_both(how);
}

void connection::passed(way direction, std::size_t size) {
    host_.count_bytes(direction, size);
}

void connection::report(event happened) {
    happened.connection = number_;
    happened.age = std::chrono::duration_cast<milliseconds>(clock::now() - accepted_at_);
    happened.bytes_to_server = to_server_.bytes();
    happened.bytes_to_client = to_client_.bytes();
    host_.report(std::move(happened));
}

} // namespace chaos
