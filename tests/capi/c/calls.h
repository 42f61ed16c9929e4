/* Every function of the C ABI, called with a handle named `handle`. X(name, call). */
#ifndef RESOCK_TESTS_CAPI_CALLS_H
#define RESOCK_TESTS_CAPI_CALLS_H

#include <resock/resock.h>

/* For out parameters. */
struct outs {
    char* text;
    resock_event* events[2];
    resock_hub* hub;
    resock_link* link;
    resock_listener* listener;
    resock_options* options;
    uint64_t u64;
    uint32_t u32;
    int32_t i32;
    size_t size;
    uint64_t buffer[64];
    uint64_t record[3]; /* a packed message */
};
void call_back_never(resock_event* event, void* user);

#define OPTIONS_CALLS(X)                                                                           \
    X(resock_options_set, resock_options_set(handle, "url", "echo:", NULL))                        \
    X(resock_options_set_bytes, resock_options_set_bytes(handle, "url", "x", 1, NULL))             \
    X(resock_options_get, resock_options_get(handle, "url", &out->text))

/* NULL is allowed for these, and means the defaults. */
#define OPTIONAL_OPTIONS_CALLS(X)                                                                  \
    X(resock_options_describe, resock_options_describe(handle, &out->text))                        \
    X(resock_hub_create, resock_hub_create(handle, &out->hub, NULL))

#define HUB_CALLS(X)                                                                               \
    X(resock_hub_poll, resock_hub_poll(handle, RESOCK_FOREVER, 2, out->events, &out->size))        \
    X(resock_hub_poll_packed,                                                                      \
      resock_hub_poll_packed(handle, RESOCK_FOREVER, sizeof out->buffer, out->buffer, &out->size)) \
    X(resock_hub_fd, resock_hub_fd(handle, &out->i32))                                             \
    X(resock_hub_wake, resock_hub_wake(handle))                                                    \
    X(resock_hub_dispatch, resock_hub_dispatch(handle, call_back_never, NULL))                     \
    X(resock_link_open, resock_link_open(handle, out->options, 0, &out->link, NULL))               \
    X(resock_listener_open, resock_listener_open(handle, out->options, &out->listener, NULL))

#define LINK_CALLS(X)                                                                              \
    X(resock_link_send, resock_link_send(handle, "x", 1, 0, 0, &out->u64))                         \
    X(resock_link_send_packed,                                                                     \
      resock_link_send_packed(handle, out->record, 24, 64, out->buffer, &out->size))               \
    X(resock_link_confirm, resock_link_confirm(handle, 1, 1))                                      \
    X(resock_link_flush, resock_link_flush(handle, RESOCK_LEVEL_WRITTEN, RESOCK_FOREVER))          \
    X(resock_link_poll, resock_link_poll(handle, RESOCK_FOREVER, 2, out->events, &out->size))      \
    X(resock_link_set, resock_link_set(handle, "heartbeat.interval", "1s", NULL))                  \
    X(resock_link_retry_now, resock_link_retry_now(handle))                                        \
    X(resock_link_ready, resock_link_ready(handle))                                                \
    X(resock_link_done, resock_link_done(handle, 1))                                               \
    X(resock_link_ask_token, resock_link_ask_token(handle, 1000))                                  \
    X(resock_link_hold, resock_link_hold(handle, 1))                                               \
    X(resock_link_state, resock_link_state(handle, &out->u32))                                     \
    X(resock_link_stats, resock_link_stats(handle, RESOCK_STAT_ATTEMPTS, &out->u64))               \
    X(resock_link_stats_json, resock_link_stats_json(handle, &out->text))                          \
    X(resock_link_history_json, resock_link_history_json(handle, &out->text))                      \
    X(resock_link_id, resock_link_id(handle, &out->u64))                                           \
    X(resock_link_set_user, resock_link_set_user(handle, 1))                                       \
    X(resock_link_greeting_set, resock_link_greeting_set(handle, "k", 1, "x", 1, 0))               \
    X(resock_link_greeting_remove, resock_link_greeting_remove(handle, "k", 1))                    \
    X(resock_link_credentials, resock_link_credentials(handle, 1, NULL))                           \
    X(resock_link_close, resock_link_close(handle, 1000, NULL, 0))

#define LISTENER_CALLS(X)                                                                          \
    X(resock_listener_address, resock_listener_address(handle, 0, &out->text))                     \
    X(resock_listener_accept, resock_listener_accept(handle, 1, NULL, 0, &out->link))              \
    X(resock_listener_refuse, resock_listener_refuse(handle, 1, 403, NULL, NULL, 0))               \
    X(resock_listener_drain, resock_listener_drain(handle, 1001, 0))                               \
    X(resock_listener_drain_to, resock_listener_drain_to(handle, 1001, 0, NULL, 0))                \
    X(resock_listener_close, resock_listener_close(handle))                                        \
    X(resock_listener_reload, resock_listener_reload(handle, NULL))                                \
    X(resock_listener_stats_json, resock_listener_stats_json(handle, &out->text))                  \
    X(resock_listener_history_json, resock_listener_history_json(handle, &out->text))              \
    X(resock_listener_id, resock_listener_id(handle, &out->u64))                                   \
    X(resock_listener_set_user, resock_listener_set_user(handle, 1))

#define FREE_CALLS(X)                                                                              \
    X(resock_options_free, resock_options_free(handle))                                            \
    X(resock_hub_free, resock_hub_free(handle))                                                    \
    X(resock_link_free, resock_link_free(handle))                                                  \
    X(resock_listener_free, resock_listener_free(handle))

/* X(name, kinds that have it): of these the value may be other than 0 or NULL. */
#define KIND(name) (1u << RESOCK_EVENT_##name)
#define RECORD (KIND(DOWN) | KIND(CLOSED))
#define OPENING (KIND(OPEN) | KIND(REQUEST))
#define ANSWERED (KIND(CREDENTIALS) | KIND(REQUEST) | KIND(ACCEPTED))
#define NUMBER_ACCESSORS(X)                                                                        \
    X(resock_event_kind, ~0u)                                                                      \
    X(resock_event_link_id, ~0u)                                                                   \
    X(resock_event_user, ~0u)                                                                      \
    X(resock_event_size, KIND(MESSAGE))                                                            \
    X(resock_event_flags, KIND(MESSAGE))                                                           \
    X(resock_event_id,                                                                             \
      KIND(MESSAGE) | KIND(CONFIRMED) | KIND(FAILED) | ANSWERED | KIND(OPEN) | RECORD)             \
    X(resock_event_listener_id, KIND(REQUEST) | KIND(ACCEPTED) | KIND(CLOSED))                     \
    X(resock_event_field_count, KIND(REQUEST))                                                     \
    X(resock_event_last_id, KIND(FAILED))                                                          \
    X(resock_event_level, KIND(CONFIRMED) | KIND(LOG))                                             \
    X(resock_event_reason, KIND(FAILED) | KIND(LOST))                                              \
    X(resock_event_skipped, KIND(OPEN) | KIND(DOWN) | KIND(LOST) | KIND(LOG))                      \
    X(resock_event_resumed, KIND(OPEN))                                                            \
    X(resock_event_begun_anew, KIND(LOST))                                                         \
    X(resock_event_token_size, KIND(REQUEST))                                                      \
    X(resock_event_downtime_ms, KIND(OPEN))                                                        \
    X(resock_event_attempt, KIND(OPEN) | KIND(CREDENTIALS) | RECORD)                               \
    X(resock_event_was_open, KIND(DOWN))                                                           \
    X(resock_event_layer, RECORD)                                                                  \
    X(resock_event_culprit, RECORD)                                                                \
    X(resock_event_cause, RECORD)                                                                  \
    X(resock_event_verdict, RECORD)                                                                \
    X(resock_event_close_code, KIND(CREDENTIALS) | RECORD)                                         \
    X(resock_event_closed_by_us, RECORD)                                                           \
    X(resock_event_http_status, KIND(CREDENTIALS) | RECORD)                                        \
    X(resock_event_errno, RECORD)                                                                  \
    X(resock_event_delay_ms, RECORD)                                                               \
    X(resock_event_up_ms, RECORD)                                                                  \
    X(resock_event_rtt_us, RECORD)                                                                 \
    X(resock_event_silence_ms, RECORD)                                                             \
    X(resock_event_message_id, RECORD)                                                             \
    X(resock_event_limits_reached, RECORD)
/* Of these kinds the value is never NULL. */
#define TEXT_ACCESSORS(X)                                                                          \
    X(resock_event_data, KIND(MESSAGE))                                                            \
    X(resock_event_text, KIND(LOST) | KIND(LOG))                                                   \
    X(resock_event_method, KIND(REQUEST))                                                          \
    X(resock_event_target, KIND(REQUEST))                                                          \
    X(resock_event_address, OPENING)                                                               \
    X(resock_event_tls, OPENING)                                                                   \
    X(resock_event_subprotocol, KIND(OPEN))                                                        \
    X(resock_event_close_reason, RECORD)                                                           \
    X(resock_event_detail, RECORD)                                                                 \
    X(resock_event_host, RECORD)                                                                   \
    X(resock_event_why, RECORD)

/* Without a handle that could be wrong; called by the tests of arguments. */
#define OTHER_CALLS(X)                                                                             \
    X(resock_options_create, resock_options_create(RESOCK_SCOPE_LINK, NULL) == RESOCK_INVALID)     \
    X(resock_version_json, resock_version_json(NULL) == RESOCK_INVALID)                            \
    X(resock_explain, resock_explain("1006", NULL) == RESOCK_INVALID)                              \
    X(resock_event_json, resock_event_json(NULL, &out->text) == RESOCK_INVALID)                    \
    X(resock_event_field, resock_event_field(NULL, "Host") == NULL)                                \
    X(resock_event_field_name, resock_event_field_name(NULL, 0) == NULL)                           \
    X(resock_event_field_value, resock_event_field_value(NULL, 0) == NULL)                         \
    X(resock_event_token, resock_event_token(NULL) == NULL)                                        \
    X(resock_event_done, resock_event_done(NULL) == RESOCK_INVALID)                                \
    X(resock_event_position,                                                                       \
      resock_event_position(NULL, out->buffer, &out->size) == RESOCK_INVALID)                      \
    X(resock_event_take_link, resock_event_take_link(NULL) == NULL)                                \
    X(resock_event_free, (resock_event_free(NULL), 1))                                             \
    X(resock_string_free, (resock_string_free(NULL), 1))                                           \
    X(resock_last_error, resock_last_error()[0] != '\0')                                           \
    X(resock_abi_version, resock_abi_version() == RESOCK_ABI_VERSION)                              \
    X(resock_version, resock_version()[0] != '\0')                                                 \
    X(resock_status_name, resock_status_name(-1)[7] == 'I')

#endif
