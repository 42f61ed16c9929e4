/* The driver of the C interface: what ../README.md asks of a driver. */
#ifndef RESOCK_CONFORMANCE_DRIVER_H
#define RESOCK_CONFORMANCE_DRIVER_H

#include <resock/resock.h>

/* Of one scenario: far more than any has. */
enum { MOST_WAITING = 256, MOST_FAILED = 256 };

struct queue {
    resock_event* events[MOST_WAITING];
    size_t first, last;
};

struct failed {
    uint64_t first, last;
    uint32_t reason;
};

/* A link and what it has told, sorted. */
struct state {
    resock_options* options; /* of the next open or credentials */
    int32_t options_status;  /* of the first that was refused */
    resock_hub* hub;
    resock_link* link;
    struct queue events;   /* OPEN, DOWN, CREDENTIALS, LOST, CLOSED */
    struct queue messages; /* MESSAGE */
    uint64_t through[RESOCK_LEVEL_PROCESSED + 1];
    struct failed failed[MOST_FAILED];
    size_t failed_count;
    int writable, closed;
    uint64_t request_id; /* of the last CREDENTIALS */
};

/* Ends the program with a sentence: the harness shows it. */
void fail(const char* what);

/* The next of a queue, which the caller frees; waits for it. NULL where none comes any more. */
resock_event* next_of(struct state* state, struct queue* queue);
void wait_until_writable(struct state* state);
void print_outcome(struct state* state, uint64_t id, uint32_t level);
void reset(struct state* state);

void print_event(const resock_event* event);

/* The bytes of "text ...", "binary 00ff", "text-of 1000 x" or "binary-of 1000 00", to be freed. */
char* read_data(const char* words, size_t* out_size, uint32_t* out_flags);

#endif
