/* A link from its first call to its last event, over the echo link. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

static uint64_t stat_of(resock_link* link, uint32_t stat) {
    uint64_t value = 0;
    CHECK_OK(resock_link_stats(link, stat, &value));
    return value;
}

static void check_open(resock_hub* hub, uint64_t link_id) {
    resock_event* event = wait_for(hub, RESOCK_EVENT_OPEN);
    CHECK(resock_event_link_id(event) == link_id);
    CHECK(resock_event_user(event) == 7);
    CHECK(resock_event_id(event) == 1);
    CHECK(resock_event_attempt(event) == 0);
    CHECK(resock_event_downtime_ms(event) == 0);
    CHECK(resock_event_skipped(event) == 0);
    CHECK_TEXT("echo", resock_event_address(event));
    CHECK_TEXT("", resock_event_tls(event));
    CHECK_TEXT("chat", resock_event_subprotocol(event));
    /* accessors of other kinds */
    CHECK(resock_event_data(event) == NULL && resock_event_size(event) == 0);
    CHECK(resock_event_why(event) == NULL && resock_event_text(event) == NULL);
    resock_event_free(event);
}

/* Both come back, in order; returns the binary one. */
static resock_event* send_and_receive(resock_hub* hub, resock_link* link) {
    uint64_t id = 0;
    resock_event* event = NULL;
    CHECK_OK(resock_link_send(link, "gr\xc3\xbc\xc3\x9f", 6, RESOCK_SEND_TEXT, 0, &id));
    CHECK(id == 1);
    CHECK_OK(resock_link_send(link, "\0\xff", 2, 0, 0, &id));
    CHECK(id == 2);
    event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    check_message(event, "gr\xc3\xbc\xc3\x9f", 6, 1);
    CHECK(resock_event_id(event) == 0);
    resock_event_free(event);
    event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    check_message(event, "\0\xff", 2, 0);
    return event;
}

static void check_numbers(resock_link* link) {
    char* json = NULL;
    CHECK(stat_of(link, RESOCK_STAT_MESSAGES_ACCEPTED) == 2);
    CHECK(stat_of(link, RESOCK_STAT_MESSAGES_SENT) == 2);
    CHECK(stat_of(link, RESOCK_STAT_MESSAGES_RESENT) == 0);
    CHECK(stat_of(link, RESOCK_STAT_MESSAGES_RECEIVED) == 2);
    CHECK(stat_of(link, RESOCK_STAT_BYTES_SENT) >= 2 * 6 + 6 + 2);
    CHECK(stat_of(link, RESOCK_STAT_BYTES_RECEIVED) >= 2 * 2 + 6 + 2);
    CHECK(stat_of(link, RESOCK_STAT_CONNECTIONS) == 1);
    CHECK(stat_of(link, RESOCK_STAT_ATTEMPTS) == 1);
    CHECK(stat_of(link, RESOCK_STAT_QUEUED_MESSAGES) == 0);
    CHECK(stat_of(link, RESOCK_STAT_QUEUED_BYTES) == 0);
    CHECK(stat_of(link, RESOCK_STAT_RTT_US) != RESOCK_UNKNOWN);
    CHECK(stat_of(link, RESOCK_STAT_ENDED_THROUGH) == 2);
    CHECK(stat_of(link, RESOCK_STAT_WRITTEN_THROUGH) == 2);
    CHECK_OK(resock_link_stats_json(link, &json));
    CHECK_PART("{\"state\":\"open\",\"messages_accepted\":2,", json);
    CHECK_PART("\"ended_through\":2,\"written_through\":2}", json);
    resock_string_free(json);
    CHECK_OK(resock_link_history_json(link, &json));
    CHECK_TEXT("[]", json);
    resock_string_free(json);
}

/* CLOSED is the last event; returns it. */
static resock_event* check_closed(resock_hub* hub, resock_link* link) {
    resock_event *event = NULL, *none = NULL;
    size_t count = 1;
    char* json = NULL;
    CHECK_OK(resock_link_close(link, 3001, "done", 4));
    CHECK_OK(resock_link_close(link, 1000, NULL, 0)); /* again: nothing */
    CHECK_STATUS(RESOCK_CLOSED, resock_link_send(link, "x", 1, 0, 0, NULL));
    event = wait_for(hub, RESOCK_EVENT_DOWN);
    CHECK(resock_event_was_open(event) == 1);
    CHECK(resock_event_user(event) == 8);
    resock_event_free(event);
    event = wait_for(hub, RESOCK_EVENT_CLOSED);
    CHECK(resock_event_culprit(event) == RESOCK_CULPRIT_US);
    CHECK(resock_event_verdict(event) == RESOCK_VERDICT_STOP);
    CHECK(resock_event_close_code(event) == 3001);
    CHECK(resock_event_delay_ms(event) == RESOCK_UNKNOWN);
    CHECK_OK(resock_event_json(event, &json));
    CHECK_PART("{\"event\":\"CLOSED\",\"link\":1,\"user\":8,\"record\":{", json);
    resock_string_free(json);
    CHECK_OK(resock_hub_poll(hub, 0, 1, &none, &count));
    CHECK(count == 0 && none == NULL);
    CHECK_STATUS(RESOCK_CLOSED, resock_link_poll(link, RESOCK_FOREVER, 1, &none, &count));
    return event;
}

static void full_life(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link =
        open_link(hub, make_options("echo:", "http.subprotocols", "chat", (char*)NULL), 7);
    resock_event *binary = NULL, *closed = NULL;
    uint64_t id = 0;
    uint32_t state = 99;
    CHECK_OK(resock_link_id(link, &id));
    check_open(hub, id);
    CHECK_OK(resock_link_state(link, &state));
    CHECK(state == RESOCK_STATE_OPEN);
    binary = send_and_receive(hub, link);
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_WRITTEN, DEADLINE_MS));
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_RECEIVED, DEADLINE_MS));
    wait_confirmed(hub, RESOCK_LEVEL_RECEIVED, 2);
    check_numbers(link);
    CHECK_OK(resock_link_set_user(link, 8));
    closed = check_closed(hub, link);
    CHECK_OK(resock_link_state(link, &state));
    CHECK(state == RESOCK_STATE_FINISHED);
    resock_link_free(link);
    resock_hub_free(hub);
    /* events outlive both */
    check_message(binary, "\0\xff", 2, 0);
    CHECK(resock_event_user(binary) == 7);
    CHECK(resock_event_why(closed)[0] != '\0');
    resock_event_free(closed);
    resock_event_free(binary);
}

/* Sizes around every length form of a frame and of an event; empty too. */
static void sizes(const char* io_threads) {
    static const size_t all[] = {0, 1, 125, 126, 4095, 4096, 65535, 65536, 1000003};
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_echo(hub);
    char* data = malloc(1000003);
    size_t i;
    CHECK(data != NULL);
    for (i = 0; i < 1000003; ++i)
        data[i] = (char)(i % 251);
    for (i = 0; i < sizeof all / sizeof all[0]; ++i) {
        resock_event* event = NULL;
        CHECK_OK(resock_link_send(link, all[i] ? data : NULL, all[i], 0, 0, NULL));
        event = wait_for(hub, RESOCK_EVENT_MESSAGE);
        check_message(event, data, all[i], 0);
        resock_event_free(event);
    }
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_RECEIVED, DEADLINE_MS));
    free(data);
    resock_link_free(link);
    resock_hub_free(hub);
}

static void free_in_any_order(const char* io_threads) {
    int order;
    for (order = 0; order < 4; ++order) {
        resock_options* options = make_options("echo:", (char*)NULL);
        resock_hub* hub = make_hub(io_threads);
        resock_link* link = NULL;
        resock_event* event = NULL;
        CHECK_OK(resock_link_open(hub, options, 0, &link, NULL));
        if (order % 2) resock_options_free(options);
        event = wait_for(hub, RESOCK_EVENT_OPEN);
        if (order / 2) resock_link_free(link);
        resock_hub_free(hub);
        if (!(order / 2)) {
            uint32_t state = 0;
            CHECK_STATUS(RESOCK_CLOSED, resock_link_send(link, "x", 1, 0, 0, NULL));
            CHECK_STATUS(RESOCK_CLOSED, resock_link_state(link, &state));
            resock_link_free(link);
        }
        if (!(order % 2)) resock_options_free(options);
        CHECK_TEXT("echo", resock_event_address(event));
        resock_event_free(event);
    }
}

void test_life(void) {
    static const char* const io_threads[] = {"0", "1", "2"};
    size_t i;
    for (i = 0; i < 3; ++i) {
        full_life(io_threads[i]);
        sizes(io_threads[i]);
        free_in_any_order(io_threads[i]);
    }
}
