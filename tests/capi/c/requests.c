/* What an application may ask of a link: greeting, ready, confirm, credentials, options. */
#include "check.h"

#include <string.h>

static void expect_message(resock_hub* hub, const char* text) {
    resock_event* event = wait_for(hub, RESOCK_EVENT_MESSAGE);
    check_message(event, text, strlen(text), 1);
    resock_event_free(event);
}

static void greeting(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_echo(hub);
    CHECK_OK(resock_link_greeting_set(link, "a", 1, "login", 5, RESOCK_SEND_TEXT));
    expect_message(hub, "login"); /* the echo sends it back */
    CHECK_OK(resock_link_greeting_set(link, "", 0, "subscribe", 9, RESOCK_SEND_TEXT));
    expect_message(hub, "subscribe");
    CHECK_OK(resock_link_greeting_remove(link, "a", 1));
    CHECK_STATUS(RESOCK_INVALID, resock_link_greeting_remove(link, "a", 1));
    CHECK_PART("'a'", resock_last_error());
    CHECK_STATUS(RESOCK_INVALID, resock_link_greeting_set(link, "b", 1, "\xff", 1, 1));
    CHECK_STATUS(RESOCK_INVALID, resock_link_greeting_set(link, "b", 1, "x", 1, 2));
    CHECK_STATUS(RESOCK_STATE, resock_link_ready(link));
    resock_link_free(link);
    resock_hub_free(hub);
}

/* With greeting.hold, messages wait until the application says ready. */
static void hold(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(
        hub, make_options("echo:", "greeting.hold", "true", "greeting.timeout", "24h", (char*)NULL),
        0);
    CHECK_OK(resock_link_send(link, "kept", 4, RESOCK_SEND_TEXT, 0, NULL));
    CHECK_OK(resock_link_greeting_set(link, "k", 1, "login", 5, RESOCK_SEND_TEXT));
    expect_message(hub, "login"); /* after OPEN was polled */
    CHECK_OK(resock_link_ready(link));
    expect_message(hub, "kept");
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_RECEIVED, DEADLINE_MS));
    resock_link_free(link);
    resock_hub_free(hub);
}

static void confirm_by_application(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_link(hub, make_options("echo:", "confirm", "app", (char*)NULL), 0);
    int i;
    for (i = 0; i < 5; ++i)
        CHECK_OK(resock_link_send(link, "x", 1, 0, 0, NULL));
    CHECK_STATUS(RESOCK_INVALID, resock_link_confirm(link, 0, 0));
    CHECK_STATUS(RESOCK_INVALID, resock_link_confirm(link, 6, 1));
    CHECK_PART("the last is 5", resock_last_error());
    CHECK_OK(resock_link_confirm(link, 2, 0)); /* a gap before it: nothing is told yet */
    CHECK_OK(resock_link_confirm(link, 1, 0));
    wait_confirmed(hub, RESOCK_LEVEL_RECEIVED, 2);
    CHECK_OK(resock_link_confirm(link, 5, 1));
    wait_confirmed(hub, RESOCK_LEVEL_RECEIVED, 5);
    CHECK_OK(resock_link_flush(link, RESOCK_LEVEL_RECEIVED, 0));
    resock_link_free(link);
    resock_hub_free(hub);
}

static uint64_t asked_for_credentials(resock_hub* hub, uint64_t attempt) {
    resock_event* event = wait_for(hub, RESOCK_EVENT_CREDENTIALS);
    const uint64_t request = resock_event_id(event);
    CHECK(resock_event_attempt(event) == attempt);
    CHECK(resock_event_http_status(event) == 0 && resock_event_close_code(event) == 0);
    resock_event_free(event);
    return request;
}

static void credentials(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_options* given = make_options("echo:", "http.header", "Authorization: x", (char*)NULL);
    resock_options *empty = NULL, *of_hub = NULL;
    resock_link* link =
        open_link(hub, make_options("echo:", "credentials.when", "always", (char*)NULL), 0);
    const uint64_t request = asked_for_credentials(hub, 0);
    uint32_t state = 0;
    CHECK(request != 0);
    CHECK_OK(resock_link_state(link, &state));
    CHECK(state == RESOCK_STATE_ASKING);
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LINK, &empty));
    CHECK_OK(resock_options_create(RESOCK_SCOPE_HUB, &of_hub));
    CHECK_STATUS(RESOCK_INVALID, resock_link_credentials(link, request, empty));
    CHECK_STATUS(RESOCK_INVALID, resock_link_credentials(link, request, of_hub));
    CHECK_OK(resock_link_credentials(link, request + 1, given)); /* too late or too early */
    CHECK_OK(resock_link_credentials(link, request, given));
    skip_to(hub, RESOCK_EVENT_OPEN);
    resock_link_free(link);

    link = open_link(hub, make_options("echo:", "credentials.when", "always", (char*)NULL), 0);
    CHECK_OK(resock_link_credentials(link, asked_for_credentials(hub, 0), NULL));
    skip_to(hub, RESOCK_EVENT_CLOSED);
    resock_link_free(link);
    resock_options_free(given);
    resock_options_free(empty);
    resock_options_free(of_hub);
    resock_hub_free(hub);
}

static void change_options(const char* io_threads) {
    resock_hub* hub = make_hub(io_threads);
    resock_link* link = open_echo(hub);
    char* error = NULL;
    CHECK_OK(resock_link_set(link, "heartbeat.interval", "5s", &error));
    CHECK(error == NULL);
    CHECK_STATUS(RESOCK_OPTION, resock_link_set(link, "delivery", "at-most-once", &error));
    CHECK_PART("'delivery' cannot be changed", error);
    CHECK_TEXT(error, resock_last_error());
    resock_string_free(error);
    CHECK_STATUS(RESOCK_OPTION, resock_link_set(link, "reconnect.min", "2h", NULL));
    CHECK_STATUS(RESOCK_OPTION, resock_link_set(link, "io.threads", "2", NULL));
    CHECK_OK(resock_link_set(link, "queue.bytes", "16MiB", NULL));
    CHECK_STATUS(RESOCK_TOO_BIG, resock_link_send(link, "", (size_t)1 << 40, 0, 0, NULL));
    CHECK_PART("1099511627776 bytes", resock_last_error());
    resock_link_free(link);
    resock_hub_free(hub);
}

void test_requests(void) {
    static const char* const io_threads[] = {"0", "1"};
    int i;
    for (i = 0; i < 2; ++i) {
        greeting(io_threads[i]);
        hold(io_threads[i]);
        confirm_by_application(io_threads[i]);
        credentials(io_threads[i]);
        change_options(io_threads[i]);
    }
}
