/* Reads commands, one a line, and answers each with lines and a line with a dot. */
#define _POSIX_C_SOURCE 200809L
#include "driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next word; *line goes on behind it. */
static char* word(char** line) {
    char* begin = *line;
    char* end = begin + strcspn(begin, " ");
    *line = *end == '\0' ? end : end + 1;
    *end = '\0';
    return begin;
}

static void told(int32_t status) {
    if (status != RESOCK_OK) printf("ERROR %s\n", resock_status_name(status) + strlen("RESOCK_"));
}

static uint32_t level_of(const char* name) {
    static const char* const names[] = {"stored", "written", "received", "processed"};
    for (uint32_t i = 0; i < 4; ++i)
        if (strcmp(names[i], name) == 0) return i + 1;
    fail("an unknown level");
    return 0;
}

static void add_option(struct state* state, char* line) {
    if (state->options == NULL) resock_options_create(RESOCK_SCOPE_LINK, &state->options);
    const char* name = word(&line);
    const int32_t status = resock_options_set(state->options, name, line, NULL);
    if (state->options_status == RESOCK_OK) state->options_status = status;
}

static void end_options(struct state* state) {
    resock_options_free(state->options);
    state->options = NULL;
    state->options_status = RESOCK_OK;
}

static void open_link(struct state* state) {
    int32_t status = state->options_status;
    if (status == RESOCK_OK) status = resock_hub_create(NULL, &state->hub, NULL);
    if (status == RESOCK_OK)
        status = resock_link_open(state->hub, state->options, 0, &state->link, NULL);
    told(status);
    end_options(state);
}

static void send_message(struct state* state, char* line) {
    char* flags = word(&line);
    uint32_t bits = strstr(flags, "unkept") ? RESOCK_SEND_UNKEPT : 0;
    if (strstr(flags, "flush")) bits |= RESOCK_SEND_FLUSH;
    const char* ttl = strstr(flags, "ttl=");
    const uint32_t ttl_ms = ttl == NULL ? 0 : (uint32_t)strtoul(ttl + strlen("ttl="), NULL, 10);
    size_t size = 0;
    char* data = read_data(line, &size, &bits);
    uint64_t id = 0;
    const int32_t status = resock_link_send(state->link, data, size, bits, ttl_ms, &id);
    free(data);
    told(status);
    if (status == RESOCK_OK) printf("SENT %" PRIu64 "\n", id);
}

static void set_greeting(struct state* state, char* line) {
    const char* key = word(&line);
    size_t size = 0;
    uint32_t flags = 0;
    char* data = read_data(line, &size, &flags);
    told(resock_link_greeting_set(state->link, key, strlen(key), data, size, flags));
    free(data);
}

static void print_next(struct state* state, struct queue* queue) {
    resock_event* event = next_of(state, queue);
    if (event == NULL) fail("CLOSED has come: there is no further one");
    print_event(event);
    resock_event_free(event);
}

/* What is left, up to CLOSED. */
static void print_rest(struct state* state) {
    struct queue* const queues[] = {&state->events, &state->messages};
    for (size_t i = 0; i < 2; ++i) {
        resock_event* event = NULL;
        while ((event = next_of(state, queues[i])) != NULL) {
            print_event(event);
            resock_event_free(event);
        }
    }
}

static void set_option(struct state* state, char* line) {
    const char* name = word(&line);
    told(resock_link_set(state->link, name, line, NULL));
}

static void close_link(struct state* state, char* line) {
    const uint32_t code = (uint32_t)strtoul(word(&line), NULL, 10);
    told(resock_link_close(state->link, code, line, strlen(line)));
}

static void wait_outcome(struct state* state, char* line) {
    const uint64_t id = strtoull(word(&line), NULL, 10);
    print_outcome(state, id, level_of(line));
}

static void confirm(struct state* state, char* line) {
    const uint64_t id = strtoull(word(&line), NULL, 10);
    told(resock_link_confirm(state->link, id, strcmp(line, "through") == 0));
}

static void flush(struct state* state, char* line) {
    const int32_t status = resock_link_flush(state->link, level_of(line), RESOCK_FOREVER);
    told(status);
    if (status == RESOCK_OK) printf("FLUSHED %s\n", line);
}

static void print_state(struct state* state) {
    uint32_t value = 0;
    told(resock_link_state(state->link, &value));
    printf("STATE state=%" PRIu32 "\n", value);
}

static void give_credentials(struct state* state, uint64_t request_id) {
    told(resock_link_credentials(state->link, request_id, state->options));
    end_options(state);
}

/* Commands about the link as a whole; 0: it is none of them. */
static int control(struct state* state, const char* command, char* line) {
    if (strcmp(command, "credentials") == 0)
        give_credentials(state, state->request_id);
    else if (strcmp(command, "credentials-unasked") == 0)
        give_credentials(state, 0);
    else if (strcmp(command, "greeting") == 0)
        set_greeting(state, line);
    else if (strcmp(command, "greeting-remove") == 0)
        told(resock_link_greeting_remove(state->link, line, strlen(line)));
    else if (strcmp(command, "ready") == 0)
        told(resock_link_ready(state->link));
    else if (strcmp(command, "retry-now") == 0)
        told(resock_link_retry_now(state->link));
    else if (strcmp(command, "set") == 0)
        set_option(state, line);
    else if (strcmp(command, "state") == 0)
        print_state(state);
    else
        return 0;
    return 1;
}

static void obey(struct state* state, char* line) {
    const char* command = word(&line);
    if (strcmp(command, "option") == 0)
        add_option(state, line);
    else if (strcmp(command, "open") == 0)
        open_link(state);
    else if (strcmp(command, "send") == 0)
        send_message(state, line);
    else if (strcmp(command, "event") == 0)
        print_next(state, &state->events);
    else if (strcmp(command, "message") == 0)
        print_next(state, &state->messages);
    else if (strcmp(command, "outcome") == 0)
        wait_outcome(state, line);
    else if (strcmp(command, "writable") == 0)
        wait_until_writable(state);
    else if (strcmp(command, "confirm") == 0)
        confirm(state, line);
    else if (strcmp(command, "flush") == 0)
        flush(state, line);
    else if (strcmp(command, "close") == 0)
        close_link(state, line);
    else if (strcmp(command, "rest") == 0)
        print_rest(state);
    else if (strcmp(command, "free") == 0)
        reset(state);
    else if (!control(state, command, line))
        fail("an unknown command");
}

int main(void) {
    static struct state state;
    char* line = NULL;
    size_t capacity = 0;
    ssize_t length = 0;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        line[length - 1] = '\0';
        obey(&state, line);
        puts(".");
        fflush(stdout);
    }
    free(line);
    reset(&state);
    return 0;
}
