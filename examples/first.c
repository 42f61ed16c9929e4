#include <resock/resock.h>
#include <stdio.h>

static int fail(void) {
    fprintf(stderr, "%s\n", resock_last_error());
    return 1;
}

int main(int argc, char** argv) {
    resock_options* options = NULL;
    resock_hub* hub = NULL;
    resock_link* link = NULL;
    resock_event* event = NULL;
    size_t count = 0;
    uint32_t kind = 0;
    const char* url = argc > 1 ? argv[1] : "echo:";

    if (resock_options_create(RESOCK_SCOPE_LINK, &options)) return fail();
    if (resock_options_set(options, "url", url, NULL)) return fail();
    if (resock_hub_create(NULL, &hub, NULL)) return fail();
    if (resock_link_open(hub, options, 0, &link, NULL)) return fail();
    if (resock_link_send(link, "hello", 5, RESOCK_SEND_TEXT, 0, NULL)) return fail();

    while (kind != RESOCK_EVENT_CLOSED) {
        if (resock_hub_poll(hub, RESOCK_FOREVER, 1, &event, &count)) return fail();
        if (count == 0) continue;
        kind = resock_event_kind(event);
        if (kind == RESOCK_EVENT_MESSAGE) {
            printf("arrived: %.*s\n", (int)resock_event_size(event), resock_event_data(event));
            resock_link_close(link, 1000, NULL, 0);
        } else if (kind == RESOCK_EVENT_DOWN) {
            fprintf(stderr, "%s\n", resock_event_why(event));
        }
        resock_event_free(event);
    }
    resock_link_free(link);
    resock_hub_free(hub);
    resock_options_free(options);
    return 0;
}
