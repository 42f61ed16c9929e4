// Bytes of an open connection, in and out, and the heartbeat.

#include <algorithm>
#include <utility>

#include "base/units.hpp"

#include "link/machine.hpp"

namespace resock::link {

void machine::on(in::received& received, actions& out) {
    if (!active()) return;
    stats_.bytes_received += received.bytes.size();
    if (session_) {
        session_->end().heard(now_);
    } else {
        connection_->heartbeat().received(now_);
        warned_slow_ = false;
    }
    receive(received.bytes, out);
}

void machine::receive(std::string_view bytes, actions& out) {
    receiver_->feed(bytes);
    closed_receive_ = false;
    while (!closed_receive_) {
        wire::received item = receiver_->next();
        if (item.kind == wire::received::kind::none) break;
        handle(item, out);
    }
    if (session_ && session_->has_stream()) session_->end().received_all(now_);
    if (!session_ && !closed_receive_) warn_unanswered(out);
}

void machine::handle(wire::received& item, actions& out) {
    switch (item.kind) {
    case wire::received::kind::message:
        handle_message(item, out);
        break;
    case wire::received::kind::ping:
        if (session_)
            session_->answer_ping(item.bytes);
        else
            connection_->answer_ping(item.bytes);
        break;
    case wire::received::kind::pong:
        if (!session_) handle_pong(item.bytes, out);
        break;
    case wire::received::kind::close:
        handle_close(item, out);
        break;
    case wire::received::kind::error: {
        if (session_ && item.code == 1009 && state_ == state::open) { // §5: a rule of the session
            closed_receive_ = true;
            return session_hung_up(4400,
                                   "R8 a message of more than " +
                                       std::to_string(session_frame_limit()) +
                                       " bytes: no frame of a session is as long",
                                   out);
        }
        policy::failure f;
        f.cause = policy::cause::protocol;
        f.close_code = item.code;
        f.closed_by_us = true;
        f.detail = std::string(item.bytes);
        closed_receive_ = true;
        if (state_ == state::closing) {
            finish_closed(std::move(f), true, out);
        } else {
            hang_up(item.code, f.detail, false, out);
            lose(std::move(f), out);
        }
        break;
    }
    case wire::received::kind::none:
        break;
    }
}

void machine::handle_message(wire::received& item, actions& out) {
    if (session_) {
        if (state_ == state::closing) return;
        session_->end().receive(!item.text, item.bytes, std::move(item.owned), now_);
        stats_.messages_received = session_->delivered();
        closed_receive_ = session_->left();
        return;
    }
    if (config_->heartbeat_mode == heartbeat_mode::text && item.text &&
        item.bytes == config_->heartbeat_answer) {
        confirm_answer(connection_->text_answer(now_), out);
        return;
    }
    ++stats_.messages_received;
    out.push_back(out::deliver{item.bytes, std::move(item.owned), item.text});
}

void machine::handle_pong(std::string_view payload, actions& out) {
    const auto answer = connection_->pong(payload, now_);
    if (answer) stats_.rtt = answer->rtt;
    if (config_->confirm.mode == confirm_mode::pong) confirm_answer(answer, out);
}

void machine::confirm_answer(const std::optional<barrier::answer>& answer, actions& out) {
    if (!answer) return;
    stats_.rtt = answer->rtt;
    if (answer->through == 0) return;
    const std::uint64_t before = queue_.bytes();
    queue_.confirm_through(answer->through, out);
    note_confirmed(before - queue_.bytes());
    backoff_.confirmed();
}

// The line carries as much as usual again: barriers stand as far apart as usual.
void machine::note_confirmed(std::uint64_t bytes) {
    confirmed_here_ += bytes + 1; // an empty message counts too
    if (barrier_bytes_ == barrier::due_bytes || confirmed_here_ < barrier::due_bytes) return;
    barrier_bytes_ = barrier::due_bytes;
    connection_->barrier_every(barrier_bytes_);
}

// Nothing after a Close frame counts; we answer it and end the connection at once, so that the
// next one need not wait for a slow peer.
void machine::handle_close(const wire::received& item, actions& out) {
    closed_receive_ = true;
    policy::failure f;
    f.close_code = item.code;
    f.close_reason = std::string(item.bytes);
    if (state_ == state::closing) {
        finish_closed(std::move(f), true, out);
        return;
    }
    if (session_ && session_closed_well(item.code)) {
        end_well(std::move(f), true, out);
        return;
    }
    if (session_ && !serves() && same_error_again(item.code)) {
        hang_up(item.code, f.close_reason, true, out);
        const std::string why =
            "the server found the same protocol error twice in a row: " + f.close_reason;
        lost(session::reject_reason{}, std::nullopt, why, &f, out);
        return;
    }
    // The reason goes back as most ends do it: whoever closed sees that it was read.
    hang_up(item.code, f.close_reason, true, out);
    lose(std::move(f), out);
}

void machine::on(in::written& written, actions& out) {
    if (session_) {
        if (!session_->has_stream()) return;
        const std::uint64_t through = session_->written(written.bytes, now_);
        written_through_ = std::max(written_through_, through);
        if (through > written_told_) {
            written_told_ = through;
            out.push_back(out::confirmed{level::written, through, 0, 0});
        }
        return;
    }
    if (!connection_) return;
    const std::uint64_t through = connection_->written(written.bytes, queue_, now_, out);
    // Progress only; where written is the final level the queue itself tells it.
    const bool final_is_written =
        config_->delivery == delivery::at_most_once && config_->confirm.mode == confirm_mode::off;
    written_through_ = through;
    if (!final_is_written && through > written_told_) {
        written_told_ = through;
        out.push_back(out::confirmed{level::written, through, 0, 0});
    }
    if (state_ == state::open &&
        connection_->heartbeat().due(now_) != policy::heartbeat::duty::none)
        check_heartbeat(out);
}

void machine::on(in::inspected& inspected, actions& out) {
    if (session_ || state_ != state::open) return;
    connection_->heartbeat().inspected(inspected.state, now_);
    if (connection_->heartbeat().peer_reads_slowly() && !warned_slow_) {
        warned_slow_ = true;
        out.push_back(out::log{log_level::warning,
                               "peer reads slowly: it takes bytes but has not answered for " +
                                   spoken_duration(connection_->heartbeat().silence(now_)) +
                                   "; given up after heartbeat.stall"});
    }
    if (connection_->heartbeat().due(now_) == policy::heartbeat::duty::dead) check_heartbeat(out);
}

void machine::on(in::reading& reading, actions&) {
    if (reading.on && !reading_) reading_since_ = now_;
    reading_ = reading.on;
    if (!session_ && active()) connection_->heartbeat().reading(reading.on, now_);
}

void machine::check_heartbeat(actions& out) {
    using duty = policy::heartbeat::duty;
    policy::heartbeat& heart = connection_->heartbeat();
    duty what = heart.due(now_);
    if (what == duty::ask) {
        connection_->ask_heartbeat(queue_.part() > 0, now_);
        what = heart.due(now_);
    }
    if (what == duty::inspect) out.push_back(out::inspect{});
    if (what != duty::dead) return;
    policy::failure f;
    f.cause = policy::cause::silence;
    f.close_code = 1006;
    f.detail = "peer silent for " + spoken_duration(heart.silence(now_));
    out.push_back(out::disconnect{false, {}, false});
    lose(std::move(f), out);
}

// Messages arrive but no question is answered: the peer does not do what confirm relies on.
void machine::warn_unanswered(actions& out) {
    const confirm_mode mode = config_->confirm.mode;
    const bool relies = mode == confirm_mode::pong || mode == confirm_mode::heartbeat;
    if (!relies || warned_unanswered_ || !connection_) return;
    const auto oldest = connection_->questions().oldest_written();
    // While we did not read, an answer could not be seen.
    if (!oldest || now_ < after(std::max(*oldest, reading_since_), config_->confirm.timeout))
        return;
    warned_unanswered_ = true;
    out.push_back(out::log{
        log_level::warning,
        "no answer to a ping within confirm.timeout although messages arrive: nothing can be "
        "confirmed. If this server does not answer pings use confirm=app, or confirm=heartbeat "
        "with heartbeat.mode=text, or delivery=at-most-once"});
}

} // namespace resock::link
