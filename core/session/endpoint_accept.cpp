// A server's answer to HELLO (R14).

#include <algorithm>

#include "session/endpoint.hpp"

namespace resock::session {

std::optional<reject_frame> endpoint::judge(const hello_frame& h,
                                            std::string_view principal) const {
    const auto no = [](reject_reason reason, std::string_view text) {
        reject_frame r;
        r.reason = reason;
        r.text = text;
        return r;
    };
    if (!same(digest_of(h.secret), identity_.digest) || principal != identity_.principal)
        return no(reject_reason::forbidden, "the secret or the identity does not fit");
    if (h.born != 0 && h.born != terms_.born)
        return no(reject_reason::unknown_session, "another session was born under this sid");
    if (!fresh_ && h.epoch <= epoch_)
        return no(reject_reason::stale_epoch, "a newer connection of this session was here");
    const bool in_bounds =
        outbox_.acked() <= h.recv && h.recv <= outbox_.numbered() && h.acked <= inbox_.recv().seq;
    if (!in_bounds) return no(reject_reason::state_mismatch, "recv or acked is out of bounds");
    if (h.recv > 0 && h.check != outbox_.check_at(h.recv))
        return no(reject_reason::state_mismatch, "the check of the last frame differs");
    if (fresh_) return std::nullopt;
    const bool same_terms =
        h.max_frame.value_or(terms_.max_frame_out) == terms_.max_frame_out &&
        h.max_message.value_or(terms_.max_message_out) == terms_.max_message_out &&
        h.ack_level.value_or(terms_.ack_level_out) == terms_.ack_level_out;
    if (!same_terms)
        return no(reject_reason::state_mismatch, "max_frame, max_message or ack_level has changed");
    return std::nullopt;
}

bool endpoint::accept(const hello_frame& h, bool known, std::uint64_t fresh_born, time_point now) {
    new_connection(now);
    phase_ = phase::open;
    if (fresh_) {
        terms_.born = fresh_born;
        terms_.max_frame_out = h.max_frame.value_or(min_max_frame);
        terms_.max_message_out = h.max_message.value_or(default_max_message);
        terms_.ack_level_out = h.ack_level.value_or(0);
        terms_.ttl_s = std::min<std::uint64_t>(options_.ttl_s, h.ttl_s.value_or(options_.ttl_s));
        terms_.tombstone_ttl_s = std::max(options_.tombstone_ttl_s, terms_.ttl_s);
        terms_.heartbeat_ms = h.heartbeat_ms.value_or(options_.heartbeat_ms);
        outbox_.set_max_frame(std::min(terms_.max_frame_out, terms_.max_frame_in));
        if (h.window < least_first_window(terms_.max_frame_out)) {
            fail("R8 first window %llu, at least %llu", h.window,
                 least_first_window(terms_.max_frame_out));
            return false;
        }
        fresh_ = false;
        if (options_.durable()) persist(record::agreed{terms_});
    }
    epoch_ = h.epoch;
    if (options_.durable()) persist(record::epoch{epoch_});
    greeting_record_ = options_.durable() ? records_made_ : 0;
    acknowledge(h.recv);
    limit_ = outbox_.acked_position() + h.window;
    welcome_due_ = true;
    resumed_ = known;
    return true;
}

} // namespace resock::session
