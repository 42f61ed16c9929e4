// What only events of sessions have.

#include <cstring>

#include "guard.hpp"
#include "hub/event.hpp"
#include "resock/resock.h"

using namespace resock;
using namespace resock::capi;

namespace {

static_assert(RESOCK_LOST_UNKNOWN_SESSION ==
              static_cast<int>(session::reject_reason::unknown_session));
static_assert(RESOCK_LOST_AUTHENTICATION_NEEDED ==
              static_cast<int>(session::reject_reason::authentication_needed));
static_assert(RESOCK_POSITION_CAPACITY >= session::position_size);

const hub::event* of(const resock_event* event) {
    return reinterpret_cast<const hub::event*>(event);
}

const hub::event& message_of(const resock_event* event) {
    const hub::event& made = *of(required(event, "event"));
    if (made.kind == hub::event_kind::message) return made;
    throw error(status::invalid, std::string("the event is a ") + hub::to_string(made.kind) +
                                     ", and a MESSAGE is needed");
}

const std::string* token_of(const resock_event* event) {
    const auto* info = event ? of(event)->request() : nullptr;
    return info && info->token ? &*info->token : nullptr;
}

} // namespace

int32_t resock_event_resumed(const resock_event* event) {
    const auto* info = event ? of(event)->open() : nullptr;
    return info && info->resumed ? 1 : 0;
}
int32_t resock_event_begun_anew(const resock_event* event) {
    const auto* info = event ? of(event)->lost() : nullptr;
    return info && info->begun_anew ? 1 : 0;
}
const char* resock_event_token(const resock_event* event) {
    const std::string* token = token_of(event);
    return token ? token->c_str() : nullptr;
}
size_t resock_event_token_size(const resock_event* event) {
    const std::string* token = token_of(event);
    return token ? token->size() : 0;
}

int32_t resock_event_done(resock_event* event) {
    return guard([&] {
        // That of a plain link, and a NOTE, is waited for by nobody.
        if (const auto* mine = message_of(event).session_receipt())
            mine->tracker->mark(mine->ticket);
    });
}

int32_t resock_event_position(const resock_event* event, void* out_buffer, size_t* out_bytes) {
    return guard([&] {
        auto& written = cleared(out_bytes, "out_bytes");
        required(out_buffer, "out_buffer");
        const std::string bytes = message_of(event).position();
        if (bytes.empty())
            throw error(status::not_supported,
                        "this message has no position: set session.position when the link is "
                        "opened, with 0 bytes the first time; messages sent UNKEPT never have one");
        std::memcpy(out_buffer, bytes.data(), bytes.size());
        written = bytes.size();
    });
}
