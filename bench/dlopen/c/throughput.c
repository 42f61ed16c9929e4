/* throughput URL MESSAGES [NAME=VALUE...]: how many messages of 64 bytes come back each second,
 * with 1,000 sent and not yet back. A quarter of MESSAGES goes ahead, unmeasured. Options of the
 * link. Prints one line of JSON; `wrong` counts what is not the next message. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "packed.h"

enum { message_size = 64, in_flight = 1000, option_capacity = 128 };

static struct resock_dl resock;

struct run {
    uint64_t warm_up, total, sent, arrived, wrong;
    double from_s;
};

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check(int32_t status) {
    if (status == RESOCK_OK) return;
    fprintf(stderr, "throughput: %s\n",
            status == RESOCK_NO_MEMORY ? "out of memory" : resock.last_error());
    exit(1);
}

static void set_options(resock_options* options, int count, char** settings) {
    for (int i = 0; i < count; ++i) {
        char name[option_capacity];
        const char* const value = strchr(settings[i], '=');
        if (value == NULL || value - settings[i] >= option_capacity) {
            fprintf(stderr, "throughput: '%s' is not NAME=VALUE\n", settings[i]);
            exit(2);
        }
        memcpy(name, settings[i], (size_t)(value - settings[i]));
        name[value - settings[i]] = '\0';
        check(resock.options_set(options, name, value + 1, NULL));
    }
}

static resock_link* open_link(resock_hub* hub, const char* url, int count, char** settings) {
    resock_options* options = NULL;
    resock_link* link = NULL;
    check(resock.options_create(RESOCK_SCOPE_LINK, &options));
    check(resock.options_set(options, "url", url, NULL));
    set_options(options, count, settings);
    check(resock.link_open(hub, options, 0, &link, NULL));
    resock.options_free(options);
    return link;
}

/* A message begins with its number. What the queue refuses stays in `messages`. */
static void send_more(struct run* run, resock_link* link, struct packed_messages* messages) {
    char message[message_size] = {0};
    for (; run->sent < run->total && run->sent - run->arrived < in_flight; ++run->sent) {
        memcpy(message, &run->sent, sizeof run->sent);
        check(packed_append(messages, message, sizeof message, 0));
    }
    const int32_t status = messages->bytes > 0 ? packed_send(&resock, link, messages, NULL) : 0;
    if (status != RESOCK_QUEUE_FULL) check(status);
}

static void handle(struct run* run, const struct packed_event* event) {
    if (event->kind == RESOCK_EVENT_CLOSED) {
        fprintf(stderr, "throughput: %.*s\n", (int)event->size, event->text);
        exit(1);
    }
    if (event->kind != RESOCK_EVENT_MESSAGE) return;
    run->wrong += event->size != message_size || packed_number(event->text, 8) != run->arrived;
    if (++run->arrived == run->warm_up) run->from_s = now_s();
}

static void measure(struct run* run, resock_hub* hub, resock_link* link) {
    struct packed_events events = {0};
    struct packed_messages messages = {0};
    struct packed_event event;
    run->from_s = now_s();
    while (run->arrived < run->total) {
        send_more(run, link, &messages);
        check(packed_poll(&resock, hub, RESOCK_FOREVER, &events));
        while (packed_next(&events, &event))
            handle(run, &event);
    }
    packed_events_free(&events);
    packed_messages_free(&messages);
}

int main(int argc, char** argv) {
    char error[512];
    resock_hub* hub = NULL;
    struct run run = {0};
    const uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    if (count == 0) {
        fputs("usage: throughput URL MESSAGES [NAME=VALUE...]\n", stderr);
        return 2;
    }
    if (resock_dl_load(&resock, NULL, error, sizeof error)) {
        fprintf(stderr, "throughput: %s\n", error);
        return 1;
    }
    run.warm_up = count / 4;
    run.total = run.warm_up + count;
    check(resock.hub_create(NULL, &hub, NULL));
    resock_link* const link = open_link(hub, argv[1], argc - 3, argv + 3);
    measure(&run, hub, link);
    const double seconds = now_s() - run.from_s;
    printf("{\"messages\": %llu, \"seconds\": %.6f, \"messages_per_s\": %.0f, \"wrong\": %llu}\n",
           (unsigned long long)count, seconds, (double)count / seconds,
           (unsigned long long)run.wrong);
    resock.link_free(link);
    resock.hub_free(hub);
    return 0;
}
