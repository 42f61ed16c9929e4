/* Packed records, read and written here by the table of resock.h alone. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

static uint64_t number(const unsigned char* at, size_t bytes) {
    uint64_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

static void put(unsigned char* at, uint64_t value, size_t bytes) {
    size_t i;
    for (i = 0; i < bytes; ++i)
        at[i] = (unsigned char)(value >> 8 * i);
}

/* Appends a message, returns the end. */
static unsigned char* pack(unsigned char* at, uint32_t flags, const char* data, size_t size) {
    const size_t whole = (16 + size + 7) / 8 * 8;
    memset(at, 0xAA, whole);
    put(at, whole, 4);
    put(at + 4, flags, 4);
    put(at + 8, 0, 4);
    put(at + 12, size, 4);
    memcpy(at + 16, data, size);
    return at + whole;
}

struct seen {
    unsigned messages, open, closed;
    uint64_t confirmed;
};

static void read_open(const unsigned char* at) {
    CHECK(number(at + 24, 8) == 1); /* connection */
    CHECK(number(at + 32, 8) == 0 && number(at + 40, 8) == 0 && number(at + 48, 8) == 0);
    CHECK(number(at + 56, 4) == 4 && number(at + 60, 4) == 0 && number(at + 64, 4) == 0);
    CHECK(memcmp(at + 72, "echo", 4) == 0);
}

static void read_message(const unsigned char* at, unsigned index) {
    static const char* const expected[] = {"text", "", "binary"};
    CHECK(number(at + 6, 2) == (index == 0 ? RESOCK_MESSAGE_TEXT : 0));
    CHECK(number(at + 32, 4) == 0);
    CHECK(number(at + 36, 4) == strlen(expected[index]));
    CHECK(memcmp(at + 40, expected[index], strlen(expected[index])) == 0);
}

static void read_closed(const unsigned char* at, size_t size) {
    const size_t strings =
        number(at + 120, 4) + number(at + 124, 4) + number(at + 128, 4) + number(at + 132, 4);
    CHECK(number(at + 56, 8) == RESOCK_UNKNOWN); /* delay_ms */
    CHECK(number(at + 100, 4) == RESOCK_VERDICT_STOP);
    CHECK(number(at + 104, 4) == 1000); /* close_code */
    CHECK(number(at + 132, 4) > 0);     /* why */
    CHECK(136 + strings <= size && size < 136 + strings + 8);
}

static void read_records(const unsigned char* at, size_t bytes, struct seen* seen) {
    const unsigned char* end = at + bytes;
    CHECK(bytes % 8 == 0);
    while (at < end) {
        const size_t size = number(at, 4);
        const uint32_t kind = (uint32_t)number(at + 4, 2);
        CHECK(size >= 32 && size % 8 == 0 && size <= (size_t)(end - at));
        CHECK(number(at + 8, 8) == 1);
        CHECK(number(at + 16, 8) == 42);
        if (kind == RESOCK_EVENT_OPEN) read_open(at), ++seen->open;
        if (kind == RESOCK_EVENT_MESSAGE) read_message(at, seen->messages++);
        if (kind == RESOCK_EVENT_CONFIRMED && number(at + 32, 4) == RESOCK_LEVEL_RECEIVED)
            seen->confirmed = number(at + 24, 8);
        if (kind == RESOCK_EVENT_CLOSED) read_closed(at, size), ++seen->closed;
        at += size;
    }
}

static void poll_packed(resock_hub* hub, struct seen* seen) {
    uint64_t buffer[512];
    size_t bytes = 0;
    CHECK_OK(resock_hub_poll_packed(hub, DEADLINE_MS, sizeof buffer, buffer, &bytes));
    CHECK(bytes > 0 && bytes <= sizeof buffer);
    read_records((const unsigned char*)buffer, bytes, seen);
}

static void round_trip(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub, make_options("echo:", (char*)NULL), 42);
    struct seen seen = {0, 0, 0, 0};
    unsigned char records[128], *end = records;
    uint64_t ids[3] = {0, 0, 0}, buffer[2];
    size_t count = 99, needed = 0, still = 0;
    /* too small: nothing is lost, and the size needed is told */
    CHECK_STATUS(RESOCK_TOO_SMALL, resock_hub_poll_packed(hub, DEADLINE_MS, 0, NULL, &needed));
    CHECK(needed >= 72 && needed % 8 == 0);
    CHECK_STATUS(RESOCK_TOO_SMALL,
                 resock_hub_poll_packed(hub, DEADLINE_MS, sizeof buffer, buffer, &still));
    CHECK(still == needed);
    while (!seen.open)
        poll_packed(hub, &seen);

    end = pack(end, RESOCK_SEND_TEXT, "text", 4);
    end = pack(end, 0, "", 0);
    end = pack(end, RESOCK_SEND_FLUSH, "binary", 6);
    CHECK_STATUS(RESOCK_TOO_SMALL,
                 resock_link_send_packed(link, records, (size_t)(end - records), 2, ids, &count));
    CHECK(count == 3);
    CHECK_OK(resock_link_send_packed(link, records, (size_t)(end - records), 3, ids, &count));
    CHECK(count == 3 && ids[0] == 1 && ids[1] == 2 && ids[2] == 3);
    while (seen.confirmed < 3 || seen.messages < 3)
        poll_packed(hub, &seen);
    CHECK_OK(resock_link_close(link, 1000, NULL, 0));
    while (!seen.closed)
        poll_packed(hub, &seen);
    CHECK(seen.messages == 3 && seen.open == 1);
    resock_link_free(link);
    resock_hub_free(hub);
}

/* Malformed records: nothing is sent, not even those before. */
static void malformed(void) {
    static const struct {
        uint32_t size, flags, length;
    } wrong[] = {
        {0, 0, 0},
        {8, 0, 0},
        {20, 0, 4},
        {1024, 0, 4},
        {24, 0, 9},
        {24, 8, 4},
        {UINT32_MAX, 0, UINT32_MAX},
    };
    resock_hub* hub = make_hub("1");
    resock_link* link = open_echo(hub);
    size_t i, count = 99;
    uint64_t accepted = 99;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        unsigned char* records = calloc(1, 48);
        unsigned char* second = pack(records, 0, "good", 4);
        put(second, wrong[i].size, 4);
        put(second + 4, wrong[i].flags, 4);
        put(second + 12, wrong[i].length, 4);
        CHECK_STATUS(RESOCK_INVALID, resock_link_send_packed(link, records, 48, 0, NULL, &count));
        CHECK(count == 0);
        free(records);
    }
    CHECK_STATUS(RESOCK_INVALID, resock_link_send_packed(link, "short", 5, 0, NULL, &count));
    CHECK_PART("offset 0", resock_last_error());
    CHECK_OK(resock_link_send_packed(link, NULL, 0, 0, NULL, &count));
    CHECK(count == 0);
    CHECK_OK(resock_link_stats(link, RESOCK_STAT_MESSAGES_ACCEPTED, &accepted));
    CHECK(accepted == 0);
    resock_link_free(link);
    resock_hub_free(hub);
}

/* A full queue takes what it has room for. */
static void partly(void) {
    resock_hub* hub = make_hub("1");
    resock_link* link =
        open_link(hub, make_options(refused_url(), "queue.messages", "2", (char*)NULL), 0);
    unsigned char records[128], *end = records;
    uint64_t ids[3] = {0, 0, 0};
    size_t count = 0;
    end = pack(pack(pack(end, 0, "a", 1), 0, "b", 1), 0, "c", 1);
    CHECK_STATUS(RESOCK_QUEUE_FULL,
                 resock_link_send_packed(link, records, (size_t)(end - records), 3, ids, &count));
    CHECK(count == 2 && ids[0] == 1 && ids[1] == 2 && ids[2] == 0);
    resock_link_free(link);
    resock_hub_free(hub);
}

void test_packed(void) {
    round_trip("0");
    round_trip("1");
    malformed();
    partly();
}
