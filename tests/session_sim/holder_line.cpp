// The connection of one end: frames of the session in WebSocket frames, written in pieces.

#include <algorithm>

#include "session/check.hpp"
#include "session/decode.hpp"
#include "session/encode.hpp"
#include "session_sim/holder.hpp"

namespace resock::session::sim {

namespace {

std::optional<std::uint32_t> mask_for(side s, dice& random) {
    if (s == server_side) return std::nullopt;
    return static_cast<std::uint32_t>(random.below(UINT32_MAX));
}

template<class Frame>
const Frame* as(const decoded& d) {
    return std::get_if<Frame>(&d);
}

std::uint64_t seq_of(const decoded& d) {
    if (const auto* f = as<data_frame>(d)) return f->seq;
    if (const auto* f = as<end_frame>(d)) return f->seq;
    if (const auto* f = as<void_frame>(d)) return f->seq;
    return 0;
}

} // namespace

// ---- the connection ----

void holder::use(std::shared_ptr<sim::line> made, wire::receiver receiver) {
    line_ = std::move(made);
    line_->attach(side_, *this);
    receiver_ = std::move(receiver);
    out_.clear();
    out_bound_ = stage_.random.between(1, 64) << 10;
    staged_ = written_ = ack_end_ = told_limit_ = told_recv_ = told_done_ = 0;
    carried_.clear();
    closing_.reset();
    owed_since_.reset();
    close_staged_ = ack_comes_first_ = false;
    first_frame_ = true;
    heard_at_ = stage_.time.now();
    own_log().begins_connection();
    got_messages().counts_when_finished(options_.ack_level == 3);
    ++stage_.connections;
}

void holder::end_line(std::uint16_t code, const std::string& reason, bool ours) {
    if (!line_) return;
    const auto self = shared_from_this();
    trace("connection over, " + std::to_string(code) + " " + reason);
    line_->close(side_);
    line_.reset();
    ep.disconnected(written_, stage_.time.now());
    on_line_over(code, reason, ours);
}

void holder::leave_line() {
    if (!line_) return;
    line_->close(side_);
    line_.reset();
    closing_.reset();
    ep.disconnected(written_, stage_.time.now());
}

wire::receiver holder::release_line() {
    line_.reset();
    ep.disconnected(written_, stage_.time.now());
    return std::move(*receiver_);
}

void holder::close_line(std::uint16_t code, std::string reason) {
    closing_ = {code, std::move(reason)};
    pump();
}

void holder::bytes(sim::line& from, std::string data) {
    if (&from != line_.get()) return;
    const auto self = shared_from_this(); // it may end here
    ep.heard(stage_.time.now());
    heard_at_ = stage_.time.now();
    // The pieces that reads bring; each in memory of its own, as views must not outlive it.
    std::string_view rest = data;
    while (!rest.empty() && line_.get() == &from) {
        const std::size_t size =
            stage_.random.percent(30) ? stage_.random.between(1, rest.size()) : rest.size();
        const std::string piece(rest.substr(0, size));
        rest.remove_prefix(size);
        receiver_->feed(piece);
        for (auto each = receiver_->next(); each.kind != wire::received::kind::none;
             each = receiver_->next()) {
            item(&from, each);
            if (line_.get() != &from) return;
        }
        received_all();
    }
}

void holder::item(const sim::line* from, wire::received& each) {
    if (from != line_.get() || closing_) return;
    switch (each.kind) {
    case wire::received::kind::message: {
        const decoded seen = decode(each.bytes);
        watch_received(seen);
        const auto* welcome = as<welcome_frame>(seen);
        if (const std::string changed = welcome ? altered(*welcome) : ""; !changed.empty())
            ep.receive(true, changed, {}, stage_.time.now());
        else
            ep.receive(!each.text, each.bytes, std::move(each.owned), stage_.time.now());
        if (welcome && ep.established() && !ack_comes_first_)
            stage_.complain("WELCOME was not told");
        return;
    }
    case wire::received::kind::close: {
        const std::string reason(each.bytes);
        ep.received_all(stage_.time.now());
        return end_line(each.code, reason, false);
    }
    default:
        stage_.complain("the peer breaks the rules of WebSocket");
    }
}

// For the variants that do not look at born or check.
std::string holder::altered(welcome_frame w) const {
    const faults& broken = stage_.broken_on_purpose;
    if (!broken.born_ignored && !broken.no_check) return {};
    if (broken.born_ignored && ep.terms().born) w.born = ep.terms().born;
    const auto& out = ep.outbox();
    if (broken.no_check && w.recv > 0 && w.recv >= out.acked() && w.recv <= out.numbered())
        w.check = out.check_at(w.recv);
    return encoded(w);
}

void holder::received_all() {
    ep.received_all(stage_.time.now());
    pump();
}

void holder::writable(sim::line& from) {
    if (&from == line_.get()) pump();
}

void holder::ended(sim::line& from) {
    if (&from == line_.get()) end_line(1006, "", false);
}

// ---- output ----

void holder::pump() {
    const auto self = shared_from_this(); // it may end here
    if (!out_.empty()) unblocked_at_ = stage_.time.now();
    for (int turn = 0; line_ && !dead_; ++turn) {
        if (turn > 10000) return stage_.complain("output without end");
        const std::uint64_t before = staged_;
        if (!closing_) ep.stage(*this, stage_.time.now());
        if (closing_ && !close_staged_) {
            close_staged_ = true;
            std::string body{static_cast<char>(closing_->first >> 8),
                             static_cast<char>(closing_->first & 0xFF)};
            body += closing_->second.substr(0, 100);
            wire::append_frame(out_, wire::opcode::close, true, body,
                               mask_for(side_, stage_.random));
        }
        if (!write_some() && staged_ == before) break;
    }
    // What cannot be written at the end is given up.
    if (closing_ && line_) {
        const auto why = *closing_;
        end_line(why.first, why.second, true);
    }
    if (!dead_) settle();
}

bool holder::write_some() {
    std::size_t size = std::min(out_.size(), line_->room(side_));
    if (size == 0) return false;
    if (stage_.random.percent(30)) size = stage_.random.between(1, size);
    while (!carried_.empty() && carried_.front().begin < written_ + size) {
        own_log().carried(carried_.front().seq, carried_.front().check);
        own_store().sent(carried_.front().seq, carried_.front().check);
        carried_.pop_front();
    }
    line_->write(side_, out_.view().substr(0, size));
    out_.consume(size);
    const std::uint64_t before = written_;
    if (stage_.random.percent(20)) {
        written_ += stage_.random.below(size);
        report_written();
    }
    written_ = before + size;
    report_written();
    return true;
}

void holder::report_written() {
    if (!close_staged_) ep.written(written_, stage_.time.now());
}

void holder::put(std::string_view head, std::string_view body) {
    std::string frame(head);
    frame += body;
    const decoded seen = decode(frame);
    if (const auto* wrong = as<frame_error>(seen))
        stage_.complain("a frame that no peer takes: " + std::string(wrong->reason()));
    if (!line_) return stage_.complain("a frame without a connection");
    const std::uint64_t seq = seq_of(seen);
    if (seq) carried_.push_back({staged_, seq, check_of(frame)});
    if (swallowed(seen)) return;
    watch_sent(seen, frame.size());
    const std::size_t before = out_.size();
    wire::append_frame(out_, wire::opcode::binary, true, frame, mask_for(side_, stage_.random));
    staged_ += out_.size() - before;
    if (as<ack_frame>(seen)) ack_end_ = staged_;
    if (stage_.tracing && !as<data_frame>(seen))
        trace(std::string("puts ") + frame_name(static_cast<frame_type>(seen.index())) +
              (seq ? " " + std::to_string(seq) : ""));
}

// The variant that does not tell of a window that has opened.
bool holder::swallowed(const decoded& seen) {
    const auto* f = as<ack_frame>(seen);
    return f && stage_.broken_on_purpose.silent_window && !ack_comes_first_ && !f->ping &&
           !f->pong && f->recv == told_recv_ && f->done.value_or(0) <= told_done_;
}

} // namespace resock::session::sim
