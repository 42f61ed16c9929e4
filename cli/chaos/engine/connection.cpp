#include "chaos/engine/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "chaos/engine/addresses.hpp"

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto connect_timeout = 10s; // for each address of the server
constexpr auto drain_timeout = 5s;
constexpr auto drain_step = 1ms;
constexpr auto linger = 2s; // what a side still sends after its FIN is discarded for so long
constexpr int reads_in_a_row = 16;

side other(side which) {
    return which == side::client ? side::server : side::client;
}

way other(way which) {
    return which == way::to_server ? way::to_client : way::to_server;
}

side source_of(way which) {
    return which == way::to_server ? side::client : side::server;
}

} // namespace

connection::connection(connection_host& host, asio::io_context& loop, tcp::socket client,
                       std::uint64_t number)
    : host_(host)
    , number_(number)
    , fate_(fate_of(host.faults(), number))
    , client_(std::move(client))
    , server_(loop)
    , to_server_(*this, way::to_server, client_, server_,
                 delay_line(host.faults(), number, way::to_server), host.scratch())
    , to_client_(*this, way::to_client, server_, client_,
                 delay_line(host.faults(), number, way::to_client), host.scratch())
    , cut_timer_(loop)
    , hole_timer_(loop)
    , step_timer_(loop)
    , client_linger_(loop)
    , server_linger_(loop) {
}

void connection::start() {
    prepare(client_);
    connect(0, "");
}

void connection::connect(std::size_t target, const std::string& failures) {
    if (target == host_.targets().size()) {
        unreachable(failures);
        return;
    }
    target_ = target;
    const tcp::endpoint& to = host_.targets()[target];
    error_code error;
    server_.open(to.protocol(), error);
    if (error) {
        connect_failed(target, failures, error.message());
        return;
    }
    prepare(server_);
    if (host_.faults().bandwidth > 0) narrow(server_.native_handle());
    step_timer_.expires_after(connect_timeout);
    step_timer_.async_wait([this, target, kept = shared_from_this()](const error_code& stopped) {
        error_code ignored;
        if (!stopped && state_ == state::connecting && target_ == target) server_.close(ignored);
    });
    server_.async_connect(to, [=, this, kept = shared_from_this()](const error_code& failed) {
        if (state_ != state::connecting) return;
        step_timer_.cancel();
        if (!server_.is_open())
            connect_failed(target, failures, "no answer within 10 s");
        else if (failed)
            connect_failed(target, failures, failed.message());
        else
            connected();
    });
}

void connection::connect_failed(std::size_t target, const std::string& failures,
                                const std::string& why) {
    error_code ignored;
    server_.close(ignored);
    connect(target + 1, failures + (failures.empty() ? "" : "; ") +
                            text_of(host_.targets()[target]) + ": " + why);
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
    to_server_.set_limit(next_mark(way::to_server));
    to_client_.set_limit(next_mark(way::to_client));
}

void connection::schedule() {
    const settings& faults = host_.faults();
    const auto kept = shared_from_this();
    if (fate_.cut_at_byte) marks_.push_back({faults.cut_way, *fate_.cut_at_byte, action::cut});
    if (fate_.cut_at_age) {
        cut_timer_.expires_at(accepted_at_ + *fate_.cut_at_age);
        cut_timer_.async_wait([this, kept](const error_code& stopped) {
            if (!stopped) cut_at_age();
        });
    }
    const moment& hole = faults.blackhole_after;
    if (hole.bytes)
        marks_.push_back(
            {faults.blackhole_ways == ways::to_client ? way::to_client : way::to_server,
             *hole.bytes, action::black_hole});
    if (hole.age) {
        hole_timer_.expires_at(accepted_at_ + *hole.age);
        hole_timer_.async_wait([this, kept](const error_code& stopped) {
            if (!stopped) become_black_hole();
        });
    }
}

std::optional<std::uint64_t> connection::next_mark(way direction) const {
    std::optional<std::uint64_t> next;
    for (const mark& each : marks_) {
        if (each.counted == direction) next = std::min(each.byte, next.value_or(unlimited));
    }
    return next;
}

void connection::limit_reached(way direction) {
    const std::uint64_t reached = of(direction).bytes();
    std::vector<mark> due;
    for (const mark& each : marks_) {
        if (each.counted == direction && each.byte <= reached) due.push_back(each);
    }
    marks_.erase(std::remove_if(marks_.begin(), marks_.end(),
                                [&](const mark& each) {
                                    return each.counted == direction && each.byte <= reached;
                                }),
                 marks_.end());
    for (const mark& each : due) {
        if (state_ != state::passing) return;
        if (each.what == action::cut)
            cut_at_byte(direction);
        else
            become_black_hole();
    }
    if (state_ == state::passing) of(direction).set_limit(next_mark(direction));
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
    step_timer_.expires_after(drain_step);
    step_timer_.async_wait(
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
        if (each != unaware) tell(each);
    }
}

// The end of the connection, by FIN or RST as the settings say.
void connection::tell(side told) {
    if (host_.faults().reset) {
        reset(socket(told));
        close(told);
        return;
    }
    error_code ignored;
    socket(told).shutdown(tcp::socket::shutdown_send, ignored);
    discard(told);
    asio::steady_timer& timer = told == side::client ? client_linger_ : server_linger_;
    timer.expires_after(linger);
    timer.async_wait([this, told, kept = shared_from_this()](const error_code& stopped) {
        if (!stopped) close(told);
    });
}

// Closing with unread bytes would be an RST: they are read until the side ends, too.
void connection::discard(side told) {
    socket(told).async_wait(
        tcp::socket::wait_read, [this, told, kept = shared_from_this()](const error_code& failed) {
            if (failed || state_ != state::ending) return;
            error_code error;
            for (int i = 0; i < reads_in_a_row && !error; ++i)
                socket(told).read_some(asio::buffer(host_.scratch()), error);
            if (error && error != asio::error::would_block)
                close(told);
            else
                discard(told);
        });
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
    step_timer_.cancel();
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
        if (told || !socket(each).is_open() || !has_hung_up(socket(each))) continue;
        event happened;
        happened.kind = kind::left;
        happened.who = each;
        report(happened);
        close(each);
    }
}

void connection::close(side which) {
    error_code ignored;
    socket(which).close(ignored);
    if (client_.is_open() || server_.is_open() || state_ == state::over) return;
    state_ = state::over;
    client_linger_.cancel();
    server_linger_.cancel();
    host_.over(number_);
}

void connection::close_both(manner how) {
    silence();
    state_ = state::ending;
    const auto kept = shared_from_this();
    for (const side each : {side::client, side::server}) {
        if (how == manner::rst && socket(each).is_open()) reset(socket(each));
        close(each);
    }
}

void connection::abandon() {
    silence();
    state_ = state::over;
    client_linger_.cancel();
    server_linger_.cancel();
    error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
}

void connection::ended_by_source(way direction, bool) {
    if (!ended_by_) ended_by_ = source_of(direction);
}

void connection::end_delivered(way direction, delay_line::ending end) {
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
