/* Every function with null, foreign, freed and made-up handles: an error, never a crash. */
#include "calls.h"
#include "check.h"

#include <stdlib.h>

void call_back_never(resock_event* event, void* user) {
    (void)event;
    (void)user;
    CHECK(!"an event of a hub that does not exist");
}

struct call {
    const char* name;
    int32_t (*run)(void* handle, struct outs* out);
};
#define DEFINE(name, call)                                                                         \
    static int32_t try_##name(void* handle, struct outs* out) {                                    \
        (void)out;                                                                                 \
        return call;                                                                               \
    }
#define ENTRY(name, call) {#name, try_##name},
OPTIONS_CALLS(DEFINE)
OPTIONAL_OPTIONS_CALLS(DEFINE)
HUB_CALLS(DEFINE)
LINK_CALLS(DEFINE)
LISTENER_CALLS(DEFINE)
static const struct call options_calls[] = {OPTIONS_CALLS(ENTRY){NULL, NULL}};
static const struct call optional_calls[] = {OPTIONAL_OPTIONS_CALLS(ENTRY){NULL, NULL}};
static const struct call hub_calls[] = {HUB_CALLS(ENTRY){NULL, NULL}};
static const struct call link_calls[] = {LINK_CALLS(ENTRY){NULL, NULL}};
static const struct call listener_calls[] = {LISTENER_CALLS(ENTRY){NULL, NULL}};

static struct outs outs;

static void refuse_all(const struct call* calls, void* handle, int32_t expected) {
    for (; calls->name; ++calls) {
        const int32_t got = calls->run(handle, &outs);
        check_status(expected, got, calls->name, __FILE__, __LINE__);
        CHECK(resock_last_error()[0] != '\0');
        CHECK(outs.text == NULL && outs.hub == NULL && outs.link == NULL && !outs.listener);
    }
}

static void refuse_frees(void* handle) {
#define FREE(name, call) call;
    FREE_CALLS(FREE)
#undef FREE
}

static void refuse(void* handle) {
    refuse_all(options_calls, handle, RESOCK_HANDLE);
    if (handle) refuse_all(optional_calls, handle, RESOCK_HANDLE);
    refuse_all(hub_calls, handle, RESOCK_HANDLE);
    refuse_all(link_calls, handle, RESOCK_HANDLE);
    refuse_all(listener_calls, handle, RESOCK_HANDLE);
    refuse_frees(handle);
}

static void* from_bits(uint64_t bits) {
    return (void*)(uintptr_t)bits;
}

/* Seeded, so that a failure comes again (Marsaglia's xorshift). */
static uint64_t next_bits(uint64_t* state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void made_up(resock_options* options, resock_hub* hub, resock_link* link,
                    resock_listener* listener) {
    uint64_t random = 88172645463325252u;
    int local = 0, i;
    refuse(NULL);
    refuse(from_bits(1));
    refuse(from_bits(8));
    refuse(from_bits(UINT64_MAX));
    refuse(&local);
    refuse(hub == NULL ? NULL : &hub);
    for (i = 0; i < 200; ++i)
        refuse(from_bits(next_bits(&random)));
    for (i = 0; i < 64; ++i) { /* one bit wrong */
        const uint64_t bit = (uint64_t)1 << i;
        refuse_all(options_calls, from_bits((uint64_t)(uintptr_t)options ^ bit), RESOCK_HANDLE);
        refuse_all(hub_calls, from_bits((uint64_t)(uintptr_t)hub ^ bit), RESOCK_HANDLE);
        refuse_all(link_calls, from_bits((uint64_t)(uintptr_t)link ^ bit), RESOCK_HANDLE);
        refuse_all(listener_calls, from_bits((uint64_t)(uintptr_t)listener ^ bit), RESOCK_HANDLE);
    }
}

static void foreign(resock_options* options, resock_hub* hub, resock_link* link,
                    resock_listener* listener) {
    refuse_all(options_calls, hub, RESOCK_HANDLE);
    refuse_all(options_calls, link, RESOCK_HANDLE);
    refuse_all(optional_calls, link, RESOCK_HANDLE);
    refuse_all(hub_calls, options, RESOCK_HANDLE);
    refuse_all(hub_calls, link, RESOCK_HANDLE);
    refuse_all(link_calls, options, RESOCK_HANDLE);
    refuse_all(link_calls, hub, RESOCK_HANDLE);
    CHECK_PART("resock_link", resock_last_error());
    refuse_all(link_calls, listener, RESOCK_HANDLE);
    refuse_all(hub_calls, listener, RESOCK_HANDLE);
    refuse_all(listener_calls, link, RESOCK_HANDLE);
    refuse_all(listener_calls, hub, RESOCK_HANDLE);
    CHECK_PART("resock_listener", resock_last_error());
    resock_listener_free((resock_listener*)link);
    resock_link_free((resock_link*)listener);
    resock_link_free((resock_link*)hub);
    resock_hub_free((resock_hub*)options);
    resock_options_free((resock_options*)link);
    /* options where they are the second argument */
    CHECK_STATUS(RESOCK_HANDLE, resock_link_open(hub, NULL, 0, &outs.link, NULL));
    CHECK_STATUS(RESOCK_HANDLE, resock_link_open(hub, (resock_options*)link, 0, &outs.link, NULL));
    CHECK_STATUS(RESOCK_HANDLE, resock_link_credentials(link, 0, (resock_options*)hub));
    CHECK_STATUS(RESOCK_HANDLE, resock_listener_open(hub, NULL, &outs.listener, NULL));
    CHECK_STATUS(RESOCK_HANDLE,
                 resock_listener_open(hub, (resock_options*)link, &outs.listener, NULL));
    CHECK_STATUS(RESOCK_HANDLE,
                 resock_listener_accept(listener, 1, (resock_options*)hub, 0, &outs.link));
}

void test_handles(void) {
    resock_options* options = make_options("echo:", (char*)NULL);
    resock_hub* hub = make_hub("1");
    resock_link* link = open_echo(hub);
    resock_listener* listener = open_listener(hub, (char*)NULL);
    char* address = NULL;
    outs.options = options;
    outs.record[0] = 24;                /* size */
    outs.record[1] = (uint64_t)1 << 32; /* length */
    made_up(options, hub, link, listener);
    foreign(options, hub, link, listener);
    CHECK_OK(resock_link_send(link, "unharmed", 8, RESOCK_SEND_TEXT, 0, NULL));
    check_message(outs.events[0] = wait_for(hub, RESOCK_EVENT_MESSAGE), "unharmed", 8, 1);
    resock_event_free(outs.events[0]);
    CHECK_OK(resock_listener_address(listener, 0, &address));
    CHECK_PART("ws://127.0.0.1:", address);
    resock_string_free(address);

    resock_hub_free(hub); /* its links are not freed yet */
    refuse_all(link_calls, link, RESOCK_CLOSED);
    refuse_all(listener_calls, listener, RESOCK_CLOSED);
    refuse(hub);
    resock_link_free(link);
    refuse(link);
    resock_listener_free(listener);
    refuse(listener);
    resock_options_free(options);
    outs.options = NULL;
    refuse(options);
    hub = make_hub("1"); /* takes the same places: old keys stay wrong */
    link = open_echo(hub);
    refuse_all(link_calls, NULL, RESOCK_HANDLE);
    resock_link_free(link);
    resock_hub_free(hub);
}
