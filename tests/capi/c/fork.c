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

/* Over the network: from one end to the other. */
static void echo_once_over(resock_hub* hub, resock_link* from, resock_link* to) {
    resock_event* event = NULL;
    uint64_t id = 0;
    CHECK_OK(resock_link_id(to, &id));
    CHECK_OK(resock_link_send(from, "hello", 5, RESOCK_SEND_TEXT, 0, NULL));
    event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    CHECK(resock_event_link_id(event) == id);
    check_message(event, "hello", 5, 1);
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

static void use_parents_listener(resock_listener* listener, resock_event* accepted) {
    char* text = NULL;
    uint64_t id = 0;
    resock_link* link = NULL;
    CHECK_STATUS(RESOCK_FORKED, resock_listener_address(listener, 0, &text));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_accept(listener, 1, NULL, 0, &link));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_refuse(listener, 1, 403, NULL, NULL, 0));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_drain(listener, 1001, 0));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_close(listener));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_reload(listener, NULL));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_stats_json(listener, &text));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_history_json(listener, &text));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_id(listener, &id));
    CHECK_STATUS(RESOCK_FORKED, resock_listener_set_user(listener, 1));
    resock_event_free(accepted); /* its link is the parent's */
    resock_listener_free(listener);
}

/* The child's listener takes nothing from its parent's. */
static void listening(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_listener* listener = open_listener(hub, (char*)NULL);
    resock_link *client = connect_to(hub, listener, 0), *link = NULL;
    resock_event* accepted = wait_for(hub, RESOCK_EVENT_ACCEPTED);
    int status = -1;
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        resock_hub* own = make_hub("0");
        alarm(60);
        resock_listener_free(open_listener(own, (char*)NULL));
        use_parents_listener(listener, accepted);
        resock_hub_free(own);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    link = resock_event_take_link(accepted);
    CHECK(link != NULL);
    resock_event_free(accepted);
    echo_once_over(hub, client, link);
    resock_link_free(client);
    resock_link_free(link);
    resock_listener_free(listener);
    resock_hub_free(hub);
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
    listening("0");
    listening("1");
}
