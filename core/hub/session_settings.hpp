// What options say of sessions (delivery=exactly-once), beside what the link's machine works with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "hub/options.hpp"
#include "link/config.hpp"

namespace resock::hub {

struct link_settings;

enum class outbox_sync { full, normal, off };

struct session_settings {
    std::string outbox_path; // "": in memory
    outbox_sync sync = outbox_sync::full;
    bool done_by_hand = false; // session.done=manual
    // Set where the application keeps the receive position itself: bytes of session::position, or
    // none the first time.
    std::optional<std::string> position;
    std::string principal; // of an accepted link
};

using link::session_subprotocol;

// Takes an option of sessions over; false where `name` is none. The value has been checked.
bool apply_session_option(link_settings&, std::string_view name, std::string_view value);

// Of a link that is to be opened: what delivery=exactly-once makes of its settings, and what it
// forbids and needs. `given` tells what was set by hand. Throws error(status::option).
void finish_session(link_settings&, const options& given);

// The settings of the sessions that a listener accepts, made from those of its plain links.
link_settings session_settings_of(const link_settings& plain, const options& of_listener);

// Throws error(status::option) for an option that means nothing in a session, or for a value that
// it has no use for.
void check_in_session(std::string_view name, std::string_view value);

} // namespace resock::hub
