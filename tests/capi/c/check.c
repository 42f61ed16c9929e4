#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void check_true(int held, const char* what, const char* file, int line) {
    if (held) return;
    fprintf(stderr, "%s:%d: does not hold: %s (last error: %s)\n", file, line, what,
            resock_last_error());
    exit(1);
}

void check_status(int32_t expected, int32_t got, const char* what, const char* file, int line) {
    if (expected == got) return;
    fprintf(stderr, "%s:%d: %s gave %s, expected %s (last error: %s)\n", file, line, what,
            resock_status_name(got), resock_status_name(expected), resock_last_error());
    exit(1);
}

void check_text(const char* expected, const char* got, const char* what, const char* file,
                int line) {
    if (got && strcmp(expected, got) == 0) return;
    fprintf(stderr, "%s:%d: %s is \"%s\", expected \"%s\"\n", file, line, what, got ? got : "NULL",
            expected);
    exit(1);
}

void check_part(const char* part, const char* text, const char* what, const char* file, int line) {
    if (text && strstr(text, part)) return;
    fprintf(stderr, "%s:%d: %s is \"%s\", which does not hold \"%s\"\n", file, line, what,
            text ? text : "NULL", part);
    exit(1);
}

resock_hub* make_hub(const char* io_threads) {
    resock_options* options = NULL;
    resock_hub* hub = NULL;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_HUB, &options));
    CHECK_OK(resock_options_set(options, "io.threads", io_threads, NULL));
    CHECK_OK(resock_hub_create(options, &hub, NULL));
    resock_options_free(options);
    CHECK(hub != NULL);
    return hub;
}

resock_options* make_options(const char* url, ...) {
    resock_options* options = NULL;
    const char* name = NULL;
    va_list rest;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LINK, &options));
    CHECK_OK(resock_options_set(options, "url", url, NULL));
    va_start(rest, url);
    while ((name = va_arg(rest, const char*)) != NULL)
        CHECK_OK(resock_options_set(options, name, va_arg(rest, const char*), NULL));
    va_end(rest);
    return options;
}

resock_link* open_link(resock_hub* hub, resock_options* options_freed_here, uint64_t user) {
    resock_link* link = NULL;
    CHECK_OK(resock_link_open(hub, options_freed_here, user, &link, NULL));
    resock_options_free(options_freed_here);
    CHECK(link != NULL);
    return link;
}

resock_link* open_echo(resock_hub* hub) {
    return open_link(hub, make_options("echo:", (char*)NULL), 0);
}

resock_listener* open_listener(resock_hub* hub, ...) {
    resock_options* options = NULL;
    resock_listener* listener = NULL;
    const char* name = NULL;
    va_list rest;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LISTENER, &options));
    CHECK_OK(resock_options_set(options, "listen.url", "ws://127.0.0.1:0", NULL));
    va_start(rest, hub);
    while ((name = va_arg(rest, const char*)) != NULL)
        CHECK_OK(resock_options_set(options, name, va_arg(rest, const char*), NULL));
    va_end(rest);
    CHECK_OK(resock_listener_open(hub, options, &listener, NULL));
    CHECK(listener != NULL);
    resock_options_free(options);
    return listener;
}

resock_link* connect_to(resock_hub* hub, resock_listener* listener, uint64_t user) {
    char* address = NULL;
    char url[128];
    CHECK_OK(resock_listener_address(listener, 0, &address));
    snprintf(url, sizeof url, "%s/chat?room=1", address);
    resock_string_free(address);
    return open_link(hub,
                     make_options(url, "reconnect.attempts", "0", "http.header", "X-Trace: 7",
                                  "http.subprotocols", "chat", (char*)NULL),
                     user);
}

resock_event* wait_for(resock_hub* hub, uint32_t kind) {
    for (;;) {
        resock_event* event = NULL;
        size_t count = 0;
        CHECK_OK(resock_hub_poll(hub, DEADLINE_MS, 1, &event, &count));
        CHECK(count == 1);
        if (resock_event_kind(event) == kind) return event;
        CHECK(resock_event_kind(event) != RESOCK_EVENT_CLOSED);
        resock_event_free(event);
    }
}

void skip_to(resock_hub* hub, uint32_t kind) {
    resock_event_free(wait_for(hub, kind));
}

void wait_confirmed(resock_hub* hub, uint32_t level, uint64_t id) {
    int reached = 0;
    while (!reached) {
        resock_event* event = wait_for(hub, RESOCK_EVENT_CONFIRMED);
        CHECK(resock_event_id(event) <= id);
        reached = resock_event_level(event) == level && resock_event_id(event) == id;
        resock_event_free(event);
    }
}

void check_message(const resock_event* event, const char* data, size_t size, int text) {
    CHECK(resock_event_kind(event) == RESOCK_EVENT_MESSAGE);
    CHECK(resock_event_size(event) == size);
    CHECK(size == 0 || memcmp(resock_event_data(event), data, size) == 0);
    CHECK(resock_event_flags(event) == (text ? RESOCK_MESSAGE_TEXT : 0));
}

const char* refused_url(void) {
    static char url[64];
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int bound;
    if (url[0]) return url;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bound = socket(AF_INET, SOCK_STREAM, 0); /* bound and not listening: refused, and not reused */
    CHECK(bound >= 0);
    CHECK(bind(bound, (struct sockaddr*)&address, sizeof address) == 0);
    CHECK(getsockname(bound, (struct sockaddr*)&address, &size) == 0);
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/", (unsigned)ntohs(address.sin_port));
    return url;
}

int open_descriptors(void) {
    int count = 0;
    DIR* all = opendir("/proc/self/fd");
    CHECK(all != NULL);
    while (readdir(all))
        ++count;
    closedir(all);
    return count;
}
