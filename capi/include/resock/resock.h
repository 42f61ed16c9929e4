/** @file
 * resock - a WebSocket that stays up and loses no message. The C interface (C99, also C++).
 *
 * A *link* is one logical WebSocket connection that outlives its sockets. A program opens it and
 * sends; the library connects, watches the connection with a heartbeat, finds out why it ended,
 * connects again after a growing random interval, and sends again what was not confirmed.
 * C++ programs may prefer resock.hpp, which is built on this header alone.
 *
 *     resock_options* options = NULL;
 *     resock_hub* hub = NULL;
 *     resock_link* link = NULL;
 *     resock_event* event = NULL;
 *     size_t count = 0;
 *     resock_options_create(RESOCK_SCOPE_LINK, &options);
 *     resock_options_set(options, "url", "wss://example.org/chat", NULL);
 *     if (resock_hub_create(NULL, &hub, NULL) || resock_link_open(hub, options, 0, &link, NULL))
 *         fprintf(stderr, "%s\n", resock_last_error());
 *     resock_link_send(link, "hello", 5, RESOCK_SEND_TEXT, 0, NULL);
 *     resock_link_close(link, 1000, NULL, 0);    // once "hello" is confirmed
 *     uint32_t kind = 0;
 *     while (kind != RESOCK_EVENT_CLOSED &&
 *            resock_hub_poll(hub, RESOCK_FOREVER, 1, &event, &count) == RESOCK_OK && count == 1) {
 *         kind = resock_event_kind(event);
 *         if (kind == RESOCK_EVENT_MESSAGE)
 *             fwrite(resock_event_data(event), 1, resock_event_size(event), stdout);
 *         resock_event_free(event);
 *     }
 *
 * Promises. The option `delivery` chooses: at-least-once (the default) keeps every message until
 * it is confirmed and sends it again, in order, after a break; at-most-once sends each once.
 * Every message that resock_link_send accepted ends exactly once: covered by a CONFIRMED at its
 * final level (one speaks for all messages up to its id) or named by a FAILED with the reason.
 * `confirm` chooses what confirms; with the default, pong, it works with every RFC 6455 server.
 * exactly-once needs a peer that speaks resock.v1, and keeps a session with it: each message
 * reaches the peer's application once and in order, in both directions, also across restarts of
 * this process where `outbox.path` names a file. What the application has received it is done with
 * once the MESSAGE is freed, or with session.done=manual once resock_event_done was called; until
 * then it counts against `session.window`, and with a file it comes again after a restart, flagged.
 * "Confirmed" then means: read by the peer's WebSocket endpoint. That is not yet processed by its
 * application, and behind a gateway the endpoint is the gateway. Only resock_link_free and
 * resock_hub_free end messages without an event.
 *
 * Events are pulled: resock_hub_poll serves all links of a hub in turn, resock_link_poll one of
 * them. One thread at a time polls a queue; a second one gets RESOCK_BUSY. Each link's queue is
 * bounded by `events.bytes` and `events.messages`: when it is full the library stops reading from
 * that link's socket until events were polled, and the link stays up. resock_hub_fd gives a
 * descriptor for epoll, asyncio or libuv. Where a thread of its own is wanted, resock_hub_dispatch
 * calls back with every event instead; polling and dispatching exclude each other on one hub.
 * No code of the application ever runs on an I/O thread.
 *
 * io.threads. By default a hub has one I/O thread. With io.threads=0 it has none and lives only
 * inside resock_hub_poll, resock_link_poll, resock_link_flush and a send that waits for room: the
 * lowest latency, but heartbeats rest while nobody calls these. Then one thread at a time may do
 * so (a second one that polls gets RESOCK_BUSY); resock_hub_fd and resock_hub_dispatch are not
 * supported.
 *
 * The accepting side. resock_listener_open listens on one address or several and turns each
 * connection into a link, by the options alone or after the application has answered a REQUEST.
 * Such a link is used and freed as one that was opened, but it has one connection: DOWN is
 * followed by CLOSED. Clients that speak resock.v1 get a session on the same port: their link stays
 * while they are away, up to listen.session_ttl, and DOWN and OPEN come and go.
 *
 * Threads. Every function may be called from any thread at any time, also on the same handle, and
 * from the callback of resock_hub_dispatch; exceptions are said. An event belongs to one thread
 * at a time, like any plain value.
 *
 * Handles and ownership. resock_hub, resock_link, resock_listener and resock_options are keys in
 * the dress of pointers: never dereferenced, never used again. A null, foreign or freed one gives
 * RESOCK_HANDLE, never a crash. What _create and _open give is freed with the _free of the same
 * name, in any order, from any thread or callback. Options are copied when they are used. Events
 * are real pointers, independent of hub and link, freed with resock_event_free. Texts in `char**
 * out_...` belong to the caller and are freed with resock_string_free.
 *
 * Errors. Functions return RESOCK_OK (0) or a negative status and change nothing where they fail;
 * resock_last_error then says in words what was wrong, what is allowed and what to do. Out
 * parameters stand last; where a call fails, handles, counts and texts in them are set to NULL or
 * 0 unless said otherwise. Out parameters may be NULL where that is said. `char** out_error` may
 * always be NULL; else it receives the same text as resock_last_error, or NULL on success.
 * After fork() the child cannot use its parent's handles (RESOCK_FORKED) and makes its own; the
 * parent goes on unharmed.
 *
 * Text is UTF-8. `const char*` without a size ends at its NUL. Enumerations are never renumbered;
 * later releases add values, so that a program should expect ones that it does not know.
 */
#ifndef RESOCK_RESOCK_H
#define RESOCK_RESOCK_H

#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX != UINT64_MAX
#error "resock needs a 64-bit platform: its handles are 64-bit keys"
#endif

#ifndef RESOCK_API
#if defined(__GNUC__)
#define RESOCK_API __attribute__((visibility("default")))
#else
#define RESOCK_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types and enumerations ------------------------------------------------------------- */

/** The ABI that this header describes; a binding compares it with resock_abi_version(). */
#define RESOCK_ABI_VERSION 1u
/** A timeout_ms that never ends. */
#define RESOCK_FOREVER UINT32_MAX
/** A number that is not known or does not apply (a delay, a round trip time ...). */
#define RESOCK_UNKNOWN UINT64_MAX

/** A set of options; a key, never dereferenced. */
typedef struct resock_options resock_options;
/** I/O threads and what they have to tell; a key, never dereferenced. */
typedef struct resock_hub resock_hub;
/** One logical connection that outlives its sockets; a key, never dereferenced. */
typedef struct resock_link resock_link;
/** The accepting side; a key, never dereferenced. */
typedef struct resock_listener resock_listener;
/** Something that happened, to be freed with resock_event_free. */
typedef struct resock_event resock_event;

/** What functions return. */
enum resock_status {
    RESOCK_OK = 0,              /**< done */
    RESOCK_INVALID = -1,        /**< an argument is not allowed */
    RESOCK_HANDLE = -2,         /**< the handle is null, foreign or freed */
    RESOCK_CLOSED = -3,         /**< ended, closing or aborted, not yet freed */
    RESOCK_BUSY = -4,           /**< another thread does this already */
    RESOCK_WOULD_DEADLOCK = -5, /**< waiting inside the dispatcher's callback */
    RESOCK_QUEUE_FULL = -6,     /**< queue.bytes or queue.messages; WRITABLE will follow */
    RESOCK_TOO_BIG = -7,        /**< more than message.max or another bound */
    RESOCK_TOO_SMALL = -8,      /**< the buffer; the size needed is told */
    RESOCK_TIMEOUT = -9,        /**< not within the time given */
    RESOCK_OPTION = -10,        /**< an option's name or value, or a combination of options */
    RESOCK_NOT_SUPPORTED = -11, /**< not with these options or in this version */
    RESOCK_FORKED = -12,        /**< the handle was made before fork() */
    RESOCK_NO_MEMORY = -13,     /**< memory, handles or threads are used up */
    RESOCK_IO = -14,            /**< the operating system refused */
    RESOCK_STATE = -15,         /**< not in this state */
    RESOCK_INTERNAL = -16       /**< an error of the library: please report it */
};

/** What an options object is for. */
enum resock_scope {
    RESOCK_SCOPE_HUB = 1,     /**< resock_hub_create */
    RESOCK_SCOPE_LINK = 2,    /**< resock_link_open */
    RESOCK_SCOPE_LISTENER = 4 /**< resock_listener_open, and the links that it accepts */
};

/** Kinds of events. */
enum resock_kind {
    RESOCK_EVENT_OPEN = 1,        /**< a connection is open */
    RESOCK_EVENT_MESSAGE = 2,     /**< a message arrived */
    RESOCK_EVENT_CONFIRMED = 3,   /**< all messages up to _id without a FAILED reached _level */
    RESOCK_EVENT_FAILED = 4,      /**< messages _id to _last_id have ended, for _reason */
    RESOCK_EVENT_DOWN = 5,        /**< a connection ended or an attempt failed: the record */
    RESOCK_EVENT_WRITABLE = 6,    /**< after RESOCK_QUEUE_FULL: half of the queue is free */
    RESOCK_EVENT_CREDENTIALS = 7, /**< answer request _id with resock_link_credentials */
    RESOCK_EVENT_REQUEST = 8,     /**< answer it: resock_listener_accept or _refuse */
    RESOCK_EVENT_ACCEPTED = 9,    /**< a listener has made a link; its OPEN follows */
    RESOCK_EVENT_LOST = 10,       /**< the session could not go on, for _reason; see _begun_anew */
    RESOCK_EVENT_CLOSED = 11,     /**< the last event of a link or a listener: the record */
    RESOCK_EVENT_LOG = 12         /**< _text at _level; of the hub or one of its links */
};

/** How far a message has come. */
enum resock_level {
    RESOCK_LEVEL_STORED = 1,   /**< in the outbox on disk (a session with outbox.path) */
    RESOCK_LEVEL_WRITTEN = 2,  /**< given to the kernel */
    RESOCK_LEVEL_RECEIVED = 3, /**< read by the peer's endpoint, or confirmed by the application;
                                    in a session: kept by the peer */
    RESOCK_LEVEL_PROCESSED = 4 /**< the peer's application is done with it (sessions) */
};

/** Why a message FAILED. */
enum resock_reason {
    RESOCK_REASON_EXPIRED = 1,  /**< its ttl ended before a byte of it was sent */
    RESOCK_REASON_DROPPED = 2,  /**< by queue.full, or unkept and cut off */
    RESOCK_REASON_REFUSED = 3,  /**< the peer closes with 1003, 1007 or 1009 because of it */
    RESOCK_REASON_NOT_SENT = 4, /**< the link ended before a byte of it was sent */
    RESOCK_REASON_IN_DOUBT = 5  /**< sent, and not confirmed: it may have arrived */
};

/** Why a session is LOST: the reasons of REJECT in resock.v1. Later versions may have others. */
enum resock_lost_reason {
    RESOCK_LOST_UNKNOWN_SESSION = 1,       /**< the server does not know it (any more) */
    RESOCK_LOST_FORBIDDEN = 2,             /**< its identity or secret does not fit */
    RESOCK_LOST_STALE_EPOCH = 3,           /**< a newer connection of it was there already */
    RESOCK_LOST_STATE_MISMATCH = 4,        /**< what both ends remember does not fit together */
    RESOCK_LOST_ENDED = 5,                 /**< the other end has ended it */
    RESOCK_LOST_EXPIRED = 6,               /**< away for longer than the server keeps it */
    RESOCK_LOST_UNSUPPORTED = 7,           /**< the server lacks this version or a feature */
    RESOCK_LOST_OVERLOADED = 8,            /**< a limit of the server */
    RESOCK_LOST_FORMER_OWNER_BUSY = 9,     /**< another server process still works on it */
    RESOCK_LOST_AUTHENTICATION_NEEDED = 11 /**< the server wants a token */
};

/** Severity of LOG events. */
enum resock_log_level {
    RESOCK_LOG_ERROR = 1,   /**< something does not work until a person changes it */
    RESOCK_LOG_WARNING = 2, /**< something works, but not as it should */
    RESOCK_LOG_INFO = 3,    /**< each OPEN and DOWN, each refused opening */
    RESOCK_LOG_DEBUG = 4    /**< for who works on the library; this release has none */
};

/** Where a link stands. */
enum resock_state {
    RESOCK_STATE_IDLE = 0,       /**< just made */
    RESOCK_STATE_ASKING = 1,     /**< waits for resock_link_credentials */
    RESOCK_STATE_CONNECTING = 2, /**< an attempt is under way */
    RESOCK_STATE_OPEN = 3,       /**< messages flow */
    RESOCK_STATE_CLOSING = 4,    /**< closing handshake */
    RESOCK_STATE_WAITING = 5,    /**< for the next attempt */
    RESOCK_STATE_STOPPED = 6,    /**< for reconnect.hold: retry_now or credentials go on */
    RESOCK_STATE_FINISHED = 7    /**< CLOSED is or was to be polled */
};

/** The layer that a disconnect or failed attempt is about. */
enum resock_layer {
    RESOCK_LAYER_DNS = 0,       /**< looking up the host */
    RESOCK_LAYER_TCP = 1,       /**< connecting, or a broken socket */
    RESOCK_LAYER_PROXY = 2,     /**< the proxy on the way (later releases) */
    RESOCK_LAYER_TLS = 3,       /**< handshake, certificate, encrypted stream */
    RESOCK_LAYER_HTTP = 4,      /**< the opening request and its answer */
    RESOCK_LAYER_WEBSOCKET = 5, /**< frames and close codes */
    RESOCK_LAYER_SESSION = 6,   /**< resock.v1 */
    RESOCK_LAYER_HEARTBEAT = 7, /**< no sign of life in time */
    RESOCK_LAYER_LOCAL = 8      /**< this program */
};

/** Who caused it. */
enum resock_culprit {
    RESOCK_CULPRIT_US = 0,      /**< this side: what it sent, its credentials, its rights */
    RESOCK_CULPRIT_PEER = 1,    /**< the server, or the application behind it */
    RESOCK_CULPRIT_NETWORK = 2, /**< what lies between */
    RESOCK_CULPRIT_PROXY = 3    /**< a proxy or gateway */
};

/** What caused it, where neither a close code nor an HTTP status says so. */
enum resock_cause {
    RESOCK_CAUSE_NONE = 0,              /**< see close code and HTTP status */
    RESOCK_CAUSE_DNS_TEMPORARY = 1,     /**< the name server did not answer */
    RESOCK_CAUSE_DNS_UNKNOWN = 2,       /**< the name is not known */
    RESOCK_CAUSE_TCP_REFUSED = 3,       /**< nothing listens there, or a firewall refuses */
    RESOCK_CAUSE_TCP_RESET = 4,         /**< reset by the peer or something between */
    RESOCK_CAUSE_TCP_UNREACHABLE = 5,   /**< no way to the network or host */
    RESOCK_CAUSE_TCP_TIMEOUT = 6,       /**< no answer to connecting in time */
    RESOCK_CAUSE_PROXY = 7,             /**< the proxy did not connect us (later releases) */
    RESOCK_CAUSE_TLS_EXPIRED = 8,       /**< the server's certificate has expired */
    RESOCK_CAUSE_TLS_NOT_YET_VALID = 9, /**< it is not yet valid, or our clock is wrong */
    RESOCK_CAUSE_TLS_HOST = 10,         /**< it is for another host */
    RESOCK_CAUSE_TLS_ISSUER = 11,       /**< its issuer is not trusted */
    RESOCK_CAUSE_TLS_PIN = 12,          /**< it does not match tls.pins (later releases) */
    RESOCK_CAUSE_TLS_CLIENT_CERT = 13,  /**< the server wants or refuses a certificate of ours */
    RESOCK_CAUSE_TLS_VERSION = 14,      /**< no TLS version or cipher in common */
    RESOCK_CAUSE_TLS_CUT = 15,          /**< cut off inside TLS */
    RESOCK_CAUSE_TLS_TIMEOUT = 16,      /**< the TLS handshake took too long */
    RESOCK_CAUSE_OPEN_TIMEOUT = 17,     /**< the opening took longer than open.timeout */
    RESOCK_CAUSE_NOT_WEBSOCKET = 18,    /**< not a WebSocket server, or a captive portal */
    RESOCK_CAUSE_SUBPROTOCOL = 19,      /**< the server selected no subprotocol that we offered */
    RESOCK_CAUSE_REDIRECT = 20,         /**< a redirect that is not followed */
    RESOCK_CAUSE_PROTOCOL = 21,         /**< the peer broke RFC 6455 */
    RESOCK_CAUSE_SILENCE = 22,          /**< nothing was heard in time */
    RESOCK_CAUSE_LOCAL = 23             /**< the application ended it */
};

/** What the link does about it. */
enum resock_verdict {
    RESOCK_VERDICT_NOW = 0,     /**< connects again at once, if it was the first in a row */
    RESOCK_VERDICT_BACKOFF = 1, /**< after a growing random interval */
    RESOCK_VERDICT_SLOW = 2,    /**< likewise, from 5 s */
    RESOCK_VERDICT_SPREAD = 3,  /**< after random 0 to 5 s once, then as BACKOFF */
    RESOCK_VERDICT_FOLLOW = 4,  /**< a redirect (later releases) */
    RESOCK_VERDICT_AUTH = 5,    /**< asks for credentials and retries once */
    RESOCK_VERDICT_STOP = 6     /**< not again; see reconnect.hold */
};

/** Flags of resock_link_send and resock_link_greeting_set (TEXT only). */
enum resock_send_flag {
    RESOCK_SEND_TEXT = 1,   /**< a text message, which must be UTF-8; else binary */
    RESOCK_SEND_UNKEPT = 2, /**< sent once, not kept: CONFIRMED(written) or FAILED(dropped); in a
                                 session a NOTE, which the peer may drop, too */
    RESOCK_SEND_FLUSH = 4   /**< ask for its confirmation at once */
};

/** Flags of a MESSAGE. */
enum resock_message_flag {
    RESOCK_MESSAGE_TEXT = 1,        /**< text, valid UTF-8; else binary */
    RESOCK_MESSAGE_REDELIVERED = 2, /**< in a session: it came before a restart of this process,
                                       which was not done with it */
    RESOCK_MESSAGE_EXPIRED = 4      /**< in a session: its sender's ttl is over, by our clock */
};

/** Flags of resock_listener_drain_to. */
enum resock_drain_flag {
    RESOCK_DRAIN_FINISH = 1 /**< sessions cannot move: their clients end them and open new ones */
};

/** Bytes that resock_event_position writes at most. */
#define RESOCK_POSITION_CAPACITY 64u

/** Numbers of resock_link_stats, all since the link was opened. */
enum resock_stat {
    RESOCK_STAT_MESSAGES_ACCEPTED = 1, /**< by send */
    RESOCK_STAT_MESSAGES_SENT = 2,     /**< resent ones counted again */
    RESOCK_STAT_MESSAGES_RESENT = 3,   /**< after a break */
    RESOCK_STAT_MESSAGES_RECEIVED = 4, /**< from the peer */
    RESOCK_STAT_BYTES_SENT = 5,        /**< of WebSocket frames, given to the kernel */
    RESOCK_STAT_BYTES_RECEIVED = 6,    /**< of WebSocket frames */
    RESOCK_STAT_CONNECTIONS = 7,       /**< that were open */
    RESOCK_STAT_ATTEMPTS = 8,          /**< begun */
    RESOCK_STAT_QUEUED_MESSAGES = 9,   /**< now: accepted and not ended (a FAILED: not polled) */
    RESOCK_STAT_QUEUED_BYTES = 10,     /**< now: likewise, in bytes */
    RESOCK_STAT_RTT_US = 11,           /**< the last round trip, microseconds; or RESOCK_UNKNOWN */
    RESOCK_STAT_ENDED_THROUGH = 12,    /**< every message up to this id has ended */
    RESOCK_STAT_WRITTEN_THROUGH = 13   /**< every message up to this id has ended or is written */
};

/* ---- the library ------------------------------------------------------------------------- */

/**
 * The ABI of the library that was loaded; compare it with RESOCK_ABI_VERSION before anything else.
 * @return RESOCK_ABI_VERSION of its own header. Since 0.1.
 */
RESOCK_API uint32_t resock_abi_version(void);

/**
 * The version of the library.
 * @return "0.1.0", static. Since 0.1.
 */
RESOCK_API const char* resock_version(void);

/**
 * The library and what it is built of and runs on, as a JSON object: "version", "abi", "compiler"
 * and "libraries", an array of objects with "name", "built" (the version compiled against) and
 * "running" (the version loaded now, null where it cannot differ). Later releases add fields.
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_version_json(char** out_json);

/**
 * What a close code, an HTTP status, an error or a cause means, who caused it, what the library
 * does then and what a person can do: a JSON array of objects, the likeliest meaning first.
 * Each has "kind" (close-code, http-status, cause, socket-error, lookup-error, tls-error,
 * session-close-code, session-reject), "name", "number", "words" (the system's, OpenSSL's or
 * HTTP's), "meaning", "layer", "caused_by", "cause", "verdict", "does" (the verdict in words),
 * "option" (that changes it, "verdict.1006"), "remedy" and "note"; null where there is none.
 * @param what a name ("1006", "503", "tls-expired", "ECONNREFUSED", "reject-3"), which may have
 *     its kind in front ("HTTP 503", "errno 111"), or words ("certificate has expired"), or a text
 *     that holds such words; at most 64 KiB. NULL: everything that can be explained
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID (nothing is known of it; resock_last_error names the nearest),
 *     NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_explain(const char* what, char** out_json);

/**
 * A status by name, for messages of programs.
 * @param status what a function returned
 * @return "RESOCK_INVALID" for -1 and so on, "RESOCK_?" for an unknown one; static. Since 0.1.
 */
RESOCK_API const char* resock_status_name(int32_t status);

/**
 * What went wrong in the last call that failed on this thread.
 * @return a sentence, "" where none has failed, never NULL. It may be cut to about 1,000 bytes
 *     (out_error is not), and is valid until the next call that fails on this thread. Since 0.1.
 */
RESOCK_API const char* resock_last_error(void);

/**
 * Frees a text that was given in a `char** out_...`; NULL does nothing.
 * @param text the text. Since 0.1.
 */
RESOCK_API void resock_string_free(char* text);

/* ---- options ----------------------------------------------------------------------------- */

/**
 * Makes an empty set of options. Name, scope and bounds are checked when set, combinations when
 * used.
 * @param scope RESOCK_SCOPE_HUB, RESOCK_SCOPE_LINK or RESOCK_SCOPE_LISTENER (whose options also
 *     hold those of the links that it accepts)
 * @param out_options to be freed with resock_options_free
 * @return RESOCK_OK, INVALID, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_options_create(uint32_t scope, resock_options** out_options);

/**
 * Sets one option; a repeatable one gains a value. On failure the options are unchanged.
 * @param name "url", "heartbeat.interval" ...
 * @param value as text: durations "10s" "500ms", sizes "8MiB", booleans "true" "false"
 * @param out_error NULL, or receives what is wrong: the option, the value, what is allowed, the
 *     nearest name
 * @return RESOCK_OK, OPTION, INVALID, HANDLE, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_options_set(resock_options* options, const char* name, const char* value,
                                      char** out_error);

/**
 * Sets an option whose value is bytes.
 * @param name "session.position": what resock_event_position wrote; 0 bytes where the application
 *     keeps the position itself and has none yet
 * @param data size bytes, copied; may be NULL where size is 0
 * @return RESOCK_OK, OPTION (bytes that no event gave, or an unknown name), NOT_SUPPORTED (an
 * option whose value is text), INVALID, HANDLE, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_options_set_bytes(resock_options* options, const char* name,
                                            const void* data, size_t size, char** out_error);

/**
 * The value that was set, else the default; secrets are masked; several values one on a line.
 * @param name "url", "heartbeat.interval" ...
 * @param out_value to be freed with resock_string_free
 * @return RESOCK_OK, OPTION (no such option here), INVALID, HANDLE, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_options_get(resock_options* options, const char* name, char** out_value);

/**
 * The table of options as JSON: an array of objects with name, section (a heading), type, scope,
 * default, range, allowed, unlimited, repeatable, changeable, secret, meaning.
 * @param options only those of its scope, with "value" where one was set; NULL: all of all scopes
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, HANDLE, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_options_describe(resock_options* options, char** out_json);

/** Frees the options; what was made from them stays. NULL does nothing. Since 0.1. */
RESOCK_API void resock_options_free(resock_options* options);

/* ---- hub --------------------------------------------------------------------------------- */

/**
 * Makes a hub: I/O threads and what they have to tell.
 * @param options of RESOCK_SCOPE_HUB, copied; NULL: the defaults
 * @param out_hub to be freed with resock_hub_free
 * @return RESOCK_OK, OPTION, INVALID, HANDLE, NO_MEMORY, IO. Since 0.1.
 */
RESOCK_API int32_t resock_hub_create(resock_options* options, resock_hub** out_hub,
                                     char** out_error);

/**
 * Takes events of all links, those of each link in order. Waits until there is one, up to the
 * time-out or resock_hub_wake, which both are RESOCK_OK with a count of 0. One thread at a time.
 * With io.threads=0 it also does the I/O of the hub.
 * @param timeout_ms milliseconds; 0 does not wait, RESOCK_FOREVER has no end
 * @param capacity of out_events, at least 1
 * @param out_events receives events, each to be freed with resock_event_free
 * @param out_count how many
 * @return RESOCK_OK, BUSY (polled by another thread, or dispatched), CLOSED (the hub was freed
 *     meanwhile), INVALID, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_hub_poll(resock_hub* hub, uint32_t timeout_ms, size_t capacity,
                                   resock_event** out_events, size_t* out_count);

/**
 * As resock_hub_poll, but writes the events into a buffer of the caller as packed records (see the
 * end of this header), for languages where each call costs.
 * @param timeout_ms milliseconds; 0 does not wait, RESOCK_FOREVER has no end
 * @param capacity of out_buffer, bytes; 64 KiB or more is reasonable
 * @param out_buffer aligned to 8 bytes; may be NULL where capacity is 0
 * @param out_bytes how many bytes were written; with TOO_SMALL the bytes that the next record needs
 * @return as resock_hub_poll; TOO_SMALL where not even the next record fits: nothing is lost, call
 *     again with a larger buffer. Since 0.1.
 */
RESOCK_API int32_t resock_hub_poll_packed(resock_hub* hub, uint32_t timeout_ms, size_t capacity,
                                          void* out_buffer, size_t* out_bytes);

/**
 * A descriptor that is readable while resock_hub_poll would find something (level-triggered). Only
 * wait for it (epoll, poll, select): never read, write or close it. It is valid until the hub is
 * freed.
 * @param out_fd receives it; -1 on failure
 * @return RESOCK_OK, NOT_SUPPORTED (io.threads=0), CLOSED, IO, INVALID, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_hub_fd(resock_hub* hub, int32_t* out_fd);

/**
 * Ends the wait of the thread that polls; where none waits, the next poll returns at once.
 * @return RESOCK_OK, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_hub_wake(resock_hub* hub);

/**
 * Receives events of resock_hub_dispatch.
 * @param event owned by the callback, to be freed with resock_event_free
 * @param user what was given to resock_hub_dispatch
 */
typedef void (*resock_event_callback)(resock_event* event, void* user);

/**
 * From now on calls `callback` with every event, one after the other, on one thread of the library
 * that is no I/O thread, until the hub is freed. Once per hub. The callback may call everything,
 * also the _free functions; resock_link_flush and a send that would wait return
 * RESOCK_WOULD_DEADLOCK there. It must not throw. While it is slow, events wait as unpolled ones
 * do. Freed by another thread, resock_hub_free waits for a callback that runs; freed by the
 * callback itself it returns at once, and no further one is made.
 * @param callback what is called
 * @param user handed to each call
 * @return RESOCK_OK, BUSY (another thread polls), STATE (there is a dispatcher already),
 *     NOT_SUPPORTED (io.threads=0), NO_MEMORY, CLOSED, INVALID, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_hub_dispatch(resock_hub* hub, resock_event_callback callback, void* user);

/**
 * Ends the hub: aborts its links, whose handles then answer RESOCK_CLOSED until they are freed,
 * and ends its threads. Calls that wait end with RESOCK_CLOSED. Never waits for the network or
 * name resolution. Events that were polled stay. NULL does nothing. Since 0.1.
 */
RESOCK_API void resock_hub_free(resock_hub* hub);

/* ---- link -------------------------------------------------------------------------------- */

/**
 * Makes a link and starts connecting. The option url is needed; "echo:" is a peer inside the
 * library that sends back what it gets, for tests without a server.
 * @param options of RESOCK_SCOPE_LINK, copied
 * @param user any number: it stands in every event of the link
 * @param out_link to be freed with resock_link_free
 * @return RESOCK_OK, OPTION (missing or contradicting options), INVALID, CLOSED, HANDLE,
 *     NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_open(resock_hub* hub, resock_options* options, uint64_t user,
                                    resock_link** out_link, char** out_error);

/**
 * Accepts a message to be sent, also while there is no connection. Its event may be polled by
 * another thread before this call returns.
 * @param data size bytes, copied; may be NULL where size is 0
 * @param flags of resock_send_flag
 * @param ttl_ms milliseconds after which it fails as EXPIRED if no byte of it was sent; 0: the
 *     option message.ttl
 * @param out_id receives its id: 1, 2, 3 ... of this link; may be NULL
 * @return RESOCK_OK, QUEUE_FULL (see queue.full), TIMEOUT (queue.full=wait), TOO_BIG, CLOSED,
 *     WOULD_DEADLOCK, INVALID, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_send(resock_link* link, const void* data, size_t size,
                                    uint32_t flags, uint32_t ttl_ms, uint64_t* out_id);

/**
 * Accepts many messages with one call, in order: packed records, see the end of this header. Where
 * a record is malformed or out_ids is too small nothing is accepted. Where a message is refused
 * (for example QUEUE_FULL), those before it are accepted and go their way.
 * @param data size bytes of records, copied; may be NULL where size is 0
 * @param capacity of out_ids; ignored where out_ids is NULL
 * @param out_ids receives the id of each accepted message; may be NULL
 * @param out_count how many were accepted, also on failure; with TOO_SMALL the capacity needed
 * @return as resock_link_send; TOO_SMALL. Since 0.1.
 */
RESOCK_API int32_t resock_link_send_packed(resock_link* link, const void* data, size_t size,
                                           size_t capacity, uint64_t* out_ids, size_t* out_count);

/**
 * The application has learnt that the peer has a message (for confirm=app, allowed with all): it
 * is not sent again. CONFIRMED follows as soon as all before it have ended, too.
 * @param id of the message
 * @param through 0: this one; else: all up to it
 * @return RESOCK_OK, INVALID (no such message was accepted), NOT_SUPPORTED (a session), CLOSED,
 *     HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_confirm(resock_link* link, uint64_t id, int32_t through);

/**
 * Waits until every message accepted so far has reached `level` or has failed.
 * @param level RESOCK_LEVEL_WRITTEN, or RESOCK_LEVEL_RECEIVED (not with confirm=off); in a session
 *     also RESOCK_LEVEL_PROCESSED, and with outbox.path RESOCK_LEVEL_STORED
 * @param timeout_ms milliseconds, RESOCK_FOREVER has no end
 * @return RESOCK_OK, TIMEOUT (what is missing stays queued), WOULD_DEADLOCK (inside the callback),
 *     NOT_SUPPORTED (this level), CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_flush(resock_link* link, uint32_t level, uint32_t timeout_ms);

/**
 * As resock_hub_poll, but events of this link only, without LOG events.
 * @param timeout_ms milliseconds; 0 does not wait, RESOCK_FOREVER has no end
 * @param capacity of out_events, at least 1
 * @param out_events receives events, each to be freed with resock_event_free
 * @param out_count how many
 * @return as resock_hub_poll. Since 0.1.
 */
RESOCK_API int32_t resock_link_poll(resock_link* link, uint32_t timeout_ms, size_t capacity,
                                    resock_event** out_events, size_t* out_count);

/**
 * Changes one option of an open link; resock_options_describe says which are "changeable".
 * @param name "reconnect.max", "queue.bytes" ...
 * @param value as for resock_options_set
 * @return RESOCK_OK, OPTION, INVALID, CLOSED, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_set(resock_link* link, const char* name, const char* value,
                                   char** out_error);

/**
 * Ends the wait for the next attempt, or revives a stopped link; else does nothing.
 * @return RESOCK_OK, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_retry_now(resock_link* link);

/**
 * With greeting.hold: the greeting of the connection whose OPEN was polled last has been answered,
 * kept messages may go.
 * @return RESOCK_OK, STATE (greeting.hold is false), NOT_SUPPORTED (a session), CLOSED, HANDLE,
 *     FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_ready(resock_link* link);

/**
 * In a session: as resock_event_done, for a MESSAGE whose event has gone or that came as a packed
 * record. With session.done=auto a record is done with once it was written to the buffer.
 * @param number resock_event_id of the MESSAGE; one that is done with already, or is none, does
 *     nothing
 * @return RESOCK_OK, NOT_SUPPORTED (a plain link), CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_done(resock_link* link, uint64_t number);

/**
 * Asks the client of a session for a fresh token, which comes as a REQUEST of this link. A client
 * that sends none in time is closed with 4401; its session stays, and it may resume with one.
 * @param deadline_ms milliseconds that it has, at most 600,000
 * @return RESOCK_OK, INVALID, NOT_SUPPORTED (no session that a listener accepted), CLOSED, HANDLE,
 *     FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_ask_token(resock_link* link, uint32_t deadline_ms);

/**
 * While on, messages that arrive (and CLOSED behind them) are not given out: once events.bytes or
 * events.messages wait, the socket is not read any more and the peer feels it. For a program that
 * cannot take more now, such as an echo to a peer that does not read: hold after QUEUE_FULL, go on
 * after WRITABLE. Other events of the link still come.
 * @param on 0: go on; else: hold
 * @return RESOCK_OK, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_hold(resock_link* link, int32_t on);

/**
 * Where the link stands: a value of resock_state.
 * @param out_state receives it
 * @return RESOCK_OK, INVALID, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_state(resock_link* link, uint32_t* out_state);

/**
 * One number of the link.
 * @param stat of resock_stat, which tells the unit
 * @param out_value receives it
 * @return RESOCK_OK, INVALID, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_stats(resock_link* link, uint32_t stat, uint64_t* out_value);

/**
 * All numbers of the link, and its state, as one line of JSON: {"state":"open",
 * "messages_accepted":3, ...}, named as in resock_stat; what is not known is null.
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_stats_json(resock_link* link, char** out_json);

/**
 * The records of the last 64 disconnects and failed attempts as a JSON array, oldest first; each
 * as "record" in resock_event_json.
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_history_json(resock_link* link, char** out_json);

/**
 * The number of the link in its hub, never used again; resock_event_link_id gives the same.
 * @param out_id receives it
 * @return RESOCK_OK, INVALID, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_id(resock_link* link, uint64_t* out_id);

/**
 * Changes the number that stands in the link's events made from now on.
 * @param user any number
 * @return RESOCK_OK, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_set_user(resock_link* link, uint64_t user);

/**
 * Sets a message that is sent first on every connection (login, subscriptions), and now if there
 * is one; in the order of first setting. It has no id and no CONFIRMED. The same key replaces it.
 * @param key key_size bytes, any
 * @param data size bytes, at most 1 MiB; 8 MiB and 10,000 keys for all of a link
 * @param flags 0 or RESOCK_SEND_TEXT
 * @return RESOCK_OK, TOO_BIG, INVALID, NOT_SUPPORTED (a session), CLOSED, HANDLE, NO_MEMORY,
 * FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_greeting_set(resock_link* link, const void* key, size_t key_size,
                                            const void* data, size_t size, uint32_t flags);

/**
 * Removes a greeting: it is not sent on later connections.
 * @param key key_size bytes, as in resock_link_greeting_set
 * @return RESOCK_OK, INVALID (no such key), NOT_SUPPORTED (a session), CLOSED, HANDLE, FORKED.
 *     Since 0.1.
 */
RESOCK_API int32_t resock_link_greeting_remove(resock_link* link, const void* key, size_t key_size);

/**
 * Hands in credentials: what replaces url, http.header and session.token from the next attempt on.
 * A token goes to the server of a running session at once.
 * @param request_id of the CREDENTIALS event that this answers; 0: unasked
 * @param options of RESOCK_SCOPE_LINK with url, http.header, session.token or several, copied;
 * NULL: none to be had
 * @return RESOCK_OK, INVALID, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_credentials(resock_link* link, uint64_t request_id,
                                           resock_options* options);

/**
 * Accepts no more messages, waits up to close.timeout for the confirmation of those accepted, does
 * the closing handshake and ends with CLOSED. Returns at once; a second call does nothing. In a
 * session it ends that, for both sides; resock_link_free does not.
 * @param code 1000, 1001 or 3000 to 4999
 * @param reason reason_size bytes of UTF-8, at most 123; may be NULL where reason_size is 0
 * @return RESOCK_OK, INVALID, CLOSED (its hub was freed), HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_link_close(resock_link* link, uint32_t code, const char* reason,
                                     size_t reason_size);

/**
 * Frees the link. Without a resock_link_close whose CLOSED was polled it aborts: what was not
 * confirmed ends without an event and is logged. Calls that wait end with RESOCK_CLOSED. NULL
 * does nothing. Since 0.1.
 */
RESOCK_API void resock_link_free(resock_link* link);

/* ---- listener ---------------------------------------------------------------------------- */

/**
 * Binds and listens. What comes in keeps to the bounds of the options (listen.*); what does not is
 * answered with the right status and recorded. With listen.accept=auto every opening that the
 * options let in (listen.paths, listen.origins, listen.token, http.subprotocols) becomes a link and
 * an ACCEPTED; with listen.accept=ask it becomes a REQUEST first. A GET of listen.health_path is
 * answered without either.
 * @param options of RESOCK_SCOPE_LISTENER, copied; listen.url is needed (repeatable)
 * @param out_listener to be freed with resock_listener_free
 * @return RESOCK_OK, OPTION (missing or contradicting options, a certificate that cannot be used),
 *     IO (an address that is in use or not there), INVALID, CLOSED, HANDLE, NO_MEMORY, FORKED.
 *     Since 0.1.
 */
RESOCK_API int32_t resock_listener_open(resock_hub* hub, resock_options* options,
                                        resock_listener** out_listener, char** out_error);

/**
 * Where it listens, with the port that the system chose: "ws://127.0.0.1:41234".
 * @param index of the listen.url, from 0
 * @param out_address to be freed with resock_string_free
 * @return RESOCK_OK, INVALID (no such index), CLOSED, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_address(resock_listener* listener, size_t index,
                                           char** out_address);

/**
 * Answers a REQUEST with 101: a link is made, at once; ACCEPTED and OPEN follow, or DOWN and CLOSED
 * where the peer has gone meanwhile. A REQUEST with a link id is about a fresh token of a session
 * (resock_event_token), which then goes on; *out_link is NULL, since the link is there already.
 * @param request_id resock_event_id of the REQUEST
 * @param options NULL, or of RESOCK_SCOPE_LISTENER, copied: options of this link that replace
 *     those of the listener; http.header adds fields to the answer; session.principal says who the
 *     client of a session is; not listen.* and tls.*
 * @param user any number: it stands in every event of the link
 * @param out_link to be freed with resock_link_free
 * @return RESOCK_OK, STATE (answered already, too late, closed), OPTION, INVALID, CLOSED, HANDLE,
 *     NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_accept(resock_listener* listener, uint64_t request_id,
                                          resock_options* options, uint64_t user,
                                          resock_link** out_link);

/**
 * Answers a REQUEST with a refusal.
 * @param request_id resock_event_id of the REQUEST
 * @param status 300 to 599: 401, 403, 404, 429, 503 ...; a redirect needs the field Location
 * @param fields NULL, or fields of the answer, "Name: value", one a line ("\n" between them)
 * @param body body_size bytes of plain text; may be NULL where body_size is 0
 * @return RESOCK_OK, STATE (as resock_listener_accept), INVALID, CLOSED, HANDLE, NO_MEMORY, FORKED.
 *     Since 0.1.
 */
RESOCK_API int32_t resock_listener_refuse(resock_listener* listener, uint64_t request_id,
                                          uint32_t status, const char* fields, const char* body,
                                          size_t body_size);

/**
 * Shuts down in order: accepts no more, refuses with 503 what waits, and closes the links, which
 * get as long to have their messages confirmed; those that take longer are cut. Returns at once;
 * CLOSED of the listener (link_id 0) comes after that of its last link.
 * @param code 1001 (going away) or 1012 (service restart: clients spread their return)
 * @param timeout_ms milliseconds; RESOCK_FOREVER has no end
 * @return RESOCK_OK, INVALID, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_drain(resock_listener* listener, uint32_t code,
                                         uint32_t timeout_ms);

/**
 * As resock_listener_drain, and says where sessions are to go. Their clients come back spread over
 * half of the time; what they sent and got goes on there if that server knows the session. Plain
 * links are closed as by resock_listener_drain, which asks sessions to come back to the url that
 * they know.
 * @param code 1001 (going away) or 1012 (service restart: clients spread their return)
 * @param timeout_ms milliseconds; RESOCK_FOREVER has no end for plain links; for sessions at most
 *     600,000
 * @param url NULL, or ws://... or wss://..., of a host that clients know or allow
 *     (session.redirect_hosts)
 * @param flags 0 or of resock_drain_flag
 * @return RESOCK_OK, OPTION (the url), INVALID, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_drain_to(resock_listener* listener, uint32_t code,
                                            uint32_t timeout_ms, const char* url, uint32_t flags);

/**
 * Accepts no more and refuses with 503 what waits; the links stay. Returns at once; CLOSED of the
 * listener comes once the last connection has ended.
 * @return RESOCK_OK, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_close(resock_listener* listener);

/**
 * Reads tls.cert_file and tls.key_file again, for connections from now on. That happens by itself
 * within a second of a file's replacement; this call tells what is wrong with it.
 * @return RESOCK_OK, OPTION (the former certificate stays), STATE (no wss:// address), CLOSED,
 *     HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_reload(resock_listener* listener, char** out_error);

/**
 * Numbers as one line of JSON: {"state":"accepting","addresses":["ws://127.0.0.1:8080"],
 * "connections":3,"links":2,"requests":0,"memory_bytes":512,"accepted":7,
 * "refused":{"403":1,"none":2},"dropped":0}. refused counts by the status that was answered.
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, CLOSED, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_stats_json(resock_listener* listener, char** out_json);

/**
 * The last 64 connections that did not become links, oldest first, as a JSON array of
 * {"address":"192.0.2.1:4711","status":403,"why":"..."}; status null: nothing was answered.
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, CLOSED, HANDLE, NO_MEMORY, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_history_json(resock_listener* listener, char** out_json);

/**
 * The number of the listener in its hub, never used again; resock_event_listener_id gives the same.
 * @param out_id receives it
 * @return RESOCK_OK, INVALID, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_id(resock_listener* listener, uint64_t* out_id);

/**
 * The number that stands as user in its REQUEST and CLOSED and in the events of the links that it
 * accepts by the options alone, from now on; 0 at first.
 * @param user any number
 * @return RESOCK_OK, CLOSED, HANDLE, FORKED. Since 0.1.
 */
RESOCK_API int32_t resock_listener_set_user(resock_listener* listener, uint64_t user);

/**
 * Frees the listener without an event: it accepts no more, REQUESTs that wait are refused, openings
 * under way are cut. Links stay. NULL does nothing. Since 0.1.
 */
RESOCK_API void resock_listener_free(resock_listener* listener);

/* ---- events ------------------------------------------------------------------------------ */
/*
 * Accessors give 0 or NULL for a NULL event and for one of another kind. Pointers are valid until
 * the event is freed; texts end with NUL. All since 0.1.
 */

/** A value of resock_kind. */
RESOCK_API uint32_t resock_event_kind(const resock_event* event);
/**
 * resock_link_id of the link that it is about; 0: about the hub or a listener. REQUEST: of the
 * session whose client sent a fresh token, else 0.
 */
RESOCK_API uint64_t resock_event_link_id(const resock_event* event);
/** The number given to resock_link_open, resock_link_set_user and their like of listeners. */
RESOCK_API uint64_t resock_event_user(const resock_event* event);
/** MESSAGE: its resock_event_size bytes (without a NUL behind them). */
RESOCK_API const char* resock_event_data(const resock_event* event);
/** MESSAGE: bytes. */
RESOCK_API size_t resock_event_size(const resock_event* event);
/** MESSAGE: bits of resock_message_flag. */
RESOCK_API uint32_t resock_event_flags(const resock_event* event);
/**
 * MESSAGE of a session: its number, which grows; CONFIRMED: the last message; FAILED: the first
 * message; CREDENTIALS and REQUEST: the request;
 * ACCEPTED: the REQUEST that was answered, 0 without one; OPEN, DOWN and CLOSED: the connection,
 * counted from 1 by attempts; CLOSED of a listener: the listener.
 */
RESOCK_API uint64_t resock_event_id(const resock_event* event);
/** FAILED: the last message of the range that failed. */
RESOCK_API uint64_t resock_event_last_id(const resock_event* event);
/** CONFIRMED: a value of resock_level. LOG: of resock_log_level. */
RESOCK_API uint32_t resock_event_level(const resock_event* event);
/** FAILED: a value of resock_reason. LOST: of resock_lost_reason, or one that is not known yet. */
RESOCK_API uint32_t resock_event_reason(const resock_event* event);
/** OPEN, DOWN, LOST, LOG: how many of its kind were dropped before it, because nobody polled. */
RESOCK_API uint64_t resock_event_skipped(const resock_event* event);
/** LOG and LOST: what happened. */
RESOCK_API const char* resock_event_text(const resock_event* event);

/** REQUEST, ACCEPTED and CLOSED of a listener: resock_listener_id; else 0. */
RESOCK_API uint64_t resock_event_listener_id(const resock_event* event);
/** REQUEST: "GET". */
RESOCK_API const char* resock_event_method(const resock_event* event);
/** REQUEST: path and query as they came, "/chat?room=1". */
RESOCK_API const char* resock_event_target(const resock_event* event);
/**
 * REQUEST: the value of the first field of that name, NULL for none.
 * @param name of the field, in any case
 */
RESOCK_API const char* resock_event_field(const resock_event* event, const char* name);
/** REQUEST: how many fields it has. */
RESOCK_API size_t resock_event_field_count(const resock_event* event);
/**
 * REQUEST: the name of a field, NULL where there is none.
 * @param index its number, from 0
 */
RESOCK_API const char* resock_event_field_name(const resock_event* event, size_t index);
/**
 * REQUEST: the value of a field, NULL where there is none.
 * @param index its number, from 0
 */
RESOCK_API const char* resock_event_field_value(const resock_event* event, size_t index);
/**
 * ACCEPTED: takes the link over, to be freed with resock_link_free. NULL where
 * resock_listener_accept gave it, or where it was taken already. Freeing the event frees a link
 * that was not taken.
 */
RESOCK_API resock_link* resock_event_take_link(resock_event* event);

/** OPEN and REQUEST: the peer's address, "192.0.2.1:443". */
RESOCK_API const char* resock_event_address(const resock_event* event);
/** OPEN and REQUEST: version and cipher of TLS, "" without TLS. */
RESOCK_API const char* resock_event_tls(const resock_event* event);
/** OPEN: the subprotocol that was chosen, "" for none. */
RESOCK_API const char* resock_event_subprotocol(const resock_event* event);
/** OPEN: milliseconds since the last connection ended, 0 for the first. */
RESOCK_API uint64_t resock_event_downtime_ms(const resock_event* event);
/** OPEN, DOWN, CLOSED, CREDENTIALS: attempts in a row; 0 for a first connection. */
RESOCK_API uint64_t resock_event_attempt(const resock_event* event);

/** OPEN: 1 where a session went on where it had stopped; 0: a new one, or a plain link. */
RESOCK_API int32_t resock_event_resumed(const resock_event* event);
/**
 * LOST: 1 where a new session goes on (session.on_lost=new), which takes over the messages that
 * were not sent; 0: CLOSED follows.
 */
RESOCK_API int32_t resock_event_begun_anew(const resock_event* event);
/** REQUEST: the resock_event_token_size bytes that the client of a session sent to show who it is,
 * NULL for none. NUL bytes may be among them. */
RESOCK_API const char* resock_event_token(const resock_event* event);
/** REQUEST: bytes of the token. */
RESOCK_API size_t resock_event_token_size(const resock_event* event);

/** DOWN: 1 where a connection ended, 0 where an attempt failed. */
RESOCK_API int32_t resock_event_was_open(const resock_event* event);
/** DOWN, CLOSED: a value of resock_layer. */
RESOCK_API uint32_t resock_event_layer(const resock_event* event);
/** DOWN, CLOSED: who caused it, a value of resock_culprit. */
RESOCK_API uint32_t resock_event_culprit(const resock_event* event);
/** DOWN, CLOSED: a value of resock_cause. */
RESOCK_API uint32_t resock_event_cause(const resock_event* event);
/** DOWN, CLOSED: what follows, a value of resock_verdict. */
RESOCK_API uint32_t resock_event_verdict(const resock_event* event);
/** DOWN, CLOSED, CREDENTIALS: the close code (RFC 6455 section 7.4), 0 for none. */
RESOCK_API uint32_t resock_event_close_code(const resock_event* event);
/** DOWN, CLOSED: the peer's reason for closing, "" for none. */
RESOCK_API const char* resock_event_close_reason(const resock_event* event);
/** DOWN, CLOSED: 1 where we sent the first Close frame. */
RESOCK_API int32_t resock_event_closed_by_us(const resock_event* event);
/** DOWN, CLOSED, CREDENTIALS: the status of a refused opening, 0 for none. */
RESOCK_API uint32_t resock_event_http_status(const resock_event* event);
/** DOWN, CLOSED: the system's error number, 0 for none. */
RESOCK_API int32_t resock_event_errno(const resock_event* event);
/** DOWN, CLOSED: errno or TLS error in words, "" for none. */
RESOCK_API const char* resock_event_detail(const resock_event* event);
/** DOWN, CLOSED: the host (and port) that was meant. */
RESOCK_API const char* resock_event_host(const resock_event* event);
/** DOWN, CLOSED: milliseconds until the next attempt; RESOCK_UNKNOWN: there is none. */
RESOCK_API uint64_t resock_event_delay_ms(const resock_event* event);
/** DOWN, CLOSED: milliseconds that the connection was open, 0 where it never was. */
RESOCK_API uint64_t resock_event_up_ms(const resock_event* event);
/** DOWN, CLOSED: the last round trip, microseconds, or RESOCK_UNKNOWN. */
RESOCK_API uint64_t resock_event_rtt_us(const resock_event* event);
/** DOWN, CLOSED: milliseconds since the last byte was received, or RESOCK_UNKNOWN. */
RESOCK_API uint64_t resock_event_silence_ms(const resock_event* event);
/** DOWN, CLOSED: the message that 1003, 1007 or 1009 is about, or RESOCK_UNKNOWN. */
RESOCK_API uint64_t resock_event_message_id(const resock_event* event);
/** DOWN, CLOSED: 1 where reconnect.attempts or reconnect.total are used up. */
RESOCK_API int32_t resock_event_limits_reached(const resock_event* event);
/** DOWN, CLOSED: what happened, what follows and what would help, in one sentence. */
RESOCK_API const char* resock_event_why(const resock_event* event);

/**
 * The whole event as one line of JSON: {"event":"DOWN","link":1,"user":0, ...}; DOWN and CLOSED
 * have "record", MESSAGE has "text" or "base64".
 * @param out_json to be freed with resock_string_free
 * @return RESOCK_OK, INVALID, NO_MEMORY. Since 0.1.
 */
RESOCK_API int32_t resock_event_json(const resock_event* event, char** out_json);

/**
 * The application is done with a MESSAGE: its peer is told so (RESOCK_LEVEL_PROCESSED), its room in
 * session.window is free, and with outbox.path it does not come again. In any order; a second call
 * does nothing, nor does one for a message of a plain link. With session.done=auto freeing does it.
 * @param event a MESSAGE, which stays the caller's
 * @return RESOCK_OK, INVALID (no MESSAGE). Since 0.1.
 */
RESOCK_API int32_t resock_event_done(resock_event* event);

/**
 * Where the session stands behind a MESSAGE, for an application that keeps this itself, in one
 * transaction with what it makes of the message: bytes for the option session.position of the link
 * that goes on after a restart. That of the last message committed is the one to keep.
 * @param event a MESSAGE
 * @param out_buffer room for RESOCK_POSITION_CAPACITY bytes
 * @param out_bytes how many were written
 * @return RESOCK_OK, NOT_SUPPORTED (a link without session.position, or a message sent UNKEPT),
 *     INVALID. Since 0.1.
 */
RESOCK_API int32_t resock_event_position(const resock_event* event, void* out_buffer,
                                         size_t* out_bytes);

/**
 * Frees an event, and the link of an ACCEPTED that nobody took; NULL does nothing. Small events
 * share memory: one that is kept for long keeps up to 4 KiB, so copy what is to stay. Since 0.1.
 */
RESOCK_API void resock_event_free(resock_event* event);

/* ---- packed records ---------------------------------------------------------------------- */
/*
 * All numbers are little-endian. Every record begins at a multiple of 8 of its buffer. A reader
 * goes on at `size`: later releases may add fields behind the strings.
 *
 * Events, written by resock_hub_poll_packed:
 *
 *   offset 0   u32 size      of the whole record, padding included: a multiple of 8
 *          4   u16 kind      resock_kind
 *          6   u16 flags     MESSAGE: resock_message_flag; DOWN: 1 a connection ended; OPEN: 1
 *                            resumed; LOST: 1 begun anew; else 0
 *          8   u64 link_id   0: of the hub
 *         16   u64 user
 *         24   u64 id        as resock_event_id
 *         32   the fields of the kind, then the u32 lengths of its strings, then zeros up to a
 *              multiple of 8, then the strings one behind the other without NUL, then zeros up to
 *              size:
 *
 *   OPEN        u64 attempt, u64 downtime_ms, u64 skipped,
 *               u32 length of address, of tls, of subprotocol
 *   MESSAGE     u32 length of the position (0: none), u32 length of the message, which begins at
 *               offset 40; the position, as resock_event_position gives it, stands behind it
 *   CONFIRMED   u32 level, u32 0
 *   FAILED      u64 last id, u32 reason, u32 0
 *   DOWN        u64 attempt, u64 skipped, u64 up_ms, u64 delay_ms, u64 rtt_us, u64 silence_ms,
 *               u64 message_id, u32 layer, u32 culprit, u32 cause, u32 verdict, u32 close_code,
 *               u32 http_status, u32 errno, u32 bits (1 closed_by_us, 2 limits_reached),
 *               u32 length of close_reason, of detail, of host, of why
 *   WRITABLE    nothing
 *   CREDENTIALS u64 attempt, u32 http_status, u32 close_code
 *   REQUEST     u64 listener, u32 length of method, of target, of address, of tls, of fields
 *               ("Name: value" and a line feed each), of token
 *   ACCEPTED    u64 listener, u64 the resock_link*, which is the reader's to free (0: given by
 *               resock_listener_accept)
 *   LOST        u64 skipped, u32 reason, u32 length of text
 *   CLOSED      as DOWN
 *   LOG         u64 skipped, u32 level, u32 length of text
 *
 * Messages, read by resock_link_send_packed:
 *
 *   offset 0   u32 size      of the whole record, padding included: a multiple of 8
 *          4   u32 flags     resock_send_flag
 *          8   u32 ttl_ms    0: the option message.ttl
 *         12   u32 length
 *         16   the message, then padding up to size
 */

#ifdef __cplusplus
}
#endif

#endif
