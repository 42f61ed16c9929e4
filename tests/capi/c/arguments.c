/* Arguments that are missing or out of range, and accessors of events of another kind. */
#include "calls.h"
#include "check.h"

#include <string.h>

/* The text names the parameter. */
#define REFUSED(name, call)                                                                        \
    CHECK_STATUS(RESOCK_INVALID, call);                                                            \
    CHECK_PART(name, resock_last_error())

static void missing_of_hub(resock_options* options, resock_hub* hub) {
    char* text = NULL;
    resock_event* event = NULL;
    uint64_t buffer = 0;
    size_t size = 0;
    REFUSED("out_options", resock_options_create(RESOCK_SCOPE_HUB, NULL));
    REFUSED("name", resock_options_set(options, NULL, "x", NULL));
    REFUSED("value", resock_options_set(options, "url", NULL, NULL));
    REFUSED("name", resock_options_set_bytes(options, NULL, "x", 1, NULL));
    REFUSED("data", resock_options_set_bytes(options, "url", NULL, 1, NULL));
    REFUSED("name", resock_options_get(options, NULL, &text));
    REFUSED("out_value", resock_options_get(options, "url", NULL));
    REFUSED("out_json", resock_options_describe(options, NULL));
    REFUSED("out_hub", resock_hub_create(NULL, NULL, NULL));
    REFUSED("out_events", resock_hub_poll(hub, 0, 1, NULL, &size));
    REFUSED("out_count", resock_hub_poll(hub, 0, 1, &event, NULL));
    REFUSED("capacity", resock_hub_poll(hub, 0, 0, &event, &size));
    REFUSED("out_buffer", resock_hub_poll_packed(hub, 0, 64, NULL, &size));
    REFUSED("out_bytes", resock_hub_poll_packed(hub, 0, 8, &buffer, NULL));
    REFUSED("out_fd", resock_hub_fd(hub, NULL));
    REFUSED("callback", resock_hub_dispatch(hub, NULL, NULL));
    REFUSED("out_link", resock_link_open(hub, options, 0, NULL, NULL));
    REFUSED("out_json", resock_event_json(NULL, NULL));
}

static void missing_of_link(resock_link* link) {
    uint64_t value = 0;
    size_t size = 0;
    REFUSED("data is NULL", resock_link_send(link, NULL, 1, 0, 0, NULL));
    REFUSED("flags 8", resock_link_send(link, "x", 1, 8, 0, NULL));
    REFUSED("UTF-8", resock_link_send(link, "\xc3", 1, RESOCK_SEND_TEXT, 0, NULL));
    REFUSED("data", resock_link_send_packed(link, NULL, 16, 0, NULL, &size));
    REFUSED("out_count", resock_link_send_packed(link, NULL, 0, 0, NULL, NULL));
    REFUSED("level", resock_link_flush(link, 0, 0));
    REFUSED("level", resock_link_flush(link, 5, 0));
    REFUSED("out_events", resock_link_poll(link, 0, 1, NULL, &size));
    REFUSED("name", resock_link_set(link, NULL, "x", NULL));
    REFUSED("value", resock_link_set(link, "url", NULL, NULL));
    REFUSED("out_state", resock_link_state(link, NULL));
    REFUSED("out_value", resock_link_stats(link, 1, NULL));
    REFUSED("stat 0", resock_link_stats(link, 0, &value));
    REFUSED("stat 14", resock_link_stats(link, 14, &value));
    REFUSED("out_json", resock_link_stats_json(link, NULL));
    REFUSED("out_json", resock_link_history_json(link, NULL));
    REFUSED("out_id", resock_link_id(link, NULL));
    REFUSED("key", resock_link_greeting_set(link, NULL, 1, "x", 1, 0));
    REFUSED("data", resock_link_greeting_set(link, "k", 1, NULL, 1, 0));
    REFUSED("key", resock_link_greeting_remove(link, NULL, 1));
    REFUSED("reason", resock_link_close(link, 1000, NULL, 1));
    REFUSED("UTF-8", resock_link_close(link, 1000, "\xff", 1));
    REFUSED("1005", resock_link_close(link, 1005, NULL, 0));
    /* would be 1000 in 16 bits */
    REFUSED("65535", resock_link_close(link, 66536, NULL, 0));
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_link_flush(link, RESOCK_LEVEL_PROCESSED, 0));
}

static void missing_of_listener(resock_hub* hub, resock_options* options) {
    resock_listener* listener = open_listener(hub, (char*)NULL);
    char *error = NULL, *text = NULL;
    resock_link* link = NULL;
    REFUSED("out_listener", resock_listener_open(hub, options, NULL, NULL));
    REFUSED("out_address", resock_listener_address(listener, 0, NULL));
    REFUSED("address 1", resock_listener_address(listener, 1, &text));
    REFUSED("out_link", resock_listener_accept(listener, 1, NULL, 0, NULL));
    REFUSED("body", resock_listener_refuse(listener, 1, 403, NULL, NULL, 1));
    REFUSED("use 300 to 599", resock_listener_refuse(listener, 1, 200, NULL, NULL, 0));
    REFUSED("use 300 to 599", resock_listener_refuse(listener, 1, UINT32_MAX, NULL, NULL, 0));
    CHECK_STATUS(RESOCK_OPTION, resock_listener_refuse(listener, 1, 403, "no colon", NULL, 0));
    REFUSED("1001", resock_listener_drain(listener, 1000, 0));
    /* would be 1001 in 16 bits */
    REFUSED("not with 65535", resock_listener_drain(listener, 66537, 0));
    REFUSED("out_json", resock_listener_stats_json(listener, NULL));
    REFUSED("out_json", resock_listener_history_json(listener, NULL));
    REFUSED("out_id", resock_listener_id(listener, NULL));
    CHECK_STATUS(RESOCK_STATE, resock_listener_accept(listener, 1, NULL, 0, &link));
    CHECK_STATUS(RESOCK_STATE, resock_listener_refuse(listener, 1, 403, "A: b\n", "", 0));
    CHECK_STATUS(RESOCK_STATE, resock_listener_reload(listener, &error));
    CHECK_PART("wss://", error);
    CHECK(text == NULL && link == NULL);
    resock_string_free(error);
    resock_listener_free(listener);
}

static void check_accessors(const resock_event* event) {
    const unsigned bit = event ? 1u << resock_event_kind(event) : 0;
#define NUMBER(name, kinds)                                                                        \
    check_true((bit & (kinds)) != 0 || name(event) == 0, #name, __FILE__, __LINE__);
#define TEXT(name, kinds)                                                                          \
    check_true((name(event) != NULL) == ((bit & (kinds)) != 0), #name, __FILE__, __LINE__);
    NUMBER_ACCESSORS(NUMBER)
    TEXT_ACCESSORS(TEXT)
}

/* Of each kind that one life of two links brings. */
static void other_kinds(void) {
    resock_options* options = NULL;
    resock_hub* hub = NULL;
    resock_link* link = NULL;
    unsigned seen = 0;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_HUB, &options));
    CHECK_OK(resock_options_set(options, "log.level", "debug", NULL));
    CHECK_OK(resock_hub_create(options, &hub, NULL));
    resock_options_free(options);
    options = make_options("echo:", "credentials.when", "always", "confirm", "app", "close.timeout",
                           "0", (char*)NULL);
    link = open_link(hub, options, 0);
    check_accessors(NULL);
    CHECK_OK(resock_link_send(link, "x", 1, RESOCK_SEND_TEXT, 0, NULL));
    while (!(seen & KIND(CLOSED))) {
        resock_event* event = NULL;
        size_t count = 0;
        uint32_t kind;
        CHECK_OK(resock_hub_poll(hub, DEADLINE_MS, 1, &event, &count));
        kind = resock_event_kind(event);
        seen |= 1u << kind;
        check_accessors(event);
        if (kind == RESOCK_EVENT_CREDENTIALS) {
            options = make_options("echo:", (char*)NULL);
            CHECK_OK(resock_link_credentials(link, resock_event_id(event), options));
            resock_options_free(options);
        }
        if (kind == RESOCK_EVENT_MESSAGE) CHECK_OK(resock_link_close(link, 1000, NULL, 0));
        resock_event_free(event);
    }
    CHECK((seen & KIND(LOG)) && (seen & KIND(OPEN)) && (seen & KIND(CREDENTIALS)));
    CHECK((seen & KIND(FAILED)) && (seen & KIND(DOWN)) && (seen & KIND(CONFIRMED)));
    resock_link_free(link);
    resock_hub_free(hub);
}

/* Those that a listener brings. */
static void listener_kinds(void) {
    resock_hub* hub = make_hub("1");
    resock_listener* listener = open_listener(hub, "listen.accept", "ask", (char*)NULL);
    resock_link *client = connect_to(hub, listener, 0), *link = NULL;
    unsigned seen = 0;
    while (!(seen & KIND(CLOSED))) {
        resock_event* event = NULL;
        size_t count = 0;
        CHECK_OK(resock_hub_poll(hub, DEADLINE_MS, 1, &event, &count));
        seen |= 1u << resock_event_kind(event);
        check_accessors(event);
        if (resock_event_kind(event) == RESOCK_EVENT_REQUEST) {
            CHECK_OK(resock_listener_accept(listener, resock_event_id(event), NULL, 0, &link));
            CHECK_OK(resock_listener_drain(listener, 1001, RESOCK_FOREVER));
        }
        resock_event_free(event);
    }
    CHECK((seen & KIND(REQUEST)) && (seen & KIND(ACCEPTED)));
    resock_link_free(client);
    resock_link_free(link);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

static void others(void) {
    struct outs all;
    struct outs* out = &all;
#define OTHER(name, holds) check_true(holds, #name, __FILE__, __LINE__);
    OTHER_CALLS(OTHER)
    CHECK_TEXT("RESOCK_OK", resock_status_name(RESOCK_OK));
    CHECK_TEXT("RESOCK_INTERNAL", resock_status_name(RESOCK_INTERNAL));
    CHECK_TEXT("RESOCK_?", resock_status_name(1));
    CHECK_TEXT("RESOCK_?", resock_status_name(INT32_MIN));
}

void test_arguments(void) {
    resock_options* options = make_options("echo:", (char*)NULL);
    resock_hub* hub = make_hub("1");
    resock_link* link = open_echo(hub);
    missing_of_hub(options, hub);
    missing_of_link(link);
    missing_of_listener(hub, options);
    resock_link_free(link);
    resock_hub_free(hub);
    resock_options_free(options);
    other_kinds();
    listener_kinds();
    others();
}
