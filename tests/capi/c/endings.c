/* Links that cannot connect, and messages that fail. */
#include "check.h"

#include <errno.h>

static void check_record(const resock_event* event) {
    char* json = NULL;
    CHECK(resock_event_was_open(event) == 0);
    CHECK(resock_event_layer(event) == RESOCK_LAYER_TCP);
    CHECK(resock_event_cause(event) == RESOCK_CAUSE_TCP_REFUSED);
    CHECK(resock_event_culprit(event) == RESOCK_CULPRIT_PEER);
    CHECK(resock_event_verdict(event) == RESOCK_VERDICT_BACKOFF);
    CHECK(resock_event_close_code(event) == 0);
    CHECK_TEXT("", resock_event_close_reason(event));
    CHECK(resock_event_closed_by_us(event) == 0);
    CHECK(resock_event_http_status(event) == 0);
    CHECK(resock_event_errno(event) == ECONNREFUSED);
    CHECK_PART("127.0.0.1", resock_event_host(event));
    CHECK(resock_event_detail(event) != NULL);
    CHECK(resock_event_attempt(event) == 1);
    CHECK(resock_event_delay_ms(event) == 3600000);
    CHECK(resock_event_up_ms(event) == 0);
    CHECK(resock_event_rtt_us(event) == RESOCK_UNKNOWN);
    CHECK(resock_event_silence_ms(event) == RESOCK_UNKNOWN);
    CHECK(resock_event_message_id(event) == RESOCK_UNKNOWN);
    CHECK(resock_event_limits_reached(event) == 0);
    CHECK(resock_event_skipped(event) == 0);
    CHECK_PART("127.0.0.1", resock_event_why(event));
    CHECK_OK(resock_event_json(event, &json));
    CHECK_PART("\"cause\":\"tcp-refused\"", json);
    resock_string_free(json);
}

static resock_options* never_connects(void) {
    return make_options(refused_url(), "reconnect.min", "1h", "reconnect.max", "1h", "confirm",
                        "app", "queue.messages", "4", "close.timeout", "0", (char*)NULL);
}

/* Fills the queue; WRITABLE comes when half is free. */
static void fill_queue(resock_hub* hub, resock_link* link) {
    int i;
    uint64_t id = 99;
    resock_event* event = NULL;
    for (i = 0; i < 4; ++i)
        CHECK_OK(resock_link_send(link, "kept", 4, 0, 0, NULL));
    CHECK_STATUS(RESOCK_QUEUE_FULL, resock_link_send(link, "more", 4, 0, 0, &id));
    CHECK(id == 0);
    CHECK_PART("4 of 4 messages", resock_last_error());
    CHECK_OK(resock_link_confirm(link, 1, 0));
    event = wait_for(hub, RESOCK_EVENT_CONFIRMED);
    CHECK(resock_event_id(event) == 1 && resock_event_level(event) == RESOCK_LEVEL_RECEIVED);
    resock_event_free(event);
    CHECK_OK(resock_link_confirm(link, 2, 0));
    skip_to(hub, RESOCK_EVENT_WRITABLE);
}

static void refused(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub, never_connects(), 0);
    resock_event* event = wait_for(hub, RESOCK_EVENT_DOWN);
    uint32_t state = 0;
    char* json = NULL;
    check_record(event);
    resock_event_free(event);
    CHECK_OK(resock_link_state(link, &state));
    CHECK(state == RESOCK_STATE_WAITING);
    fill_queue(hub, link);
    CHECK_STATUS(RESOCK_TIMEOUT, resock_link_flush(link, RESOCK_LEVEL_RECEIVED, 1));
    CHECK_OK(resock_link_retry_now(link)); /* the next attempt at once */
    event = wait_for(hub, RESOCK_EVENT_DOWN);
    resock_event_free(event);
    CHECK_OK(resock_link_history_json(link, &json));
    CHECK_PART("\"cause\":\"tcp-refused\"", json);
    resock_string_free(json);
    CHECK_OK(resock_link_close(link, 1000, "", 0));
    event = wait_for(hub, RESOCK_EVENT_FAILED);
    CHECK(resock_event_id(event) == 3 && resock_event_last_id(event) == 4);
    CHECK(resock_event_reason(event) == RESOCK_REASON_NOT_SENT);
    resock_event_free(event);
    skip_to(hub, RESOCK_EVENT_CLOSED);
    CHECK_STATUS(RESOCK_CLOSED, resock_link_retry_now(link));
    CHECK_STATUS(RESOCK_CLOSED, resock_link_flush(link, RESOCK_LEVEL_RECEIVED, 0));
    resock_link_free(link);
    resock_hub_free(hub);
}

static void expired(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub, never_connects(), 0);
    resock_event* event = NULL;
    skip_to(hub, RESOCK_EVENT_DOWN);
    CHECK_OK(resock_link_send(link, "soon stale", 10, 0, 1, NULL));
    event = wait_for(hub, RESOCK_EVENT_FAILED);
    CHECK(resock_event_id(event) == 1 && resock_event_last_id(event) == 1);
    CHECK(resock_event_reason(event) == RESOCK_REASON_EXPIRED);
    resock_event_free(event);
    resock_link_free(link);
    resock_hub_free(hub);
}

/* queue.full=wait: the caller waits for room, or for send.timeout. */
static void full_and_waiting(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub,
                                  make_options(refused_url(), "queue.messages", "1", "queue.full",
                                               "wait", "send.timeout", "1ms", (char*)NULL),
                                  0);
    CHECK_OK(resock_link_send(link, "a", 1, 0, 0, NULL));
    CHECK_STATUS(RESOCK_TIMEOUT, resock_link_send(link, "b", 1, 0, 0, NULL));
    CHECK_PART("send.timeout", resock_last_error());
    resock_link_free(link);
    resock_hub_free(hub);
}

static void drops_oldest(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub,
                                  make_options(refused_url(), "queue.messages", "2", "queue.full",
                                               "drop-oldest", (char*)NULL),
                                  0);
    resock_event* event = NULL;
    uint64_t id = 0, dropped = 0;
    int i;
    for (i = 0; i < 5; ++i)
        CHECK_OK(resock_link_send(link, "x", 1, 0, 0, &id));
    CHECK(id == 5);
    while (dropped < 3) {
        event = wait_for(hub, RESOCK_EVENT_FAILED);
        CHECK(resock_event_reason(event) == RESOCK_REASON_DROPPED);
        CHECK(resock_event_id(event) == dropped + 1);
        dropped = resock_event_last_id(event);
        resock_event_free(event);
    }
    CHECK(dropped == 3);
    resock_link_free(link);
    resock_hub_free(hub);
}

/* hub_free logs nothing any more; link_free tells in the log what it gave up. */
static void freed_with_messages(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub, make_options(refused_url(), (char*)NULL), 5);
    resock_event* event = NULL;
    CHECK_OK(resock_link_send(link, "lost", 4, 0, 0, NULL));
    resock_link_free(link);
    event = wait_for(hub, RESOCK_EVENT_LOG);
    CHECK(resock_event_level(event) == RESOCK_LOG_WARNING);
    CHECK_PART("not confirmed", resock_event_text(event));
    CHECK(resock_event_link_id(event) == 1);
    resock_event_free(event);
    resock_hub_free(hub);
}

void test_endings(void) {
    static const char* const io_threads[] = {"0", "1"};
    int i;
    for (i = 0; i < 2; ++i) {
        refused(io_threads[i]);
        expired(io_threads[i]);
        full_and_waiting(io_threads[i]);
        drops_oldest(io_threads[i]);
        freed_with_messages(io_threads[i]);
    }
}
