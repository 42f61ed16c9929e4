/* What a link tells, sorted into what the commands ask for. */
#include "driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char* what) {
    fprintf(stderr, "%s\n", what);
    exit(2);
}

static void put(struct queue* queue, resock_event* event) {
    if (queue->last == MOST_WAITING) fail("more events than a scenario has");
    queue->events[queue->last++] = event;
}

static void keep_failed(struct state* state, const resock_event* event) {
    if (state->failed_count == MOST_FAILED) fail("more FAILED than a scenario has");
    struct failed* failed = &state->failed[state->failed_count++];
    failed->first = resock_event_id(event);
    failed->last = resock_event_last_id(event);
    failed->reason = resock_event_reason(event);
}

static void sort(struct state* state, resock_event* event) {
    const uint32_t kind = resock_event_kind(event);
    if (kind == RESOCK_EVENT_MESSAGE) {
        put(&state->messages, event);
        return;
    }
    if (kind == RESOCK_EVENT_OPEN || kind == RESOCK_EVENT_DOWN || kind == RESOCK_EVENT_LOST ||
        kind == RESOCK_EVENT_CREDENTIALS || kind == RESOCK_EVENT_CLOSED) {
        if (kind == RESOCK_EVENT_CREDENTIALS) state->request_id = resock_event_id(event);
        state->closed |= kind == RESOCK_EVENT_CLOSED;
        put(&state->events, event);
        return;
    }
    const uint32_t level = resock_event_level(event);
    if (kind == RESOCK_EVENT_CONFIRMED && level <= RESOCK_LEVEL_PROCESSED)
        state->through[level] = resock_event_id(event);
    if (kind == RESOCK_EVENT_FAILED) keep_failed(state, event);
    state->writable |= kind == RESOCK_EVENT_WRITABLE;
    resock_event_free(event);
}

/* Waits for one more event; 0 where CLOSED has come. */
static int pull(struct state* state) {
    if (state->closed) return 0;
    resock_event* event = NULL;
    size_t count = 0;
    if (resock_hub_poll(state->hub, RESOCK_FOREVER, 1, &event, &count) != RESOCK_OK)
        fail(resock_last_error());
    if (count == 1) sort(state, event);
    return 1;
}

resock_event* next_of(struct state* state, struct queue* queue) {
    while (queue->first == queue->last)
        if (!pull(state)) return NULL;
    return queue->events[queue->first++];
}

void wait_until_writable(struct state* state) {
    while (!state->writable)
        if (!pull(state)) fail("CLOSED before WRITABLE");
    state->writable = 0;
    puts("WRITABLE");
}

static const struct failed* failed_of(const struct state* state, uint64_t id) {
    for (size_t i = 0; i < state->failed_count; ++i)
        if (state->failed[i].first <= id && id <= state->failed[i].last) return &state->failed[i];
    return NULL;
}

void print_outcome(struct state* state, uint64_t id, uint32_t level) {
    for (;;) {
        const struct failed* failed = failed_of(state, id);
        if (failed != NULL) {
            printf("OUTCOME %" PRIu64 " failed reason=%" PRIu32 "\n", id, failed->reason);
            return;
        }
        for (uint32_t reached = level; reached <= RESOCK_LEVEL_PROCESSED; ++reached)
            if (state->through[reached] >= id) {
                printf("OUTCOME %" PRIu64 " level=%" PRIu32 "\n", id, level);
                return;
            }
        if (!pull(state)) fail("CLOSED, and nothing was told of the message");
    }
}

static void free_all(struct queue* queue) {
    while (queue->first < queue->last)
        resock_event_free(queue->events[queue->first++]);
}

void reset(struct state* state) {
    free_all(&state->events);
    free_all(&state->messages);
    resock_options_free(state->options);
    resock_link_free(state->link);
    resock_hub_free(state->hub);
    memset(state, 0, sizeof *state);
}
