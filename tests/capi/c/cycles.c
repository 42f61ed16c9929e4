/* Nothing grows when hubs and links come and go. */
#include "check.h"

static void cycle(const char* io_threads, int open_first) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_echo(hub);
    if (open_first) skip_to(hub, RESOCK_EVENT_OPEN);
    resock_link_send(link, "x", 1, 0, 0, NULL);
    if (open_first) resock_link_free(link);
    resock_hub_free(hub);
    if (!open_first) resock_link_free(link);
}

static void hubs(const char* io_threads) {
    int i, before = 0;
    for (i = 0; i < 1000; ++i) {
        cycle(io_threads, i % 2);
        if (i == 10) before = open_descriptors();
    }
    CHECK(open_descriptors() == before);
}

/* Of one hub: links that are used, closed by half of them, and freed with events not polled. */
static void of_one_hub(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    int i, before = 0;
    for (i = 0; i < 1000; ++i) {
        resock_link* link = open_echo(hub);
        CHECK_OK(resock_link_send(link, "x", 1, 0, 0, NULL));
        skip_to(hub, RESOCK_EVENT_MESSAGE);
        if (i % 2) CHECK_OK(resock_link_close(link, 1000, NULL, 0));
        resock_link_free(link);
        if (i == 10) before = open_descriptors();
    }
    CHECK(open_descriptors() == before);
    resock_hub_free(hub);
}

void test_cycles(void) {
    hubs("0");
    hubs("1");
    of_one_hub("0");
    of_one_hub("1");
}
