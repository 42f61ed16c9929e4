/* A forked child is told so by every call on its parent's handles; the parent goes on. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define NEW_THREADS_AFTER_FORK 0 /* ThreadSanitizer does not allow them */
#else
#define NEW_THREADS_AFTER_FORK 1
#endif

static void echo_once(resock_hub* hub, resock_link* link, const char* text) {
    resock_event* event = NULL;
    CHECK_OK(resock_link_send(link, text, strlen(text), RESOCK_SEND_TEXT, 0, NULL));
    event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    check_message(event, text, strlen(text), 1);
    resock_event_free(event);
}

static void use_parents(resock_options* options, resock_hub* hub, resock_link* link) {
    resock_event* event = NULL;
    size_t count = 0;
    resock_link* made = NULL;
    CHECK_STATUS(RESOCK_FORKED, resock_options_set(options, "url", "echo:", NULL));
    CHECK_STATUS(RESOCK_FORKED, resock_hub_poll(hub, RESOCK_FOREVER, 1, &event, &count));
    CHECK_STATUS(RESOCK_FORKED, resock_hub_wake(hub));
    CHECK_STATUS(RESOCK_FORKED, resock_link_open(hub, options, 0, &made, NULL));
    CHECK_STATUS(RESOCK_FORKED, resock_link_send(link, "x", 1, 0, 0, NULL));
    CHECK_STATUS(RESOCK_FORKED, resock_link_flush(link, RESOCK_LEVEL_WRITTEN, RESOCK_FOREVER));
    CHECK_STATUS(RESOCK_FORKED, resock_link_close(link, 1000, NULL, 0));
    CHECK_PART("fork", resock_last_error());
    resock_link_free(link);
    resock_hub_free(hub);
    resock_options_free(options);
}

static void use_own(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_echo(hub);
    echo_once(hub, link, "from the child");
    resock_link_free(link);
    resock_hub_free(hub);
}

static void forked(const char* io_threads) {
    resock_options* options = make_options("echo:", (char*)NULL);
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = NULL;
    pid_t child;
    int status = -1;
    CHECK_OK(resock_link_open(hub, options, 0, &link, NULL));
    echo_once(hub, link, "before");
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(60); /* a child that hangs must not outlive the test */
        use_parents(options, hub, link);
        use_own("0");
        if (NEW_THREADS_AFTER_FORK) use_own("1");
        use_parents(options, hub, link); /* its own did not take their places */
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    echo_once(hub, link, "after");
    CHECK_OK(resock_link_close(link, 1000, NULL, 0));
    skip_to(hub, RESOCK_EVENT_CLOSED);
    resock_link_free(link);
    resock_hub_free(hub);
    resock_options_free(options);
}

void test_fork(void) {
    forked("0");
    forked("1");
}
