#include "link/connection.hpp"

#include <algorithm>

#include "wire/close.hpp"

namespace resock::link {

namespace {
bool needs_barriers(const config& c) {
    return c.confirm.mode == confirm_mode::pong || c.confirm.mode == confirm_mode::heartbeat;
}
} // namespace

connection::connection(std::uint64_t number, const config& c, random_source& random,
                       const greetings& greet, time_point now)
    : number_(number)
    , role_(c.role)
    , random_(random)
    , confirm_(c.confirm.mode)
    , heartbeat_is_text_(c.heartbeat_mode == heartbeat_mode::text)
    , heartbeat_text_(c.heartbeat_text)
    , heartbeat_(c.heartbeat)
    , barrier_(number, c.confirm, needs_barriers(c),
               c.confirm.mode == confirm_mode::heartbeat ? 1 : barrier::max_unanswered)
    , greeting_barrier_due_(!greet.all().empty())
    , held_(c.greeting_hold) {
    // Where there is none the deque must not take memory: most links have none.
    if (greeting_barrier_due_) greetings_.assign(greet.all().begin(), greet.all().end());
    heartbeat_.connected(now);
}

void connection::append(wire::opcode code, bool fin, std::string_view payload) {
    const std::size_t before = output_.size();
    // RFC 6455 §5.1: a client masks, a server must not.
    const auto mask = role_ == wire::role::client ? std::optional(random_.u32()) : std::nullopt;
    wire::append_frame(output_, code, fin, payload, mask);
    stream_ += output_.size() - before;
}

void connection::stage(kept_queue& queue, time_point now) {
    while (output_.size() < stage_limit && stage_one(queue, now)) {
    }
}

bool connection::stage_one(kept_queue& queue, time_point now) {
    if (close_sent_) return false;
    const bool between_messages = queue.part() == 0; // data frames of two messages never mix
    if (pong_due_) {
        append(wire::opcode::pong, true, *pong_due_);
        pong_due_.reset();
        return true;
    }
    if (question_due_ && between_messages) {
        question_due_ = false;
        stage_question(true, now);
        heartbeat_.asked(stream_, now);
        return true;
    }
    if (barrier_.due(now) && (!barrier_is_text() || between_messages)) {
        stage_question(barrier_is_text(), now);
        return true;
    }
    if (!greetings_.empty() && between_messages) {
        stage_greeting();
        return true;
    }
    if (held_) return false;
    if (between_messages && barrier_.holds_back()) return false;
    if (one_at_a_time_ && between_messages && (barrier_.open() || !barrier_.all_covered()))
        return false;
    return stage_message(queue, now);
}

// A ping carries the counter; a text question is a barrier only with confirm=heartbeat.
void connection::stage_question(bool text, time_point now) {
    if (text) {
        append(wire::opcode::text, true, heartbeat_text_);
        if (!barrier_is_text()) {
            text_end_ = stream_;
            return;
        }
    } else {
        const auto payload = barrier_.next_payload();
        append(wire::opcode::ping, true, {payload.data(), payload.size()});
    }
    barrier_.asked(stream_, now);
}

void connection::stage_greeting() {
    const greetings::item item = std::move(greetings_.front());
    greetings_.pop_front();
    append(item->text ? wire::opcode::text : wire::opcode::binary, true, item->data);
    if (greetings_.empty() && greeting_barrier_due_) {
        greeting_barrier_due_ = false;
        barrier_.want();
    }
}

bool connection::stage_message(kept_queue& queue, time_point now) {
    kept_message* m = queue.to_stage();
    if (m == nullptr) return false;
    const std::size_t offset = queue.part();
    if (offset == 0) queue.begin_stage(*m, stream_);
    const std::size_t size = std::min(max_fragment, m->size - offset);
    const bool fin = offset + size == m->size;
    const auto first = m->text ? wire::opcode::text : wire::opcode::binary;
    append(offset == 0 ? first : wire::opcode::continuation, fin,
           m->data.view().substr(offset, size));
    if (!fin) {
        queue.advance_part(size);
        return true;
    }
    ++messages_sent_;
    if (!m->unkept) barrier_.staged(m->id, m->size, now);
    if (m->flush || one_at_a_time_) barrier_.want();
    queue.finish_stage(*m, stream_);
    return true;
}

std::optional<time_point> connection::deadline() const {
    // With a full output nothing can be staged before written() makes room.
    if (close_sent_ || output_.size() >= stage_limit) return std::nullopt;
    return barrier_.deadline();
}

std::uint64_t connection::written(std::size_t bytes, kept_queue& queue, time_point now,
                                  actions& out) {
    output_.consume(bytes);
    written_total_ += bytes;
    barrier_.written(written_total_, now);
    heartbeat_.written(written_total_, now);
    return queue.written(written_total_, out);
}

void connection::answer_ping(std::string_view payload) {
    pong_due_ = std::string(payload);
}

void connection::ask_heartbeat(bool mid_message, time_point now) {
    if (output_.empty() && output_.capacity() > 0) output_.release(); // idle: hold no buffer
    if (const auto end = open_question()) { // on its way already: its answer serves
        heartbeat_.asked(*end, now);
        return;
    }
    if (heartbeat_is_text_ && mid_message) {
        // Between two fragments no message may stand: it goes behind the last.
        question_due_ = true;
        heartbeat_.asked(policy::heartbeat::not_staged, now);
        return;
    }
    stage_question(heartbeat_is_text_, now);
    heartbeat_.asked(stream_, now);
}

// The end of a question whose answer will do for the heartbeat, so that none is added to it.
std::optional<std::uint64_t> connection::open_question() const {
    if (heartbeat_is_text_ && !barrier_is_text()) {
        if (text_end_ > written_total_) return text_end_;
        return std::nullopt;
    }
    const bool open =
        heartbeat_is_text_ ? barrier_.open() : barrier_.waits_to_be_written() || barrier_.crowded();
    if (open) return barrier_.last_end();
    return std::nullopt;
}

void connection::close(std::uint16_t code, std::string_view reason) {
    append(wire::opcode::close, true, wire::close_payload(code, reason));
    close_sent_ = true;
}

std::optional<barrier::answer> connection::text_answer(time_point now) {
    return barrier_is_text() ? barrier_.text_answer(now) : std::nullopt;
}

void connection::add_greeting(const greetings::item& item) {
    remove_greeting(item->key);
    greetings_.push_back(item);
}

void connection::remove_greeting(const std::string& key) {
    const auto gone = std::remove_if(greetings_.begin(), greetings_.end(),
                                     [&](const auto& each) { return each->key == key; });
    greetings_.erase(gone, greetings_.end());
}

void connection::set_options(const config& c) {
    heartbeat_.set_options(c.heartbeat);
    barrier_.set_options(c.confirm);
}

} // namespace resock::link
