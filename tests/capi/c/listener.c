/* A listener from its first call to its last event, with its clients in the same hub. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* The next event of this kind in the link's own queue; others are freed on the way. */
static resock_event* wait_of(resock_link* link, uint32_t kind) {
    for (;;) {
        resock_event* event = NULL;
        size_t count = 0;
        CHECK_OK(resock_link_poll(link, DEADLINE_MS, 1, &event, &count));
        CHECK(count == 1);
        if (resock_event_kind(event) == kind) return event;
        resock_event_free(event);
    }
}

static void skip_of(resock_link* link, uint32_t kind) {
    resock_event_free(wait_of(link, kind));
}

/* The next ACCEPTED or CLOSED of the listener. */
static resock_event* wait_listener(resock_hub* hub, resock_listener* listener, uint32_t kind) {
    uint64_t id = 0;
    CHECK_OK(resock_listener_id(listener, &id));
    for (;;) {
        resock_event* event = NULL;
        size_t count = 0;
        CHECK_OK(resock_hub_poll(hub, DEADLINE_MS, 1, &event, &count));
        CHECK(count == 1);
        if (resock_event_kind(event) == kind && resock_event_listener_id(event) == id) return event;
        resock_event_free(event);
    }
}

static resock_link* wait_accepted(resock_hub* hub, resock_listener* listener) {
    resock_event* event = wait_listener(hub, listener, RESOCK_EVENT_ACCEPTED);
    resock_link* link = NULL;
    uint64_t id = 0;
    CHECK(resock_event_id(event) == 0); /* no REQUEST before it */
    CHECK(resock_event_user(event) == 5);
    link = resock_event_take_link(event);
    CHECK(link != NULL);
    CHECK(resock_event_take_link(event) == NULL); /* once */
    CHECK_OK(resock_link_id(link, &id));
    CHECK(resock_event_link_id(event) == id);
    resock_event_free(event);
    return link;
}

static void check_numbers(resock_listener* listener, const char* part) {
    char* json = NULL;
    CHECK_OK(resock_listener_stats_json(listener, &json));
    CHECK_PART(part, json);
    resock_string_free(json);
    CHECK_OK(resock_listener_history_json(listener, &json));
    CHECK_TEXT("[]", json);
    resock_string_free(json);
}

static void send_text(resock_link* from, resock_link* to, const char* text) {
    resock_event* event = NULL;
    CHECK_OK(resock_link_send(from, text, strlen(text), RESOCK_SEND_TEXT, 0, NULL));
    event = wait_of(to, RESOCK_EVENT_MESSAGE);
    check_message(event, text, strlen(text), 1);
    resock_event_free(event);
}

static void check_over(resock_hub* hub, resock_listener* listener) {
    resock_event* event = wait_listener(hub, listener, RESOCK_EVENT_CLOSED);
    char* json = NULL;
    uint64_t id = 0;
    CHECK_OK(resock_listener_id(listener, &id));
    CHECK(resock_event_link_id(event) == 0);
    CHECK(resock_event_id(event) == id);
    CHECK(resock_event_user(event) == 5);
    CHECK_PART("the listener has ended", resock_event_why(event));
    CHECK_OK(resock_event_json(event, &json));
    CHECK_PART("\"listener\":", json);
    resock_string_free(json);
    resock_event_free(event);
}

static void full_life(const char* io_threads, uint32_t code) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, "http.subprotocols", "chat", (char*)NULL);
    resock_link *client = NULL, *link = NULL;
    resock_event* event = NULL;
    CHECK_OK(resock_listener_set_user(listener, 5));
    check_numbers(listener, "\"state\":\"accepting\"");
    client = connect_to(hub, listener, 6);
    link = wait_accepted(hub, listener);
    event = wait_of(link, RESOCK_EVENT_OPEN);
    CHECK_TEXT("chat", resock_event_subprotocol(event));
    CHECK_PART("127.0.0.1:", resock_event_address(event));
    CHECK(resock_event_user(event) == 5);
    resock_event_free(event);
    send_text(client, link, "from the client");
    send_text(link, client, "from the server");
    check_numbers(listener, "\"links\":1,");

    CHECK_OK(resock_link_hold(link, 1));
    CHECK_OK(resock_link_send(client, "held", 4, RESOCK_SEND_TEXT, 0, NULL));
    CHECK_OK(resock_link_flush(client, RESOCK_LEVEL_RECEIVED, DEADLINE_MS));
    CHECK_OK(resock_link_hold(link, 0));
    event = wait_of(link, RESOCK_EVENT_MESSAGE);
    check_message(event, "held", 4, 1);
    resock_event_free(event);

    CHECK_OK(resock_listener_drain(listener, code, DEADLINE_MS));
    event = wait_of(client, RESOCK_EVENT_DOWN);
    CHECK(resock_event_close_code(event) == code);
    CHECK_PART("the server", resock_event_close_reason(event));
    resock_event_free(event);
    skip_of(link, RESOCK_EVENT_CLOSED);
    check_over(hub, listener);
    check_numbers(listener, "\"state\":\"draining\"");
    resock_link_free(client);
    resock_link_free(link);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

/* An ACCEPTED that is freed as it is frees the link: the client sees the end. */
static void untaken(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, (char*)NULL);
    resock_link* client = connect_to(hub, listener, 6);
    resock_event_free(wait_listener(hub, listener, RESOCK_EVENT_ACCEPTED));
    skip_of(client, RESOCK_EVENT_CLOSED);
    CHECK_OK(resock_listener_close(listener));
    resock_event_free(wait_listener(hub, listener, RESOCK_EVENT_CLOSED));
    resock_link_free(client);
    resock_listener_free(listener);
    resock_hub_free(hub);
}

static void free_in_any_order(const char* io_threads) {
    int order;
    for (order = 0; order < 6; ++order) {
        static const char* const orders[] = {"hlk", "hkl", "lhk", "lkh", "khl", "klh"};
        resock_hub* hub = make_hub(io_threads);
        resock_listener* listener = open_listener(hub, (char*)NULL);
        resock_link *client = NULL, *link = NULL;
        const char* next = orders[order];
        CHECK_OK(resock_listener_set_user(listener, 5));
        client = connect_to(hub, listener, 6);
        link = wait_accepted(hub, listener);
        for (; *next; ++next) {
            if (*next == 'h') resock_hub_free(hub);
            if (*next == 'l') resock_listener_free(listener);
            if (*next == 'k') resock_link_free(link);
        }
        resock_link_free(client);
    }
}

/* From the dispatcher's callback; the events of everything else go on. */
struct freeing {
    resock_listener* listener;
    unsigned accepted;
};
static void free_there(resock_event* event, void* user) {
    struct freeing* at = user;
    if (resock_event_kind(event) == RESOCK_EVENT_ACCEPTED) {
        resock_link_free(resock_event_take_link(event));
        resock_listener_free(at->listener);
        ++at->accepted;
    }
    resock_event_free(event);
}
static void free_in_callback(void) {
    resock_hub *hub = make_hub("2"), *clients = make_hub("1");
    struct freeing at = {NULL, 0};
    resock_link* client = NULL;
    at.listener = open_listener(hub, (char*)NULL);
    CHECK_OK(resock_hub_dispatch(hub, free_there, &at));
    client = connect_to(clients, at.listener, 6);
    skip_of(client, RESOCK_EVENT_CLOSED);
    resock_link_free(client);
    resock_hub_free(clients);
    resock_hub_free(hub);
    CHECK(at.accepted == 1);
}

void test_listener(void) {
    static const char* const io_threads[] = {"0", "1", "2"};
    size_t i;
    for (i = 0; i < 3; ++i) {
        full_life(io_threads[i], i % 2 ? 1012 : 1001);
        untaken(io_threads[i]);
        free_in_any_order(io_threads[i]);
    }
    free_in_callback();
}
