#include "link/session_side.hpp"

#include <utility>

#include "wire/close.hpp"
#include "wire/frame.hpp"

namespace resock::link {

session_side::session_side(const config& c, session_start start, random_source& random)
    : role_(c.role)
    , random_(random) {
    session::options options = c.session;
    options.role = c.role == wire::role::client ? session::role::client : session::role::server;
    if (start.saved) {
        session_ =
            std::make_unique<session::endpoint>(std::move(options), std::move(*start.saved), *this);
        if (start.position) session_->set_position(*start.position);
    } else {
        session_ = std::make_unique<session::endpoint>(std::move(options),
                                                       std::move(start.identity), *this);
    }
}

// ---- the connection ----

void session_side::open_stream() {
    output_.clear();
    pong_due_.reset();
    staged_ = written_ = frames_sent_ = 0;
    close_sent_ = false;
    has_stream_ = true;
}

void session_side::close_stream(time_point now) {
    if (!has_stream_) return;
    has_stream_ = false;
    session_->disconnected(written_, now);
    output_.release();
    pong_due_.reset();
}

void session_side::put(std::string_view head, std::string_view body) {
    const std::size_t before = output_.size();
    // RFC 6455 §5.1: a client masks, a server must not.
    const auto mask = role_ == wire::role::client ? std::optional(random_.u32()) : std::nullopt;
    wire::append_frame(output_, head, body, mask);
    staged_ += output_.size() - before;
    ++frames_sent_;
}

void session_side::stage(time_point now) {
    if (close_sent_ || !has_stream_) return;
    if (pong_due_ && room()) {
        const auto mask = role_ == wire::role::client ? std::optional(random_.u32()) : std::nullopt;
        const std::size_t before = output_.size();
        wire::append_frame(output_, wire::opcode::pong, true, *pong_due_, mask);
        staged_ += output_.size() - before;
        pong_due_.reset();
    }
    session_->stage(*this, now);
    constexpr std::size_t small = 4096; // an idle session keeps no large buffer
    if (output_.empty() && output_.capacity() > small) output_.release();
}

std::uint64_t session_side::written(std::size_t bytes, time_point now) {
    output_.consume(bytes);
    written_ += bytes;
    return session_->written(written_, now);
}

void session_side::close(std::uint16_t code, std::string_view reason) {
    if (close_sent_) return;
    const auto mask = role_ == wire::role::client ? std::optional(random_.u32()) : std::nullopt;
    wire::append_frame(output_, wire::opcode::close, true, wire::close_payload(code, reason), mask);
    close_sent_ = true;
}

// ---- what the session tells ----

void session_side::deliver(session::arrival a) {
    ++delivered_;
    out::deliver made;
    made.bytes = a.bytes;
    made.owned = std::move(a.owned);
    made.text = a.text;
    made.redelivered = a.redelivered;
    made.seq = a.seq;
    made.check = a.check;
    made.expires_ms = a.expires_ms;
    out_->push_back(std::move(made));
}

void session_side::confirmed(level reached, std::uint64_t through, std::uint64_t messages,
                             std::uint64_t bytes) {
    out_->push_back(out::confirmed{reached, through, messages, bytes});
}

void session_side::failed(const session::failure_range& f) {
    out_->push_back(out::failed{f.first, f.last, f.reason, f.messages, f.bytes, f.for_room});
}

void session_side::persist(session::record::any what) {
    if (!out_->empty())
        if (auto* last = std::get_if<out::persist>(&out_->back())) {
            last->records.push_back(std::move(what));
            return;
        }
    out::persist made;
    made.records.push_back(std::move(what));
    out_->push_back(std::move(made));
}

void session_side::hang_up(std::uint16_t code, std::string reason) {
    told_.hang_up.emplace(code, std::move(reason));
}

void session_side::opened(bool resumed) {
    told_.opened = resumed;
}

void session_side::rejected(const session::reject_frame& f) {
    told_.rejected = f;
    told_.reject_text = session::shown_text(f.text);
    told_.rejected->text = {};
}

void session_side::go_away(const session::goaway_frame& f) {
    told_.go_away = f;
    told_.go_away_url = std::string(f.url);
    told_.go_away->url = {};
}

void session_side::token_wanted(duration within) {
    told_.token_wanted = within;
}

void session_side::token_given(std::string_view token) {
    out_->push_back(out::token{std::string(token)});
}

void session_side::peer_ended(std::uint32_t, std::string_view) {
    told_.peer_ended = true;
}

} // namespace resock::link
