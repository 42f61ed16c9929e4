/* What the tests of the C ABI share: checks that end the program, and a way to wait for events. */
#ifndef RESOCK_TESTS_CAPI_CHECK_H
#define RESOCK_TESTS_CAPI_CHECK_H

#include <resock/resock.h>

/* Nothing of what is tested takes so long, on any machine; then something is missing. */
#define DEADLINE_MS 60000u

#define CHECK(condition) check_true((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_STATUS(expected, call) check_status(expected, call, #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(RESOCK_OK, call)
#define CHECK_TEXT(expected, text) check_text(expected, text, #text, __FILE__, __LINE__)
/* `text` holds `part`. */
#define CHECK_PART(part, text) check_part(part, text, #text, __FILE__, __LINE__)

void check_true(int held, const char* what, const char* file, int line);
void check_status(int32_t expected, int32_t got, const char* what, const char* file, int line);
void check_text(const char* expected, const char* got, const char* what, const char* file,
                int line);
void check_part(const char* part, const char* text, const char* what, const char* file, int line);

/* A hub with so many I/O threads, "0" or "1" ... */
resock_hub* make_hub(const char* io_threads);
/* Link options with this url and then up to four pairs name, value, ended by NULL. */
resock_options* make_options(const char* url, ...);
/* As make_options, opened. */
resock_link* open_link(resock_hub* hub, resock_options* options_freed_here, uint64_t user);
resock_link* open_echo(resock_hub* hub);
/* On 127.0.0.1; pairs name, value as make_options. */
resock_listener* open_listener(resock_hub* hub, ...);
/* A link to it. */
resock_link* connect_to(resock_hub* hub, resock_listener* listener, uint64_t user);
/* The next event of this kind; others are freed on the way. */
resock_event* wait_for(resock_hub* hub, uint32_t kind);
/* Polls and frees up to an event of this kind. */
void skip_to(resock_hub* hub, uint32_t kind);
/* Polls until messages up to `id` are confirmed at `level`. */
void wait_confirmed(resock_hub* hub, uint32_t level, uint64_t id);
void check_message(const resock_event* event, const char* data, size_t size, int text);
/* "ws://127.0.0.1:PORT/" of a port where nobody listens, reserved until the program ends. */
const char* refused_url(void);
int open_descriptors(void);

/* The cases, one function for each file. */
void test_life(void);
void test_endings(void);
void test_requests(void);
void test_listener(void);
void test_openings(void);
void test_options(void);
void test_sessions(void);
void test_polling(void);
void test_packed(void);
void test_dispatch(void);
void test_handles(void);
void test_arguments(void);
void test_symbols(void);
void test_fork(void);
void test_threads(void);
void test_cycles(void);
void test_library(void);

#endif
