/* Packed records: many events or messages with one call. The end of resock.h describes them. */
#ifndef RESOCK_PACKED_H
#define RESOCK_PACKED_H

#include <string.h>

#include "resock_dl.h"

/* What was polled last. All zero at first. */
struct packed_events {
    uint64_t* records; /* of 8 bytes each: aligned as records need it */
    size_t capacity, bytes, at;
};

struct packed_event {
    uint32_t kind; /* resock_kind */
    uint32_t flags;
    uint64_t link_id, user, id;
    /* MESSAGE: the message; DOWN, CLOSED: why; LOG, LOST: what happened. No NUL stands behind it.
     */
    const char* text;
    size_t size;
    const char*
        record; /* the whole: the fields of its kind begin at 32. Valid until the next poll */
};

/* resock_hub_poll_packed with a buffer that grows as it must; a status, of which RESOCK_NO_MEMORY
 * may be ours and leave resock_last_error as it was. */
int32_t packed_poll(const struct resock_dl* resock, resock_hub* hub, uint32_t timeout_ms,
                    struct packed_events* into);
void packed_events_free(struct packed_events* events);

/* Messages to be sent with one call. All zero at first. */
struct packed_messages {
    char* records;
    size_t capacity, bytes;
};

/* Adds a message of less than 4 GiB; RESOCK_OK or RESOCK_NO_MEMORY. flags: resock_send_flag. */
int32_t packed_append(struct packed_messages* messages, const void* data, size_t size,
                      uint32_t flags);
/* Sends them and removes those that were accepted; with RESOCK_QUEUE_FULL some are left, to be sent
 * again once events were polled. out_count may be NULL. */
int32_t packed_send(const struct resock_dl* resock, resock_link* link,
                    struct packed_messages* messages, size_t* out_count);
void packed_messages_free(struct packed_messages* messages);

/* The machine is little-endian, as the records are. */
static inline uint64_t packed_number(const char* at, size_t bytes) {
    uint64_t number = 0;
    memcpy(&number, at, bytes);
    return number;
}

static inline void packed_text(struct packed_event* event, const char* record) {
    event->text = "";
    event->size = 0;
    switch (event->kind) {
    case RESOCK_EVENT_MESSAGE:
        event->text = record + 40;
        event->size = packed_number(record + 36, 4);
        break;
    case RESOCK_EVENT_DOWN:
    case RESOCK_EVENT_CLOSED: /* behind close_reason, detail and host */
        event->text = record + 136 + packed_number(record + 120, 4) +
                      packed_number(record + 124, 4) + packed_number(record + 128, 4);
        event->size = packed_number(record + 132, 4);
        break;
    case RESOCK_EVENT_LOST:
    case RESOCK_EVENT_LOG:
        event->text = record + 48;
        event->size = packed_number(record + 44, 4);
        break;
    default:
        break;
    }
}

/* The next of the events that were polled; 0 behind the last. */
static inline int packed_next(struct packed_events* events, struct packed_event* event) {
    if (events->at == events->bytes) return 0;
    const char* const record = (const char*)events->records + events->at;
    event->kind = (uint32_t)packed_number(record + 4, 2);
    event->flags = (uint32_t)packed_number(record + 6, 2);
    event->link_id = packed_number(record + 8, 8);
    event->user = packed_number(record + 16, 8);
    event->id = packed_number(record + 24, 8);
    event->record = record;
    packed_text(event, record);
    events->at += packed_number(record, 4);
    return 1;
}

#endif
