/* cycles N: makes a hub and a link, sends, receives, closes and frees, N times; prints "ready" and
 * waits for a line; likewise once more. What a cycle leaves behind can be seen between the two. */
#include <stdio.h>
#include <stdlib.h>

#include "packed.h"

static struct resock_dl resock;

static void check(int32_t status) {
    if (status == RESOCK_OK) return;
    fprintf(stderr, "cycles: %s\n", resock.last_error());
    exit(1);
}

static void follow(resock_hub* hub, resock_link* link) {
    struct packed_events events = {0};
    struct packed_event event = {0};
    while (event.kind != RESOCK_EVENT_CLOSED) {
        check(packed_poll(&resock, hub, RESOCK_FOREVER, &events));
        while (packed_next(&events, &event))
            if (event.kind == RESOCK_EVENT_MESSAGE) check(resock.link_close(link, 1000, NULL, 0));
    }
    packed_events_free(&events);
}

static void cycle(void) {
    resock_options* options = NULL;
    resock_hub* hub = NULL;
    resock_link* link = NULL;
    check(resock.options_create(RESOCK_SCOPE_LINK, &options));
    check(resock.options_set(options, "url", "echo:", NULL));
    check(resock.hub_create(NULL, &hub, NULL));
    check(resock.link_open(hub, options, 0, &link, NULL));
    check(resock.link_send(link, "hello", 5, RESOCK_SEND_TEXT, 0, NULL));
    follow(hub, link);
    resock.link_free(link);
    resock.hub_free(hub);
    resock.options_free(options);
}

int main(int argc, char** argv) {
    char error[512];
    const long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    if (resock_dl_load(&resock, NULL, error, sizeof error)) {
        fprintf(stderr, "cycles: %s\n", error);
        return 1;
    }
    for (int round = 0; round < 2; ++round) {
        for (long i = 0; i < count; ++i)
            cycle();
        puts("ready");
        fflush(stdout);
        if (getchar() == EOF) return 1;
    }
    return 0;
}
