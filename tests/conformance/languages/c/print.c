/* The canonical form of events. */
#include "driver.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST_SHOWN = 32 };

static void text(const char* name, const char* value) {
    printf(" %s=\"", name);
    for (; *value != '\0'; ++value)
        printf(*value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    putchar('"');
}

static void truth(const char* name, int value) {
    printf(" %s=%s", name, value ? "true" : "false");
}

static void number(const char* name, uint64_t value) {
    if (value == RESOCK_UNKNOWN)
        printf(" %s=-", name);
    else
        printf(" %s=%" PRIu64, name, value);
}

static void code(const char* name, uint64_t value) {
    number(name, value == 0 ? RESOCK_UNKNOWN : value);
}

static uint32_t fnv1a(const unsigned char* data, size_t size) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; ++i)
        hash = (hash ^ data[i]) * 16777619u;
    return hash;
}

static void print_message(const resock_event* event) {
    const unsigned char* data = (const unsigned char*)resock_event_data(event);
    const size_t size = resock_event_size(event);
    const int is_text = (resock_event_flags(event) & RESOCK_MESSAGE_TEXT) != 0;
    printf("MESSAGE %s ", is_text ? "text" : "binary");
    if (size > MOST_SHOWN) {
        printf("bytes=%zu fnv1a=%08" PRIx32, size, fnv1a(data, size));
    } else {
        putchar('"');
        for (size_t i = 0; i < size; ++i)
            printf(is_text ? "%c" : "%02x", data[i]);
        putchar('"');
    }
    code("number", resock_event_id(event));
}

static void print_record(const resock_event* event) {
    number("layer", resock_event_layer(event));
    number("caused_by", resock_event_culprit(event));
    code("cause", resock_event_cause(event));
    code("close_code", resock_event_close_code(event));
    text("close_reason", resock_event_close_reason(event));
    truth("closed_by_us", resock_event_closed_by_us(event));
    code("http_status", resock_event_http_status(event));
    code("errno", (uint64_t)resock_event_errno(event));
    text("detail", resock_event_detail(event));
    text("host", resock_event_host(event));
    number("up_ms", resock_event_up_ms(event));
    number("rtt_us", resock_event_rtt_us(event));
    number("silent_ms", resock_event_silence_ms(event));
    number("verdict", resock_event_verdict(event));
    number("delay_ms", resock_event_delay_ms(event));
    number("attempt", resock_event_attempt(event));
    number("connection", resock_event_id(event));
    truth("limits_reached", resock_event_limits_reached(event));
    number("message_id", resock_event_message_id(event));
    text("why", resock_event_why(event));
}

static void print_open(const resock_event* event) {
    text("address", resock_event_address(event));
    text("tls", resock_event_tls(event));
    text("subprotocol", resock_event_subprotocol(event));
    number("connection", resock_event_id(event));
    number("attempt", resock_event_attempt(event));
    number("downtime_ms", resock_event_downtime_ms(event));
    truth("resumed", resock_event_resumed(event));
}

void print_event(const resock_event* event) {
    switch (resock_event_kind(event)) {
    case RESOCK_EVENT_MESSAGE:
        print_message(event);
        break;
    case RESOCK_EVENT_OPEN:
        printf("OPEN");
        print_open(event);
        break;
    case RESOCK_EVENT_DOWN:
        printf("DOWN");
        truth("was_open", resock_event_was_open(event));
        print_record(event);
        break;
    case RESOCK_EVENT_CLOSED:
        printf("CLOSED");
        print_record(event);
        break;
    case RESOCK_EVENT_CREDENTIALS:
        printf("CREDENTIALS");
        number("attempt", resock_event_attempt(event));
        code("http_status", resock_event_http_status(event));
        code("close_code", resock_event_close_code(event));
        break;
    case RESOCK_EVENT_LOST:
        printf("LOST");
        number("reason", resock_event_reason(event));
        truth("begun_anew", resock_event_begun_anew(event));
        text("text", resock_event_text(event));
        break;
    default:
        fail("an event that no queue has");
    }
    putchar('\n');
}
