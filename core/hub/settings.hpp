// The options of a link or hub in the types that work with them, combinations checked.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.hpp"
#include "hub/options.hpp"
#include "hub/session_settings.hpp"
#include "link/actions.hpp"
#include "link/config.hpp"
#include "net/connector.hpp"

namespace resock::hub {

enum class full_policy { error, wait, drop_oldest, drop_newest };

// Every member is filled from the table.
struct link_settings {
    link::config machine;
    net::tls_options tls;
    duration connect_timeout{};
    duration open_timeout{};
    std::uint64_t queue_bytes = 0;
    std::uint64_t queue_messages = 0;
    full_policy queue_full = full_policy::error;
    duration send_timeout{};
    std::uint64_t events_bytes = 0;
    std::uint64_t events_messages = 0;
    session_settings session;

    bool in_session() const { return machine.delivery == link::delivery::exactly_once; }
};

struct hub_settings {
    unsigned io_threads = 1;
    link::log_level log = link::log_level::warning;
};

// Throws error(status::option) naming the options that contradict each other or are missing, and
// what to set; error(status::invalid) for options of the other scope.
link_settings make_link_settings(const options&);
// Likewise of the plain links that a listener accepts, from options of its scope. Those of its
// sessions follow from them: session_settings_of().
link_settings make_accepted_settings(const options&);
// Null: the defaults.
hub_settings make_hub_settings(const options*);

// `from` with one option of an open link changed. Throws error(status::option) as options::set,
// for an option that is not changeable, and for a combination that does not work.
link_settings change_link_settings(const link_settings& from, std::string_view name,
                                   std::string_view value);

} // namespace resock::hub
