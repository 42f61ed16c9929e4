// What a client makes of WELCOME (R15).

#include <algorithm>
#include <utility>

#include "session/endpoint.hpp"

namespace resock::session {

std::string endpoint::wrong_welcome(const welcome_frame& w) const {
    const bool first = terms_.born == 0;
    if (first && w.window < least_first_window(w.max_frame)) return "R8 first window too small";
    if (first) return {};
    if (w.max_frame != terms_.max_frame_out || w.max_message != terms_.max_message_out ||
        w.ack_level != terms_.ack_level_out)
        return "R8 max_frame, max_message or ack_level has changed";
    return {};
}

// What both ends remember does not fit: the session is lost.
std::string endpoint::unfit_welcome(const welcome_frame& w) const {
    if (terms_.born != 0 && w.born != terms_.born) return "another session was born under this sid";
    if (w.recv < outbox_.acked() || w.recv > outbox_.numbered())
        return "the server's recv is out of bounds";
    if (w.recv > 0 && w.check != outbox_.check_at(w.recv))
        return "the check of the last frame differs";
    return {};
}

void endpoint::agree(const welcome_frame& w) {
    terms_.ttl_s = w.ttl_s;
    terms_.tombstone_ttl_s = w.tombstone_ttl_s.value_or(w.ttl_s);
    terms_.heartbeat_ms = w.heartbeat_ms;
    resume_url_ = w.url.value_or("");
    if (terms_.born != 0) return;
    terms_.born = w.born;
    terms_.max_frame_out = w.max_frame;
    terms_.max_message_out = w.max_message;
    terms_.ack_level_out = w.ack_level;
    outbox_.set_max_frame(std::min(terms_.max_frame_out, terms_.max_frame_in));
    drop_too_big(); // before born is written down: after that a restart takes them for sent
    if (!options_.durable()) return;
    persist(record::agreed{terms_});
    agreed_record_ = records_made_;
}

void endpoint::on(const welcome_frame& w, std::string_view, payload&) {
    if (options_.role == role::server || phase_ != phase::greeting)
        return fail("R2 WELCOME where it may not stand");
    if (std::string wrong = wrong_welcome(w); !wrong.empty()) return fail(std::move(wrong));
    if (const std::string unfit = unfit_welcome(w); !unfit.empty()) {
        phase_ = phase::away;
        reject_frame r;
        r.reason = reject_reason::state_mismatch;
        r.text = unfit;
        events_.rejected(r);
        return;
    }
    const bool resumed = terms_.born != 0;
    agree(w);
    acknowledge(w.recv);
    limit_ = outbox_.acked_position() + w.window;
    phase_ = phase::open;
    greeting_until_.reset();
    ack_due_ = ack_first_ = true;
    events_.opened(resumed);
}

} // namespace resock::session
