/* device INTERVAL_MS SENSOR_FILE URL...: sends "NUMBER VALUE" from a place where the line is bad.
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <resock/resock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct device {
    resock_hub* hub;
    resock_link* link;
    char** urls;
    uint64_t url_count, which;
    uint64_t taken;
    uint64_t failed[RESOCK_REASON_IN_DOUBT + 1];
    int ended;
};

static volatile sig_atomic_t power_fails = 0;

static void on_signal(int number) {
    (void)number;
    power_fails = 1; /* the loop sees it within an interval */
}

static int failed(const char* what) {
    fprintf(stderr, "%s: %s\n", what, resock_last_error());
    return -1;
}

static const char* const settings[][2] = {
    {"queue.messages", "20000"},    /* five hours, at one a second */
    {"queue.bytes", "16MiB"},       /* of this little machine's memory */
    {"queue.full", "drop-oldest"},  /* the newest samples are worth most */
    {"message.ttl", "12h"},         /* older ones are worth nothing */
    {"heartbeat.interval", "20s"},  /* each costs energy and data */
    {"heartbeat.timeout", "20s"},   /* the line may be slow */
    {"reconnect.max", "1min"},      /* each attempt costs, too */
    {"verdict.1000", "backoff"},    /* come back whatever the server says */
    {"credentials.when", "always"}, /* before each attempt: choose_url */
    {"close.timeout", "3s"},        /* what the capacitor lasts */
    {"close.handshake", "500ms"},   /* of which this may be the end */
};

static int open_link(struct device* device) {
    resock_options* options = NULL;
    int32_t status = resock_options_create(RESOCK_SCOPE_LINK, &options);
    for (size_t i = 0; !status && i < sizeof settings / sizeof settings[0]; ++i)
        status = resock_options_set(options, settings[i][0], settings[i][1], NULL);
    if (!status) status = resock_options_set(options, "url", device->urls[0], NULL);
    if (!status) status = resock_hub_create(NULL, &device->hub, NULL);
    if (!status) status = resock_link_open(device->hub, options, 0, &device->link, NULL);
    resock_options_free(options);
    return status ? failed("cannot start") : 0;
}

static void choose_url(struct device* device, const resock_event* asked) {
    const char* url = device->urls[device->which % device->url_count];
    resock_options* options = NULL;
    if (resock_options_create(RESOCK_SCOPE_LINK, &options) ||
        resock_options_set(options, "url", url, NULL) ||
        resock_link_credentials(device->link, resock_event_id(asked), options))
        failed("cannot choose a URL");
    resock_options_free(options);
}

static void count_failed(struct device* device, const resock_event* event) {
    const uint32_t reason = resock_event_reason(event);
    if (reason == RESOCK_REASON_DROPPED && device->failed[reason] == 0)
        fprintf(stderr, "the queue is full: the oldest samples are dropped\n");
    /* Later releases may add reasons: they are counted as 0. */
    device->failed[reason <= RESOCK_REASON_IN_DOUBT ? reason : 0] +=
        resock_event_last_id(event) - resock_event_id(event) + 1;
}

static void on_event(struct device* device, const resock_event* event) {
    switch (resock_event_kind(event)) {
    case RESOCK_EVENT_OPEN:
        fprintf(stderr, "open: %s\n", resock_event_address(event));
        break;
    case RESOCK_EVENT_DOWN:
        if (!resock_event_was_open(event)) ++device->which; /* the next URL, then */
        fprintf(stderr, "down: %s\n", resock_event_why(event));
        break;
    case RESOCK_EVENT_LOG:
        fprintf(stderr, "%s\n", resock_event_text(event));
        break;
    case RESOCK_EVENT_CREDENTIALS:
        choose_url(device, event);
        break;
    case RESOCK_EVENT_FAILED:
        count_failed(device, event);
        break;
    case RESOCK_EVENT_CLOSED:
        device->ended = 1;
        break;
    default:
        break;
    }
}

/* Handles what has happened; waits for something at most that long. */
static int handle_events(struct device* device, uint32_t timeout_ms) {
    resock_event* events[64];
    size_t count = 0;
    if (resock_hub_poll(device->hub, timeout_ms, 64, events, &count)) return failed("poll");
    for (size_t i = 0; i < count; ++i) {
        on_event(device, events[i]);
        resock_event_free(events[i]);
    }
    return 0;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void take_sample(struct device* device, const char* sensor) {
    char value[64] = "", line[96];
    FILE* file = fopen(sensor, "r");
    if (file && fgets(value, sizeof value, file)) value[strcspn(value, "\n")] = '\0';
    if (file) fclose(file);
    const int size = snprintf(line, sizeof line, "%" PRIu64 " %s", device->taken + 1, value);
    if (resock_link_send(device->link, line, (size_t)size, RESOCK_SEND_TEXT, 0, NULL))
        failed("sample lost"); /* with drop-oldest only where nothing could be dropped */
    else
        ++device->taken;
}

static int run(struct device* device, uint32_t interval_ms, const char* sensor) {
    int64_t next = now_ms();
    while (!power_fails && !device->ended) {
        const int64_t left = next - now_ms();
        if (left <= 0) {
            take_sample(device, sensor);
            next += interval_ms;
        }
        if (handle_events(device, left > 0 ? (uint32_t)left : 0)) return -1;
    }
    /* The queue is memory: what is not confirmed when the power goes is gone. */
    resock_link_close(device->link, 1001, "power off", 9);
    while (!device->ended)
        if (handle_events(device, RESOCK_FOREVER)) return -1;
    return 0;
}

/* Every sample that send accepted has ended once: confirmed or failed. */
static uint64_t confirmed(const struct device* device) {
    uint64_t left = device->taken;
    for (uint32_t reason = 0; reason <= RESOCK_REASON_IN_DOUBT; ++reason)
        left -= device->failed[reason];
    return left;
}

static void report(const struct device* device) {
    printf("%" PRIu64 " taken, %" PRIu64 " confirmed, %" PRIu64 " expired, %" PRIu64
           " dropped, %" PRIu64 " not sent, %" PRIu64 " in doubt\n",
           device->taken, confirmed(device), device->failed[RESOCK_REASON_EXPIRED],
           device->failed[RESOCK_REASON_DROPPED], device->failed[RESOCK_REASON_NOT_SENT],
           device->failed[RESOCK_REASON_IN_DOUBT]);
}

int main(int argc, char** argv) {
    struct device device = {0};
    struct sigaction action = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: device INTERVAL_MS SENSOR_FILE URL...\n");
        return 2;
    }
    device.urls = argv + 3;
    device.url_count = (uint64_t)(argc - 3);
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int status = open_link(&device);
    if (!status) status = run(&device, (uint32_t)strtoul(argv[1], NULL, 10), argv[2]);
    resock_link_free(device.link);
    resock_hub_free(device.hub);

    report(&device);
    return status || device.taken > confirmed(&device) ? 1 : 0;
}
