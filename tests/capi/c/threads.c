/* Eight threads use, close and free the same handles while messages flow. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <pthread.h>

enum { threads = 8, rounds = 60, links = 4 };

/* Handles that threads replace while others use the old ones. */
struct shared {
    pthread_mutex_t mutex; /* of the array only, never held in a call */
    resock_hub* hub;
    resock_link* link[links];
};
struct worker {
    struct shared* shared;
    uint64_t random;
    unsigned long calls;
};

static uint64_t next_bits(uint64_t* state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* What a call may give when others free and close meanwhile. */
static void check_allowed(int32_t status) {
    CHECK(status == RESOCK_OK || status == RESOCK_HANDLE || status == RESOCK_CLOSED ||
          status == RESOCK_BUSY || status == RESOCK_QUEUE_FULL || status == RESOCK_TIMEOUT ||
          status == RESOCK_INVALID);
}

static resock_link* any_link(struct worker* self) {
    resock_link* link;
    const size_t at = next_bits(&self->random) % links;
    pthread_mutex_lock(&self->shared->mutex);
    link = self->shared->link[at];
    pthread_mutex_unlock(&self->shared->mutex);
    return link;
}

static void replace_link(struct worker* self) {
    resock_link* made = open_echo(self->shared->hub);
    resock_link* old;
    const size_t at = next_bits(&self->random) % links;
    pthread_mutex_lock(&self->shared->mutex);
    old = self->shared->link[at];
    self->shared->link[at] = made;
    pthread_mutex_unlock(&self->shared->mutex);
    resock_link_free(old);
    resock_link_free(old); /* a second time is an error, not a crash */
}

static void poll_some(struct worker* self, resock_link* link) {
    resock_event* events[32];
    size_t count = 0, i;
    const int32_t status = link ? resock_link_poll(link, 1, 32, events, &count)
                                : resock_hub_poll(self->shared->hub, 1, 32, events, &count);
    check_allowed(status);
    for (i = 0; i < count; ++i)
        resock_event_free(events[i]);
}

static void one_call(struct worker* self) {
    resock_link* link = any_link(self);
    uint64_t value = 0;
    uint32_t state = 0;
    char* json = NULL;
    switch (next_bits(&self->random) % 12) {
    case 0:
    case 1:
    case 2:
        check_allowed(resock_link_send(link, "0123456789", 10, RESOCK_SEND_TEXT, 0, NULL));
        break;
    case 3:
        check_allowed(resock_link_send(link, NULL, 0, RESOCK_SEND_FLUSH, 5, &value));
        break;
    case 4:
        poll_some(self, link);
        break;
    case 5:
    case 6:
        poll_some(self, NULL);
        break;
    case 7:
        check_allowed(resock_link_stats(link, RESOCK_STAT_QUEUED_BYTES, &value));
        break;
    case 8:
        check_allowed(resock_link_history_json(link, &json));
        resock_string_free(json);
        check_allowed(resock_link_state(link, &state));
        break;
    case 9:
        check_allowed(resock_link_flush(link, RESOCK_LEVEL_RECEIVED, 2));
        break;
    case 10:
        check_allowed(resock_link_greeting_set(link, "k", 1, "v", 1, 0));
        check_allowed(resock_link_set(link, "confirm.interval", "1ms", NULL));
        check_allowed(resock_hub_wake(self->shared->hub));
        break;
    default:
        if (next_bits(&self->random) % 2)
            check_allowed(resock_link_close(link, 1000, NULL, 0));
        else
            replace_link(self);
    }
    ++self->calls;
}

static void* work(void* argument) {
    struct worker* self = argument;
    int i;
    for (i = 0; i < rounds; ++i)
        one_call(self);
    return NULL;
}

static void at_once(const char* io_threads) {
    struct shared shared;
    struct worker workers[threads];
    pthread_t started[threads];
    int i;
    CHECK(pthread_mutex_init(&shared.mutex, NULL) == 0);
    shared.hub = make_hub(io_threads);
    for (i = 0; i < links; ++i)
        shared.link[i] = open_echo(shared.hub);
    for (i = 0; i < threads; ++i) {
        workers[i].shared = &shared;
        workers[i].random = 88172645463325252u + (uint64_t)i * 7919u;
        workers[i].calls = 0;
        CHECK(pthread_create(&started[i], NULL, work, &workers[i]) == 0);
    }
    for (i = 0; i < threads; ++i) {
        CHECK(pthread_join(started[i], NULL) == 0);
        CHECK(workers[i].calls == rounds);
    }
    for (i = 0; i < links; ++i)
        resock_link_free(shared.link[i]);
    resock_hub_free(shared.hub);
    pthread_mutex_destroy(&shared.mutex);
}

struct sender {
    resock_link* link;
    unsigned accepted;
};

/* Until the link or its hub is freed by another thread. */
static void* send_on(void* argument) {
    struct sender* self = argument;
    int32_t status = RESOCK_OK;
    while (status == RESOCK_OK || status == RESOCK_QUEUE_FULL) {
        status = resock_link_send(self->link, "flowing", 7, 0, 0, NULL);
        self->accepted += status == RESOCK_OK;
    }
    CHECK(status == RESOCK_HANDLE || status == RESOCK_CLOSED);
    return NULL;
}

/* Freed while other threads send, poll and wait. */
static void freed_in_traffic(const char* io_threads, int hub_first) {
    resock_hub* hub = make_hub(io_threads);
    struct sender senders[3];
    pthread_t started[3];
    int i;
    for (i = 0; i < 3; ++i) {
        senders[i].accepted = 0;
        senders[i].link = i < 2 ? open_echo(hub) : senders[1].link;
        CHECK(pthread_create(&started[i], NULL, send_on, &senders[i]) == 0);
    }
    for (i = 0; i < 100; ++i)
        skip_to(hub, RESOCK_EVENT_MESSAGE);
    if (hub_first) resock_hub_free(hub);
    for (i = 0; i < 2; ++i)
        resock_link_free(senders[i].link);
    for (i = 0; i < 3; ++i)
        CHECK(pthread_join(started[i], NULL) == 0);
    CHECK(senders[0].accepted + senders[1].accepted + senders[2].accepted >= 100);
    if (!hub_first) resock_hub_free(hub);
}

void test_threads(void) {
    static const char* const io_threads[] = {"0", "1", "2"};
    int i;
    for (i = 0; i < 3; ++i) {
        at_once(io_threads[i]);
        freed_in_traffic(io_threads[i], 0);
        freed_in_traffic(io_threads[i], 1);
    }
}
