// Why a connection ended or an attempt failed: the facts, before any judgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace resock::policy {

enum class layer { dns, tcp, proxy, tls, http, websocket, session, heartbeat, local };
enum class culprit { us, peer, network, proxy };
enum class verdict { now, backoff, slow, spread, follow, auth, stop };

// Causes that have neither a close code nor an HTTP status. Tokens as in verdict.<cause>.
enum class cause {
    none, // a close code or an HTTP status says it
    dns_temporary,
    dns_unknown,
    tcp_refused,
    tcp_reset,
    tcp_unreachable,
    tcp_timeout,
    proxy,
    tls_expired,
    tls_not_yet_valid,
    tls_host,
    tls_issuer,
    tls_pin,
    tls_client_cert,
    tls_version,
    tls_cut,
    tls_timeout,
    open_timeout,
    not_websocket,
    subprotocol,
    redirect,
    protocol, // the peer broke RFC 6455; we closed with `close_code`
    silence,  // nothing heard in time
    local,    // we ended it: close(), free, or no credentials in time
};

struct failure {
    policy::cause cause = cause::none;
    std::uint16_t close_code =
        0;                     // received, sent by us with `protocol`, or 1005/1006; 0 before open
    std::string close_reason;  // UTF-8
    bool closed_by_us = false; // we sent the first Close frame
    int http_status = 0;
    int reject = 0; // in a session: the reason of the REJECT that came before the close
    std::optional<duration> retry_after; // of a 429 or 503
    int sys_errno = 0;
    // errno or TLS error in words; for tls_expired and tls_not_yet_valid the bare date of the
    // certificate, "2026-10-01". Never a secret.
    std::string detail;
    std::string host; // the host (and port) that was meant, for sentences
};

const char* to_string(layer);
const char* to_string(culprit);
const char* to_string(verdict);
// The token: "dns-unknown"; "" for none.
const char* to_string(cause);
// The reverse of to_string(verdict); empty where the text names none.
std::optional<verdict> parse_verdict(std::string_view text);
// All verdicts by name, for error messages.
std::vector<std::string_view> verdict_names();
// All tokens of causes that may stand behind "verdict.", for error messages.
std::vector<std::string_view> verdict_causes();

} // namespace resock::policy
