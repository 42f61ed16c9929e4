#include "packed.h"

#include <stdlib.h>

enum { first_capacity = 64 << 10 };

static int32_t grow_events(struct packed_events* events, size_t capacity) {
    void* const grown = realloc(events->records, capacity);
    if (grown == NULL) return RESOCK_NO_MEMORY;
    events->records = grown;
    events->capacity = capacity;
    return RESOCK_OK;
}

int32_t packed_poll(const struct resock_dl* resock, resock_hub* hub, uint32_t timeout_ms,
                    struct packed_events* into) {
    int32_t status = into->records == NULL ? grow_events(into, first_capacity) : RESOCK_OK;
    into->at = into->bytes = 0;
    while (status == RESOCK_OK) {
        status =
            resock->hub_poll_packed(hub, timeout_ms, into->capacity, into->records, &into->bytes);
        if (status != RESOCK_TOO_SMALL) break;
        const size_t needed = into->bytes; /* by the next record; nothing was lost */
        into->bytes = 0;
        status = grow_events(into, needed);
    }
    return status;
}

void packed_events_free(struct packed_events* events) {
    free(events->records);
    memset(events, 0, sizeof *events);
}

int32_t packed_append(struct packed_messages* messages, const void* data, size_t size,
                      uint32_t flags) {
    const size_t all = (16 + size + 7) / 8 * 8;
    if (messages->bytes + all > messages->capacity) {
        const size_t capacity = 2 * messages->capacity + all + first_capacity;
        char* const grown = realloc(messages->records, capacity);
        if (grown == NULL) return RESOCK_NO_MEMORY;
        messages->records = grown;
        messages->capacity = capacity;
    }
    char* const record = messages->records + messages->bytes;
    const uint32_t head[] = {(uint32_t)all, flags, 0, (uint32_t)size};
    memcpy(record, head, sizeof head);
    if (size > 0) memcpy(record + sizeof head, data, size);
    memset(record + sizeof head + size, 0, all - sizeof head - size);
    messages->bytes += all;
    return RESOCK_OK;
}

int32_t packed_send(const struct resock_dl* resock, resock_link* link,
                    struct packed_messages* messages, size_t* out_count) {
    size_t count = 0, until = 0;
    const int32_t status =
        resock->link_send_packed(link, messages->records, messages->bytes, 0, NULL, &count);
    if (out_count != NULL) *out_count = count;
    for (; count > 0; --count)
        until += packed_number(messages->records + until, 4);
    messages->bytes -= until;
    if (until > 0) memmove(messages->records, messages->records + until, messages->bytes);
    return status;
}

void packed_messages_free(struct packed_messages* messages) {
    free(messages->records);
    memset(messages, 0, sizeof *messages);
}
