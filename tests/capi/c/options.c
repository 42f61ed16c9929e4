/* Options and their errors, which name the option, the value, what is allowed, the nearest name. */
#include "check.h"

#include <string.h>

static void values(void) {
    resock_options *link = NULL, *hub = NULL;
    char* text = NULL;
    CHECK_STATUS(RESOCK_INVALID, resock_options_create(3, &link));
    CHECK(link == NULL);
    CHECK_PART("scope 3", resock_last_error());
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LINK, &link));
    CHECK_OK(resock_options_create(RESOCK_SCOPE_HUB, &hub));
    CHECK_OK(resock_options_get(link, "heartbeat.interval", &text)); /* the default */
    CHECK_TEXT("10s", text);
    resock_string_free(text);
    CHECK_OK(resock_options_set(link, "heartbeat.interval", "500ms", NULL));
    CHECK_OK(resock_options_get(link, "heartbeat.interval", &text));
    CHECK_TEXT("500ms", text);
    resock_string_free(text);
    CHECK_OK(resock_options_set(link, "url", "wss://me:secret@example.org/?token=1", NULL));
    CHECK_OK(resock_options_get(link, "url", &text));
    CHECK(strstr(text, "secret") == NULL && strstr(text, "token=1") == NULL);
    CHECK_PART("wss://", text);
    resock_string_free(text);
    CHECK_OK(resock_options_describe(link, &text));
    CHECK_PART("\"name\":\"heartbeat.interval\"", text);
    CHECK_PART("\"value\":\"500ms\"", text);
    CHECK(strstr(text, "io.threads") == NULL && strstr(text, "secret\"@") == NULL);
    resock_string_free(text);
    CHECK_OK(resock_options_describe(NULL, &text));
    CHECK_PART("\"name\":\"io.threads\"", text);
    CHECK_PART("\"name\":\"url\"", text);
    resock_string_free(text);
    resock_options_free(link);
    resock_options_free(hub);
}

static const struct {
    const char *name, *value;
    const char* parts[4]; /* of the error */
} wrong[] = {
    {"heartbeat.interval", "1ms", {"'heartbeat.interval'", "\"1ms\"", "10ms", "24h"}},
    {"heartbeat.interval", "soon", {"'heartbeat.interval'", "\"soon\"", "10ms", "24h"}},
    {"hearbeat.interval", "1s", {"'hearbeat.interval'", "'heartbeat.interval'"}},
    {"delivery", "twice", {"'delivery'", "\"twice\"", "at-most-once", "at-least-once"}},
    {"io.threads", "1", {"'io.threads'", "hub"}},
    {"verdict.dns-unknwon", "stop", {"dns-unknwon", "'verdict.dns-unknown'"}},
    {"verdict.1008", "maybe", {"'verdict.1008'", "\"maybe\"", "backoff", "stop"}},
    {"url", "http://example.org", {"url", "ws://"}},
    {"tls.verify", "yes", {"'tls.verify'", "\"yes\"", "true", "false"}},
};

static void errors(void) {
    resock_options* options = NULL;
    size_t i, part;
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LINK, &options));
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        char* error = NULL;
        CHECK_STATUS(RESOCK_OPTION,
                     resock_options_set(options, wrong[i].name, wrong[i].value, &error));
        for (part = 0; part < 4 && wrong[i].parts[part]; ++part)
            CHECK_PART(wrong[i].parts[part], error);
        CHECK_TEXT(error, resock_last_error());
        resock_string_free(error);
        CHECK_STATUS(RESOCK_OPTION,
                     resock_options_set(options, wrong[i].name, wrong[i].value, NULL));
    }
    CHECK_STATUS(RESOCK_NOT_SUPPORTED, resock_options_set_bytes(options, "url", "x", 1, NULL));
    CHECK_STATUS(RESOCK_OPTION, resock_options_set_bytes(options, "urll", "x", 1, NULL));
    resock_options_free(options);
}

/* What is wrong only together with other options is told when they are used. */
static void combinations(void) {
    resock_hub* hub = make_hub("1");
    resock_options* options = make_options("echo:", "confirm", "off", (char*)NULL);
    resock_options* empty = NULL;
    resock_link* link = (resock_link*)options;
    char* error = NULL;
    CHECK_STATUS(RESOCK_OPTION, resock_link_open(hub, options, 0, &link, &error));
    CHECK(link == NULL);
    CHECK_PART("confirm=off", error);
    resock_string_free(error);
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LINK, &empty));
    CHECK_STATUS(RESOCK_OPTION, resock_link_open(hub, empty, 0, &link, &error));
    CHECK_PART("'url' is missing", error);
    resock_string_free(error);
    error = NULL;
    { /* options of the wrong scope */
        resock_hub* none = NULL;
        CHECK_STATUS(RESOCK_INVALID, resock_hub_create(options, &none, &error));
        CHECK(none == NULL);
        CHECK_PART("link", error);
        resock_string_free(error);
    }
    resock_options_free(options);
    resock_options_free(empty);
    resock_hub_free(hub);
}

/* out_error is whole, resock_last_error is cut at a character. */
static void long_errors(void) {
    static char name[3001];
    resock_options* options = NULL;
    size_t i;
    for (i = 0; i + 3 < sizeof name; i += 3)
        memcpy(name + i, "\xe2\x82\xac", 3);
    CHECK_OK(resock_options_create(RESOCK_SCOPE_LINK, &options));
    CHECK_STATUS(RESOCK_OPTION, resock_options_set(options, name, "1", NULL));
    CHECK(strlen(resock_last_error()) < 1024);
    resock_options_free(options);
}

void test_options(void) {
    values();
    errors();
    combinations();
    long_errors();
}
