/* REQUEST, answered; and the packed records of REQUEST and ACCEPTED. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

static void check_request(const resock_event* event) {
    size_t i;
    int found = 0;
    CHECK(resock_event_id(event) == 1);
    CHECK(resock_event_link_id(event) == 0);
    CHECK(resock_event_listener_id(event) != 0);
    CHECK_TEXT("GET", resock_event_method(event));
    CHECK_TEXT("/chat?room=1", resock_event_target(event));
    CHECK_PART("127.0.0.1:", resock_event_address(event));
    CHECK_TEXT("", resock_event_tls(event));
    CHECK_TEXT("7", resock_event_field(event, "x-TRACE"));
    CHECK(resock_event_field(event, "X-Other") == NULL);
    CHECK(resock_event_field(event, NULL) == NULL);
    for (i = 0; i < resock_event_field_count(event); ++i)
        if (strcmp(resock_event_field_name(event, i), "X-Trace") == 0) {
            CHECK_TEXT("7", resock_event_field_value(event, i));
            ++found;
        }
    CHECK(found == 1);
    CHECK(resock_event_field_name(event, i) == NULL);
    CHECK(resock_event_field_value(event, i) == NULL);
}

static resock_options* options_of_link(void) {
    resock_options* options = NULL;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LISTENER, &options));
    CHECK_OK(resock_options_set(options, "http.subprotocols", "chat", NULL));
    CHECK_OK(resock_options_set(options, "http.header", "X-Room: 7", NULL));
    return options;
}

static void accepted(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, "listen.accept", "ask", (char*)NULL);
    resock_link *client = connect_to(hub, listener, 6), *link = NULL, *again = NULL;
    resock_event* event = wait_for(hub, RESOCK_EVENT_REQUEST);
    resock_options* options = options_of_link();
    uint64_t id = 0;
    check_request(event);
    CHECK_OK(resock_options_set(options, "listen.memory", "2MiB", NULL));
    CHECK_STATUS(RESOCK_OPTION, resock_listener_accept(listener, 1, options, 8, &link));
    CHECK(link == NULL);
    resock_options_free(options);
    options = options_of_link();
    CHECK_OK(resock_listener_accept(listener, resock_event_id(event), options, 8, &link));
    resock_options_free(options);
    resock_event_free(event);
    CHECK_STATUS(RESOCK_STATE, resock_listener_accept(listener, 1, NULL, 0, &again));
    CHECK_STATUS(RESOCK_STATE, resock_listener_refuse(listener, 1, 403, NULL, NULL, 0));
    CHECK_PART("request 1 does not wait", resock_last_error());
    CHECK(again == NULL);
    event = wait_for(hub, RESOCK_EVENT_ACCEPTED);
    CHECK(resock_event_id(event) == 1);
    CHECK(resock_event_user(event) == 8);
    CHECK(resock_event_take_link(event) == NULL); /* accept gave it */
    CHECK_OK(resock_link_id(link, &id));
    CHECK(resock_event_link_id(event) == id);
    resock_event_free(event);
    CHECK_OK(resock_link_send(client, "x", 1, RESOCK_SEND_TEXT, 0, NULL));
    event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    CHECK(resock_event_link_id(event) == id);
    resock_event_free(event);
    resock_link_free(client);
    resock_link_free(link);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

static void refused(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, "listen.accept", "ask", (char*)NULL);
    resock_link* client = connect_to(hub, listener, 6);
    char* json = NULL;
    resock_event* event = wait_for(hub, RESOCK_EVENT_REQUEST);
    resock_event_free(event);
    CHECK_OK(
        resock_listener_refuse(listener, 1, 403, "X-Why: not you\r\nX-Other: b\n", "not you", 7));
    event = wait_for(hub, RESOCK_EVENT_DOWN);
    CHECK(resock_event_http_status(event) == 403);
    resock_event_free(event);
    CHECK_OK(resock_listener_history_json(listener, &json));
    CHECK_PART("\"status\":403", json);
    resock_string_free(json);
    resock_link_free(client);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

static uint64_t number(const unsigned char* at, size_t bytes) {
    uint64_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

/* Copies the next record of this kind, others go by. */
static void next_record(resock_hub* hub, uint32_t kind, unsigned char* out, size_t capacity) {
    for (;;) {
        uint64_t buffer[512];
        const unsigned char* at = (const unsigned char*)buffer;
        size_t bytes = 0, offset = 0;
        CHECK_OK(resock_hub_poll_packed(hub, DEADLINE_MS, sizeof buffer, buffer, &bytes));
        for (; offset < bytes; offset += number(at + offset, 4)) {
            if (number(at + offset + 4, 2) != kind) continue;
            CHECK(number(at + offset, 4) <= capacity);
            memcpy(out, at + offset, number(at + offset, 4));
            return;
        }
    }
}

static void packed_request(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, "listen.accept", "ask", (char*)NULL);
    resock_link *client = connect_to(hub, listener, 6), *link = NULL;
    unsigned char record[4096];
    uint64_t id = 0;
    size_t strings = 0;
    int i;
    CHECK_OK(resock_listener_id(listener, &id));
    next_record(hub, RESOCK_EVENT_REQUEST, record, sizeof record);
    CHECK(number(record + 8, 8) == 0);
    CHECK(number(record + 24, 8) == 1);
    CHECK(number(record + 32, 8) == id);
    CHECK(number(record + 40, 4) == 3 && number(record + 44, 4) == 12);
    for (i = 0; i < 5; ++i)
        strings += number(record + 40 + 4 * i, 4);
    CHECK(64 + strings <= number(record, 4) && number(record, 4) < 64 + strings + 8);
    CHECK(memcmp(record + 64, "GET/chat?room=1127.0.0.1:", 25) == 0);
    CHECK(record[64 + strings - 1] == '\n');
    CHECK_OK(resock_listener_accept(listener, 1, NULL, 0, &link));
    next_record(hub, RESOCK_EVENT_ACCEPTED, record, sizeof record);
    CHECK(number(record, 4) == 48);
    CHECK(number(record + 24, 8) == 1 && number(record + 32, 8) == id);
    CHECK(number(record + 40, 8) == 0); /* accept gave it */
    resock_link_free(client);
    resock_link_free(link);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

/* The record's reader owns the handle. */
static void packed_accepted(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, (char*)NULL);
    resock_link *client = connect_to(hub, listener, 6), *link = NULL;
    unsigned char record[64];
    uint64_t id = 0, small[2];
    size_t needed = 0;
    int32_t status = RESOCK_OK;
    /* too small: the link is not lost */
    while (status == RESOCK_OK)
        status = resock_hub_poll_packed(hub, DEADLINE_MS, sizeof small, small, &needed);
    CHECK_STATUS(RESOCK_TOO_SMALL, status);
    next_record(hub, RESOCK_EVENT_ACCEPTED, record, sizeof record);
    CHECK(number(record + 24, 8) == 0);
    link = (resock_link*)(uintptr_t)number(record + 40, 8);
    CHECK(link != NULL);
    CHECK_OK(resock_link_id(link, &id));
    CHECK(number(record + 8, 8) == id);
    CHECK_OK(resock_link_send(link, "x", 1, RESOCK_SEND_TEXT, 0, NULL));
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_RECEIVED, DEADLINE_MS));
    resock_link_free(link);
    resock_link_free(client);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

void test_openings(void) {
    static const char* const io_threads[] = {"0", "1", "2"};
    size_t i;
    for (i = 0; i < 3; ++i) {
        accepted(io_threads[i]);
        refused(io_threads[i]);
        packed_request(io_threads[i]);
        packed_accepted(io_threads[i]);
    }
}
