/* Events by callback, on a thread of the library. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <pthread.h>

/* A mark that the callback sets and the test waits for; and what the callback works on. */
struct state {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned messages, closed, done;
    resock_hub* hub;
    resock_link* link;
    pthread_t thread;
    int several_threads;
};

static void init(struct state* state) {
    CHECK(pthread_mutex_init(&state->mutex, NULL) == 0);
    CHECK(pthread_cond_init(&state->changed, NULL) == 0);
    state->messages = state->closed = state->done = 0;
    state->hub = make_hub("1");
    state->link = NULL;
    state->several_threads = 0;
}

static void destroy(struct state* state) {
    pthread_cond_destroy(&state->changed);
    pthread_mutex_destroy(&state->mutex);
}

static void raise_mark(struct state* state, unsigned* mark) {
    pthread_mutex_lock(&state->mutex);
    ++*mark;
    pthread_cond_broadcast(&state->changed);
    pthread_mutex_unlock(&state->mutex);
}

static void wait_mark(struct state* state, const unsigned* mark, unsigned wanted) {
    pthread_mutex_lock(&state->mutex);
    while (*mark < wanted)
        pthread_cond_wait(&state->changed, &state->mutex);
    pthread_mutex_unlock(&state->mutex);
}

static void count_events(resock_event* event, void* user) {
    struct state* state = user;
    const uint32_t kind = resock_event_kind(event);
    resock_event_free(event);
    if (kind == RESOCK_EVENT_OPEN) state->thread = pthread_self();
    if (!pthread_equal(state->thread, pthread_self())) state->several_threads = 1;
    if (kind == RESOCK_EVENT_MESSAGE) raise_mark(state, &state->messages);
    if (kind == RESOCK_EVENT_CLOSED) raise_mark(state, &state->closed);
}

static void ordinary(void) {
    struct state state;
    resock_event* event = NULL;
    size_t count = 0;
    int i;
    init(&state);
    CHECK_OK(resock_hub_dispatch(state.hub, count_events, &state));
    CHECK_STATUS(RESOCK_STATE, resock_hub_dispatch(state.hub, count_events, &state));
    CHECK_STATUS(RESOCK_BUSY, resock_hub_poll(state.hub, 0, 1, &event, &count));
    state.link = open_echo(state.hub);
    for (i = 0; i < 1000; ++i)
        CHECK_OK(resock_link_send(state.link, "x", 1, 0, 0, NULL));
    wait_mark(&state, &state.messages, 1000);
    CHECK_OK(resock_link_close(state.link, 1000, NULL, 0));
    wait_mark(&state, &state.closed, 1);
    resock_hub_free(state.hub); /* waits for a callback that runs */
    CHECK(!state.several_threads);
    CHECK(state.closed == 1);
    resock_link_free(state.link);
    destroy(&state);
}

static void use_link_inside(resock_event* event, void* user) {
    struct state* state = user;
    const uint32_t kind = resock_event_kind(event);
    size_t count = 0;
    resock_event_free(event);
    if (kind == RESOCK_EVENT_OPEN) {
        pthread_mutex_lock(&state->mutex); /* until open_link has stored the handle */
        pthread_mutex_unlock(&state->mutex);
        CHECK_OK(resock_link_send(state->link, "x", 1, 0, 0, NULL));
        CHECK_STATUS(RESOCK_BUSY, resock_hub_poll(state->hub, 0, 1, &event, &count));
        CHECK_STATUS(RESOCK_BUSY, resock_link_poll(state->link, 0, 1, &event, &count));
        CHECK_STATUS(RESOCK_WOULD_DEADLOCK,
                     resock_link_flush(state->link, RESOCK_LEVEL_RECEIVED, RESOCK_FOREVER));
    }
    if (kind == RESOCK_EVENT_MESSAGE) CHECK_OK(resock_link_close(state->link, 1000, NULL, 0));
    if (kind == RESOCK_EVENT_CLOSED) {
        resock_link_free(state->link);
        CHECK_STATUS(RESOCK_HANDLE, resock_link_send(state->link, "x", 1, 0, 0, NULL));
        raise_mark(state, &state->closed);
    }
}

static void from_inside(void) {
    struct state state;
    init(&state);
    CHECK_OK(resock_hub_dispatch(state.hub, use_link_inside, &state));
    pthread_mutex_lock(&state.mutex);
    state.link = open_echo(state.hub);
    pthread_mutex_unlock(&state.mutex);
    wait_mark(&state, &state.closed, 1);
    resock_hub_free(state.hub);
    destroy(&state);
}

/* A send that would wait for room may not wait there. */
static void wait_for_room_inside(resock_event* event, void* user) {
    struct state* state = user;
    const uint32_t kind = resock_event_kind(event);
    resock_event_free(event);
    if (kind != RESOCK_EVENT_DOWN) return;
    pthread_mutex_lock(&state->mutex);
    pthread_mutex_unlock(&state->mutex);
    CHECK_OK(resock_link_send(state->link, "a", 1, 0, 0, NULL));
    CHECK_STATUS(RESOCK_WOULD_DEADLOCK, resock_link_send(state->link, "b", 1, 0, 0, NULL));
    raise_mark(state, &state->done);
}

static void no_waiting_send(void) {
    struct state state;
    init(&state);
    CHECK_OK(resock_hub_dispatch(state.hub, wait_for_room_inside, &state));
    pthread_mutex_lock(&state.mutex);
    state.link = open_link(state.hub,
                           make_options(refused_url(), "queue.messages", "1", "queue.full", "wait",
                                        "reconnect.min", "1h", "reconnect.max", "1h", (char*)NULL),
                           0);
    pthread_mutex_unlock(&state.mutex);
    wait_mark(&state, &state.done, 1);
    resock_hub_free(state.hub);
    resock_link_free(state.link);
    destroy(&state);
}

static void free_hub_inside(resock_event* event, void* user) {
    struct state* state = user;
    resock_event_free(event);
    CHECK(state->done == 0); /* no event after the hub was freed */
    resock_hub_free(state->hub);
    raise_mark(state, &state->done);
}

static void hub_freed_inside(void) {
    struct state state;
    resock_link* more[3];
    int i;
    init(&state);
    for (i = 0; i < 3; ++i)
        more[i] = open_echo(state.hub);
    CHECK_OK(resock_hub_dispatch(state.hub, free_hub_inside, &state));
    wait_mark(&state, &state.done, 1);
    for (i = 0; i < 3; ++i) {
        CHECK_STATUS(RESOCK_CLOSED, resock_link_send(more[i], "x", 1, 0, 0, NULL));
        resock_link_free(more[i]);
    }
    CHECK_STATUS(RESOCK_HANDLE, resock_hub_wake(state.hub));
    /* raise_mark was the callback's last use of `state` but for its unlock */
    pthread_mutex_lock(&state.mutex);
    pthread_mutex_unlock(&state.mutex);
    destroy(&state);
}

static void not_driven(void) {
    resock_hub* hub = make_hub("0");
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_hub_dispatch(hub, count_events, NULL));
    CHECK_PART("io.threads=1", resock_last_error());
    resock_hub_free(hub);
}

void test_dispatch(void) {
    ordinary();
    from_inside();
    no_waiting_send();
    hub_freed_inside();
    not_driven();
}
