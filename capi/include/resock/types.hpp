/// @file
/// Enumerations and the error of resock.hpp, which includes this.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include <resock/resock.h>

namespace resock {
inline namespace v1 {

/// What calls return: resock_status. Values of all enumerations are those of resock.h.
enum class status : std::int32_t {
    ok = RESOCK_OK,
    invalid = RESOCK_INVALID,
    handle = RESOCK_HANDLE,
    closed = RESOCK_CLOSED,
    busy = RESOCK_BUSY,
    would_deadlock = RESOCK_WOULD_DEADLOCK,
    queue_full = RESOCK_QUEUE_FULL,
    too_big = RESOCK_TOO_BIG,
    too_small = RESOCK_TOO_SMALL,
    timeout = RESOCK_TIMEOUT,
    option = RESOCK_OPTION,
    not_supported = RESOCK_NOT_SUPPORTED,
    forked = RESOCK_FORKED,
    no_memory = RESOCK_NO_MEMORY,
    io = RESOCK_IO,
    state = RESOCK_STATE,
    internal = RESOCK_INTERNAL,
};
/// Kinds of events: resock_kind.
enum class event_kind : std::uint32_t {
    none = 0, ///< of an event that was moved from
    open = RESOCK_EVENT_OPEN,
    message = RESOCK_EVENT_MESSAGE,
    confirmed = RESOCK_EVENT_CONFIRMED,
    failed = RESOCK_EVENT_FAILED,
    down = RESOCK_EVENT_DOWN,
    writable = RESOCK_EVENT_WRITABLE,
    credentials = RESOCK_EVENT_CREDENTIALS,
    request = RESOCK_EVENT_REQUEST,
    accepted = RESOCK_EVENT_ACCEPTED,
    lost = RESOCK_EVENT_LOST,
    closed = RESOCK_EVENT_CLOSED,
    log = RESOCK_EVENT_LOG,
};
/// How far a message has come: resock_level.
enum class level : std::uint32_t {
    none = 0, ///< of an event of another kind
    stored = RESOCK_LEVEL_STORED,
    written = RESOCK_LEVEL_WRITTEN,
    received = RESOCK_LEVEL_RECEIVED,
    processed = RESOCK_LEVEL_PROCESSED,
};
/// Why a message FAILED: resock_reason.
enum class fail_reason : std::uint32_t {
    none = 0, ///< of an event of another kind
    expired = RESOCK_REASON_EXPIRED,
    dropped = RESOCK_REASON_DROPPED,
    refused = RESOCK_REASON_REFUSED,
    not_sent = RESOCK_REASON_NOT_SENT,
    in_doubt = RESOCK_REASON_IN_DOUBT,
};
/// Why a session is LOST: resock_lost_reason.
enum class lost_reason : std::uint32_t {
    none = 0, ///< of an event of another kind
    unknown_session = RESOCK_LOST_UNKNOWN_SESSION,
    forbidden = RESOCK_LOST_FORBIDDEN,
    stale_epoch = RESOCK_LOST_STALE_EPOCH,
    state_mismatch = RESOCK_LOST_STATE_MISMATCH,
    ended = RESOCK_LOST_ENDED,
    expired = RESOCK_LOST_EXPIRED,
    unsupported = RESOCK_LOST_UNSUPPORTED,
    overloaded = RESOCK_LOST_OVERLOADED,
    former_owner_busy = RESOCK_LOST_FORMER_OWNER_BUSY,
    authentication_needed = RESOCK_LOST_AUTHENTICATION_NEEDED,
};
/// Severity of LOG events: resock_log_level.
enum class log_level : std::uint32_t {
    none = 0, ///< of an event of another kind
    error = RESOCK_LOG_ERROR,
    warning = RESOCK_LOG_WARNING,
    info = RESOCK_LOG_INFO,
    debug = RESOCK_LOG_DEBUG,
};

/// What a disconnect is about: resock_layer.
enum class layer : std::uint32_t {
    dns = RESOCK_LAYER_DNS,
    tcp = RESOCK_LAYER_TCP,
    proxy = RESOCK_LAYER_PROXY,
    tls = RESOCK_LAYER_TLS,
    http = RESOCK_LAYER_HTTP,
    websocket = RESOCK_LAYER_WEBSOCKET,
    session = RESOCK_LAYER_SESSION,
    heartbeat = RESOCK_LAYER_HEARTBEAT,
    local = RESOCK_LAYER_LOCAL,
};
/// Who caused it: resock_culprit.
enum class culprit : std::uint32_t {
    us = RESOCK_CULPRIT_US,
    peer = RESOCK_CULPRIT_PEER,
    network = RESOCK_CULPRIT_NETWORK,
    proxy = RESOCK_CULPRIT_PROXY,
};
/// What caused it: resock_cause.
enum class cause : std::uint32_t {
    none = RESOCK_CAUSE_NONE,
    dns_temporary = RESOCK_CAUSE_DNS_TEMPORARY,
    dns_unknown = RESOCK_CAUSE_DNS_UNKNOWN,
    tcp_refused = RESOCK_CAUSE_TCP_REFUSED,
    tcp_reset = RESOCK_CAUSE_TCP_RESET,
    tcp_unreachable = RESOCK_CAUSE_TCP_UNREACHABLE,
    tcp_timeout = RESOCK_CAUSE_TCP_TIMEOUT,
    proxy = RESOCK_CAUSE_PROXY,
    tls_expired = RESOCK_CAUSE_TLS_EXPIRED,
    tls_not_yet_valid = RESOCK_CAUSE_TLS_NOT_YET_VALID,
    tls_host = RESOCK_CAUSE_TLS_HOST,
    tls_issuer = RESOCK_CAUSE_TLS_ISSUER,
    tls_pin = RESOCK_CAUSE_TLS_PIN,
    tls_client_cert = RESOCK_CAUSE_TLS_CLIENT_CERT,
    tls_version = RESOCK_CAUSE_TLS_VERSION,
    tls_cut = RESOCK_CAUSE_TLS_CUT,
    tls_timeout = RESOCK_CAUSE_TLS_TIMEOUT,
    open_timeout = RESOCK_CAUSE_OPEN_TIMEOUT,
    not_websocket = RESOCK_CAUSE_NOT_WEBSOCKET,
    subprotocol = RESOCK_CAUSE_SUBPROTOCOL,
    redirect = RESOCK_CAUSE_REDIRECT,
    protocol = RESOCK_CAUSE_PROTOCOL,
    silence = RESOCK_CAUSE_SILENCE,
    local = RESOCK_CAUSE_LOCAL,
};
/// What the link does about it: resock_verdict.
enum class verdict : std::uint32_t {
    now = RESOCK_VERDICT_NOW,
    backoff = RESOCK_VERDICT_BACKOFF,
    slow = RESOCK_VERDICT_SLOW,
    spread = RESOCK_VERDICT_SPREAD,
    follow = RESOCK_VERDICT_FOLLOW,
    auth = RESOCK_VERDICT_AUTH,
    stop = RESOCK_VERDICT_STOP,
};
/// What options are for: resock_scope.
enum class scope : std::uint32_t {
    hub = RESOCK_SCOPE_HUB,
    link = RESOCK_SCOPE_LINK,
    listener = RESOCK_SCOPE_LISTENER,
};
/// Where a link stands: resock_state.
enum class link_state : std::uint32_t {
    idle = RESOCK_STATE_IDLE,
    asking = RESOCK_STATE_ASKING,
    connecting = RESOCK_STATE_CONNECTING,
    open = RESOCK_STATE_OPEN,
    closing = RESOCK_STATE_CLOSING,
    waiting = RESOCK_STATE_WAITING,
    stopped = RESOCK_STATE_STOPPED,
    finished = RESOCK_STATE_FINISHED,
};
/// Numbers of a link: resock_stat.
enum class stat : std::uint32_t {
    messages_accepted = RESOCK_STAT_MESSAGES_ACCEPTED,
    messages_sent = RESOCK_STAT_MESSAGES_SENT,
    messages_resent = RESOCK_STAT_MESSAGES_RESENT,
    messages_received = RESOCK_STAT_MESSAGES_RECEIVED,
    bytes_sent = RESOCK_STAT_BYTES_SENT,
    bytes_received = RESOCK_STAT_BYTES_RECEIVED,
    connections = RESOCK_STAT_CONNECTIONS,
    attempts = RESOCK_STAT_ATTEMPTS,
    queued_messages = RESOCK_STAT_QUEUED_MESSAGES,
    queued_bytes = RESOCK_STAT_QUEUED_BYTES,
    rtt_us = RESOCK_STAT_RTT_US,
    ended_through = RESOCK_STAT_ENDED_THROUGH,
    written_through = RESOCK_STAT_WRITTEN_THROUGH,
};

/// What functions throw: the status of the call and resock_last_error().
class error : public std::runtime_error {
  public:
    /// An error with that status and sentence.
    error(v1::status code, const std::string& text)
        : std::runtime_error(text)
        , code_(code) {}
    /// What the call would have returned in C.
    v1::status status() const noexcept { return code_; }

  private:
    v1::status code_;
};

} // namespace v1
} // namespace resock
