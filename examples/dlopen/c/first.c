/* Sends "hello" and prints what comes back, with a libresock that is loaded at run time.
 *
 *     cc -std=c99 first.c packed.c resock_dl.c -o first -ldl
 *     ./first [URL [LIBRARY]]
 *
 * URL: "echo:" if not given. LIBRARY: $RESOCK_LIBRARY, else libresock.so.0. */
#include <stdio.h>

#include "packed.h"

static struct resock_dl resock;

static int fail(void) {
    fprintf(stderr, "first: %s\n", resock.last_error());
    return -1;
}

static int open_link(resock_hub* hub, const char* url, resock_link** out_link) {
    resock_options* options = NULL;
    const int failed = resock.options_create(RESOCK_SCOPE_LINK, &options) ||
                       resock.options_set(options, "url", url, NULL) ||
                       resock.link_open(hub, options, 0, out_link, NULL);
    if (failed) fail();
    resock.options_free(options);
    return failed ? -1 : 0;
}

static int handle(resock_link* link, const struct packed_event* event) {
    switch (event->kind) {
    case RESOCK_EVENT_MESSAGE:
        printf("arrived: %.*s\n", (int)event->size, event->text);
        /* Waits until everything is confirmed. */
        return resock.link_close(link, 1000, NULL, 0) ? fail() : 0;
    case RESOCK_EVENT_DOWN: /* connects again by itself */
    case RESOCK_EVENT_LOG:
        fprintf(stderr, "%.*s\n", (int)event->size, event->text);
        return 0;
    default:
        return 0;
    }
}

/* Until CLOSED, the last event of the link. */
static int run(resock_hub* hub, resock_link* link) {
    struct packed_events events = {0};
    struct packed_event event = {0};
    int failed = 0;
    while (!failed && event.kind != RESOCK_EVENT_CLOSED) {
        if (packed_poll(&resock, hub, RESOCK_FOREVER, &events)) failed = fail();
        while (!failed && packed_next(&events, &event))
            failed = handle(link, &event);
    }
    packed_events_free(&events);
    return failed;
}

int main(int argc, char** argv) {
    char error[512];
    resock_hub* hub = NULL;
    resock_link* link = NULL;
    if (resock_dl_load(&resock, argc > 2 ? argv[2] : NULL, error, sizeof error)) {
        fprintf(stderr, "first: %s\n", error);
        return 1;
    }
    int failed = resock.hub_create(NULL, &hub, NULL) ? fail() : 0;
    if (!failed) failed = open_link(hub, argc > 1 ? argv[1] : "echo:", &link);
    /* Kept until it is confirmed, sent again after a break. */
    if (!failed && resock.link_send(link, "hello", 5, RESOCK_SEND_TEXT, 0, NULL)) failed = fail();
    if (!failed) failed = run(hub, link);
    resock.link_free(link);
    resock.hub_free(hub);
    resock_dl_unload(&resock);
    return failed ? 1 : 0;
}
