// The options of a listener in the types that work with them, combinations checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/listen_address.hpp"
#include "base/time.hpp"
#include "hub/options.hpp"
#include "hub/settings.hpp"
#include "net/opening.hpp"
#include "net/server_certificate.hpp"
#include "wire/accept.hpp"

namespace resock::hub {

// Every member is filled from the table.
struct listener_settings {
    std::vector<listen_address> addresses;
    bool ask = false; // listen.accept=ask
    wire::accept_rules rules;
    net::opening_limits opening;
    duration request_timeout{};
    duration retry_after{};
    std::uint64_t connections = 0;
    std::uint64_t per_address = 0;
    std::uint64_t memory = 0;
    std::string health_path;
    net::server_tls_options tls;
    // Of the links that it accepts: plain ones, and those of sessions.
    std::shared_ptr<const link_settings> accepted;
    std::shared_ptr<const link_settings> accepted_session;
    bool sessions_only = false; // delivery=exactly-once: who does not offer resock.v1 is refused
    std::uint64_t session_count = 0; // listen.session_count
};

// Throws error(status::option) naming what is missing or contradicts, and what to set;
// error(status::invalid) for options of another scope.
listener_settings make_listener_settings(const options&);

// The settings of one accepted link, of a session or plain: the listener's options with those of
// `given` on top, whose http.header are added. Throws error(status::option) for listen.* and tls.*
// in `given`, which are the listener's alone.
std::shared_ptr<const link_settings>
accepted_settings_with(const options& of_listener, const options& given, bool in_session = false);

} // namespace resock::hub
