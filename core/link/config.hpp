// The options of one link in the types that its machine works with. Defaults stand in the option
// table (core/hub/option_table.cpp), which fills every member; those here serve tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/url.hpp"
#include "policy/backoff.hpp"
#include "policy/heartbeat.hpp"
#include "policy/verdict.hpp"
#include "session/options.hpp"
#include "wire/frame.hpp"
#include "wire/upgrade.hpp"

namespace resock::link {

enum class delivery { at_most_once, at_least_once, exactly_once };
inline constexpr const char* session_subprotocol = "resock.v1"; // R1
enum class on_lost { close, begin_anew };
enum class confirm_mode { pong, heartbeat, app, off };
enum class heartbeat_mode { ping, text, off };
enum class credentials_when { never, refused, always };

struct confirm_options {
    confirm_mode mode = confirm_mode::pong;
    duration interval = std::chrono::milliseconds(20);
    duration min_interval = duration::zero();
    duration timeout = std::chrono::seconds(30);
};

struct config {
    // server: of a connection that a listener accepted; it is not made again once it has ended.
    wire::role role = wire::role::client;
    resock::url url;
    wire::fields headers; // http.header, in order
    std::vector<std::string> subprotocols;

    link::delivery delivery = delivery::at_least_once;
    confirm_options confirm;

    link::heartbeat_mode heartbeat_mode = heartbeat_mode::ping;
    policy::heartbeat_options heartbeat; // enabled = mode is not off
    std::string heartbeat_text = "heartbeat";
    std::string heartbeat_answer = "heartbeat_response";

    policy::reconnect_options reconnect;
    policy::verdict_options verdicts;

    std::uint64_t message_max = 16u << 20;     // bytes of a message, received or sent
    duration message_ttl = unlimited_duration; // while no byte of it was given to the kernel

    bool greeting_hold = false;
    duration greeting_timeout = std::chrono::seconds(10);

    duration close_timeout = std::chrono::seconds(30);
    duration close_handshake = std::chrono::seconds(5);

    // Of delivery=exactly-once.
    session::options session;
    link::on_lost on_lost = on_lost::close;
    std::vector<std::string> redirect_hosts; // session.redirect_hosts: lower case

    link::credentials_when credentials_when = credentials_when::never;
    duration credentials_timeout = std::chrono::seconds(10);
};

} // namespace resock::link
