/* Ways to wait for events: one link, a descriptor, wake, and one poller at a time. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <poll.h>
#include <pthread.h>

/* Two links; each is polled for itself. */
static void one_link(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* links[2];
    resock_event* events[8];
    size_t count = 0, i;
    int which;
    links[0] = open_echo(hub);
    links[1] = open_echo(hub);
    for (which = 1; which >= 0; --which) {
        uint64_t id = 0;
        int messages = 0;
        CHECK_OK(resock_link_id(links[which], &id));
        CHECK_OK(resock_link_send(links[which], "x", 1, 0, 0, NULL));
        while (messages == 0) {
            CHECK_OK(resock_link_poll(links[which], DEADLINE_MS, 8, events, &count));
            CHECK(count > 0);
            for (i = 0; i < count; ++i) {
                CHECK(resock_event_link_id(events[i]) == id);
                messages += resock_event_kind(events[i]) == RESOCK_EVENT_MESSAGE;
                resock_event_free(events[i]);
            }
        }
    }
    resock_link_free(links[0]);
    resock_link_free(links[1]);
    resock_hub_free(hub);
}

static int readable(int fd, int timeout_ms) {
    struct pollfd waits;
    waits.fd = fd;
    waits.events = POLLIN;
    waits.revents = 0;
    CHECK(poll(&waits, 1, timeout_ms) >= 0);
    return (waits.revents & POLLIN) != 0;
}

static void drain(resock_hub* hub) {
    resock_event* events[16];
    size_t count = 1, i;
    while (count > 0) {
        CHECK_OK(resock_hub_poll(hub, 0, 16, events, &count));
        for (i = 0; i < count; ++i)
            resock_event_free(events[i]);
    }
}

static void descriptor(void) {
    resock_hub* hub = make_hub("1");
    resock_link* link = NULL;
    int32_t fd = 0, again = 0;
    CHECK_OK(resock_hub_fd(hub, &fd));
    CHECK_OK(resock_hub_fd(hub, &again));
    CHECK(fd >= 0 && fd == again);
    CHECK(!readable(fd, 0));
    link = open_link(hub, make_options("echo:", "confirm", "app", (char*)NULL), 0);
    CHECK(readable(fd, (int)DEADLINE_MS)); /* OPEN */
    CHECK(readable(fd, 0));                /* level-triggered */
    drain(hub);
    CHECK(!readable(fd, 0));
    CHECK_OK(resock_link_send(link, "x", 1, 0, 0, NULL));
    CHECK(readable(fd, (int)DEADLINE_MS));
    skip_to(hub, RESOCK_EVENT_MESSAGE);
    drain(hub);
    CHECK(!readable(fd, 0));
    CHECK_OK(resock_hub_wake(hub));
    CHECK(readable(fd, 0));
    drain(hub); /* finds nothing: that was the wake */
    CHECK(!readable(fd, 0));
    resock_link_free(link);
    resock_hub_free(hub);
}

static void driven_has_none(void) {
    resock_hub* hub = make_hub("0");
    int32_t fd = 5;
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_hub_fd(hub, &fd));
    CHECK(fd == -1);
    CHECK_PART("io.threads=1", resock_last_error());
    resock_hub_free(hub);
}

struct poller {
    resock_hub* hub;
    resock_link* link; /* NULL: polls the hub */
    int32_t status;
    size_t count;
};

static void* poll_for_ever(void* argument) {
    struct poller* self = argument;
    resock_event* event = NULL;
    do /* BUSY: the other thread, which looks whether we are here, was just inside */
        self->status = self->link
                           ? resock_link_poll(self->link, RESOCK_FOREVER, 1, &event, &self->count)
                           : resock_hub_poll(self->hub, RESOCK_FOREVER, 1, &event, &self->count);
    while (self->status == RESOCK_BUSY);
    resock_event_free(event);
    return NULL;
}

/* Returns when the poller is inside its call: only then is a second one refused. */
static pthread_t start_poller(struct poller* poller) {
    pthread_t thread;
    size_t count = 0;
    resock_event* event = NULL;
    int32_t status = RESOCK_OK;
    CHECK(pthread_create(&thread, NULL, poll_for_ever, poller) == 0);
    while (status != RESOCK_BUSY) {
        status = poller->link ? resock_link_poll(poller->link, 0, 1, &event, &count)
                              : resock_hub_poll(poller->hub, 0, 1, &event, &count);
        CHECK(status == RESOCK_BUSY || (status == RESOCK_OK && count == 0));
    }
    return thread;
}

/* What ends a wait: wake, hub_free; of a link's queue also link_free. */
static void ended_waits(const char* io_threads) {
    struct poller poller = {NULL, NULL, 1, 1};
    pthread_t thread;
    poller.hub = make_hub(io_threads);
    thread = start_poller(&poller);
    CHECK_OK(resock_hub_wake(poller.hub));
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(poller.status == RESOCK_OK && poller.count == 0);

    thread = start_poller(&poller);
    resock_hub_free(poller.hub);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(poller.status == RESOCK_CLOSED);

    poller.hub = make_hub(io_threads);
    poller.link = open_link(poller.hub, make_options("echo:", (char*)NULL), 0);
    skip_to(poller.hub, RESOCK_EVENT_OPEN);
    thread = start_poller(&poller);
    resock_link_free(poller.link);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(poller.status == RESOCK_CLOSED);
    resock_hub_free(poller.hub);
}

/* A wake while nobody waits ends the next wait. */
static void wake_before(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_event* event = NULL;
    size_t count = 9;
    CHECK_OK(resock_hub_wake(hub));
    CHECK_OK(resock_hub_poll(hub, RESOCK_FOREVER, 1, &event, &count));
    CHECK(count == 0 && event == NULL);
    CHECK_OK(resock_hub_poll(hub, 1, 1, &event, &count)); /* the time limit */
    CHECK(count == 0);
    resock_hub_free(hub);
}

/* A full event queue stops reading, and nothing is lost. */
static void slow_poller(const char* io_threads) {
    enum { messages = 2000 };
    resock_hub* hub = make_hub(io_threads);
    resock_link* link =
        open_link(hub, make_options("echo:", "events.messages", "10", (char*)NULL), 0);
    int i;
    for (i = 0; i < messages; ++i)
        CHECK_OK(resock_link_send(link, (const char*)&i, sizeof i, 0, 0, NULL));
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_WRITTEN, DEADLINE_MS));
    for (i = 0; i < messages; ++i) {
        resock_event* event = wait_for(hub, RESOCK_EVENT_MESSAGE);
        check_message(event, (const char*)&i, sizeof i, 0);
        resock_event_free(event);
    }
    wait_confirmed(hub, RESOCK_LEVEL_RECEIVED, messages);
    resock_link_free(link);
    resock_hub_free(hub);
}

void test_polling(void) {
    static const char* const io_threads[] = {"0", "1"};
    int i;
    descriptor();
    driven_has_none();
    for (i = 0; i < 2; ++i) {
        one_link(io_threads[i]);
        ended_waits(io_threads[i]);
        wake_before(io_threads[i]);
        slow_poller(io_threads[i]);
    }
}
