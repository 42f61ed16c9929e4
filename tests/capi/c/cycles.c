/* Nothing grows when hubs and links come and go, and running out of descriptors is an error. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define MAY_LACK_DESCRIPTORS 0 /* the sanitizers look at memory through pipes of their own */
#else
#define MAY_LACK_DESCRIPTORS 1
#endif

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

/* Without a descriptor left: RESOCK_IO with the system's reason; with them again all is well. */
static void no_descriptors(const char* io_threads) {
    struct rlimit before, none;
    resock_options* options = make_options("echo:", (char*)NULL);
    resock_options* of_hub = NULL;
    resock_hub* hub = NULL;
    resock_link* link = NULL;
    int32_t status;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_HUB, &of_hub));
    CHECK_OK(resock_options_set(of_hub, "io.threads", io_threads, NULL));
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none = before;
    none.rlim_cur = 0;
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    status = resock_hub_create(of_hub, &hub, NULL);
    if (status == RESOCK_OK) status = resock_link_open(hub, options, 0, &link, NULL);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_STATUS(RESOCK_IO, status);
    CHECK(link == NULL);
    CHECK_PART("Too many open files", resock_last_error());
    resock_hub_free(hub);
    resock_options_free(options);
    resock_options_free(of_hub);
    cycle(io_threads, 1);
}

void test_cycles(void) {
    if (MAY_LACK_DESCRIPTORS) {
        no_descriptors("0");
        no_descriptors("1");
    }
    hubs("0");
    hubs("1");
    of_one_hub("0");
    of_one_hub("1");
}
