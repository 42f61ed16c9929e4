/* Sessions, as far as this end alone decides: options, what is refused, events of plain links. */
#include "check.h"

#include <string.h>

/* Opening with these options is refused, and the sentence says `part`. */
static void refused(resock_hub* hub, resock_options* options_freed_here, const char* part) {
    resock_link* link = NULL;
    char* error = NULL;
    CHECK_STATUS(RESOCK_OPTION, resock_link_open(hub, options_freed_here, 0, &link, &error));
    CHECK(link == NULL);
    CHECK_PART(part, error);
    resock_string_free(error);
    resock_options_free(options_freed_here);
}

static resock_options* of_session(const char* name, const char* value) {
    return make_options("ws://127.0.0.1:1/", "delivery", "exactly-once", name, value, (char*)NULL);
}

static void options(void) {
    static const char position[37] = {1};
    resock_hub* hub = make_hub("1");
    resock_options* made = of_session("session.window", "1MiB");
    char* value = NULL;
    refused(hub, of_session("confirm", "app"), "leave it out");
    refused(hub, of_session("greeting.hold", "true"), "no greetings");
    refused(hub, of_session("session.max_frame", "1MiB"), "session.window to at least");
    refused(hub, make_options("ws://127.0.0.1:1/", "outbox.path", "x", (char*)NULL),
            "delivery=exactly-once");
    refused(hub, make_options("echo:", "delivery", "exactly-once", (char*)NULL), "echo:");

    CHECK_STATUS(RESOCK_OPTION, resock_options_set(made, "session.position", "x", NULL));
    CHECK_PART("resock_options_set_bytes", resock_last_error());
    CHECK_STATUS(RESOCK_OPTION,
                 resock_options_set_bytes(made, "session.position", position, 36, NULL));
    CHECK_PART("resock_event_position", resock_last_error());
    CHECK_OK(resock_options_set_bytes(made, "session.position", position, sizeof position, NULL));
    CHECK_OK(resock_options_get(made, "session.position", &value));
    CHECK_TEXT("37 bytes", value);
    resock_string_free(value);
    CHECK_OK(resock_options_set_bytes(made, "session.position", NULL, 0, NULL));
    refused(hub, made, "outbox.path");

    made = of_session("session.token", "hush");
    CHECK_OK(resock_options_get(made, "session.token", &value));
    CHECK_TEXT("***", value);
    resock_string_free(value);
    resock_options_free(made);
    resock_hub_free(hub);
}

static void calls(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link =
        open_link(hub, make_options(refused_url(), "delivery", "exactly-once", (char*)NULL), 0);
    CHECK_OK(resock_link_send(link, "kept", 4, RESOCK_SEND_TEXT, 0, NULL));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_confirm(link, 1, 1));
    CHECK_PART("resock_link_confirm is of plain links", resock_last_error());
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_ready(link));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_greeting_set(link, "k", 1, "x", 1, 0));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_greeting_remove(link, "k", 1));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_ask_token(link, 1000));
    CHECK_STATUS(RESOCK_INVALID, resock_link_ask_token(link, 600001));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_flush(link, RESOCK_LEVEL_STORED, 0));
    CHECK_STATUS(RESOCK_TIMEOUT, resock_link_flush(link, RESOCK_LEVEL_PROCESSED, 0));
    CHECK_OK(resock_link_done(link, 7)); /* no such message: nothing */
    CHECK_STATUS(RESOCK_OPTION, resock_link_set(link, "confirm.interval", "1s", NULL));
    resock_link_free(link);
    resock_hub_free(hub);
}

/* A program need not know what kind of link an event is of. */
static void plain_events(const char* io_threads) {
    char position[RESOCK_POSITION_CAPACITY];
    size_t size = 1;
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_echo(hub);
    resock_event* event = NULL;
    CHECK_OK(resock_link_send(link, "x", 1, 0, 0, NULL));
    event = wait_for(hub, RESOCK_EVENT_OPEN);
    CHECK(resock_event_resumed(event) == 0);
    CHECK_STATUS(RESOCK_INVALID, resock_event_done(event));
    CHECK_PART("OPEN", resock_last_error());
    CHECK_STATUS(RESOCK_INVALID, resock_event_position(event, position, &size));
    resock_event_free(event);
    event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    CHECK(resock_event_id(event) == 0);
    CHECK(resock_event_flags(event) == 0);
    CHECK_OK(resock_event_done(event));
    CHECK_OK(resock_event_done(event));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_event_position(event, position, &size));
    CHECK(size == 0);
    CHECK_STATUS(RESOCK_INVALID, resock_event_position(event, NULL, &size));
    resock_event_free(event);
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_done(link, 1));
    resock_link_free(link);
    resock_hub_free(hub);
}

static void draining(void) {
    resock_hub* hub = make_hub("1");
    resock_listener* listener = open_listener(hub, (char*)NULL);
    CHECK_STATUS(RESOCK_OPTION,
                 resock_listener_drain_to(listener, 1012, 0, "http://example.org/", 0));
    CHECK_STATUS(RESOCK_INVALID, resock_listener_drain_to(listener, 1012, 0, NULL, 2));
    CHECK_STATUS(RESOCK_INVALID, resock_listener_drain_to(listener, 1000, 0, NULL, 0));
    CHECK_OK(
        resock_listener_drain_to(listener, 1012, 0, "ws://other.example/", RESOCK_DRAIN_FINISH));
    skip_to(hub, RESOCK_EVENT_CLOSED);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

void test_sessions(void) {
    options();
    calls("0");
    calls("1");
    plain_events("0");
    plain_events("1");
    draining();
}
