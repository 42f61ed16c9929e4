/* Loads libresock by its file, calls it through dlsym, and unloads it: after a round trip, and
 * while a thread of the library still looks up a name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <resock/resock.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* Every function that is called, with the type that resock.h gives it. */
#define FUNCTIONS(X)                                                                               \
    X(abi_version)                                                                                 \
    X(options_create)                                                                              \
    X(options_set)                                                                                 \
    X(options_free)                                                                                \
    X(hub_create)                                                                                  \
    X(hub_poll)                                                                                    \
    X(hub_free)                                                                                    \
    X(link_open)                                                                                   \
    X(link_send)                                                                                   \
    X(link_close)                                                                                  \
    X(link_free)                                                                                   \
    X(event_kind)                                                                                  \
    X(event_data)                                                                                  \
    X(event_size)                                                                                  \
    X(event_free)

struct library {
    void* handle;
#define MEMBER(name) __typeof__(&resock_##name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

static sem_t lookup_started, lookup_may_end, lookup_thread_ended;
static pthread_key_t end_of_thread;

static void tell_end(void* unused) {
    (void)unused;
    sem_post(&lookup_thread_ended);
}

/* Found before libc's: a lookup that hangs for as long as this program wants. */
int getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
                struct addrinfo** list) {
    (void)node, (void)service, (void)hints, (void)list;
    pthread_setspecific(end_of_thread, &end_of_thread);
    sem_post(&lookup_started);
    while (sem_wait(&lookup_may_end) != 0) {
    }
    return EAI_AGAIN;
}

static void* find(void* handle, const char* name) {
    void* found = dlsym(handle, name);
    CHECK(found != NULL);
    return found;
}

static struct library load(const char* file) {
    struct library it;
    it.handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (it.handle == NULL) fprintf(stderr, "%s\n", dlerror());
    CHECK(it.handle != NULL);
#define FIND(name) *(void**)&it.name = find(it.handle, "resock_" #name);
    FUNCTIONS(FIND)
#undef FIND
    CHECK(it.abi_version() == RESOCK_ABI_VERSION);
    return it;
}

static resock_link* open_link(const struct library* it, resock_hub* hub, const char* url) {
    resock_options* options = NULL;
    resock_link* link = NULL;
    CHECK(it->options_create(RESOCK_SCOPE_LINK, &options) == RESOCK_OK);
    CHECK(it->options_set(options, "url", url, NULL) == RESOCK_OK);
    CHECK(it->link_open(hub, options, 0, &link, NULL) == RESOCK_OK);
    it->options_free(options);
    return link;
}

static void round_trip(const char* file) {
    const struct library it = load(file);
    resock_hub* hub = NULL;
    resock_event* event = NULL;
    size_t count = 0;
    uint32_t kind = 0;
    int arrived = 0;
    CHECK(it.hub_create(NULL, &hub, NULL) == RESOCK_OK);
    resock_link* link = open_link(&it, hub, "echo:");
    CHECK(it.link_send(link, "hello", 5, RESOCK_SEND_TEXT, 0, NULL) == RESOCK_OK);
    while (kind != RESOCK_EVENT_CLOSED) {
        CHECK(it.hub_poll(hub, RESOCK_FOREVER, 1, &event, &count) == RESOCK_OK);
        if (count == 0) continue;
        kind = it.event_kind(event);
        if (kind == RESOCK_EVENT_MESSAGE) {
            CHECK(it.event_size(event) == 5 && memcmp(it.event_data(event), "hello", 5) == 0);
            CHECK(it.link_close(link, 1000, NULL, 0) == RESOCK_OK);
            ++arrived;
        }
        it.event_free(event);
    }
    CHECK(arrived == 1);
    it.link_free(link);
    it.hub_free(hub);
    CHECK(dlclose(it.handle) == 0);
    puts("round trip");
}

static void close_during_lookup(const char* file) {
    const struct library it = load(file);
    resock_hub* hub = NULL;
    CHECK(it.hub_create(NULL, &hub, NULL) == RESOCK_OK);
    resock_link* link = open_link(&it, hub, "ws://host.invalid/");
    sem_wait(&lookup_started);
    it.link_free(link);
    it.hub_free(hub); /* does not wait for the name */
    CHECK(dlclose(it.handle) == 0);
    sem_post(&lookup_may_end);
    sem_wait(&lookup_thread_ended); /* it went back through the library's code */
    puts("closed during a name lookup");
}

int main(int argc, char** argv) {
    CHECK(argc == 2);
    CHECK(sem_init(&lookup_started, 0, 0) == 0 && sem_init(&lookup_may_end, 0, 0) == 0);
    CHECK(sem_init(&lookup_thread_ended, 0, 0) == 0);
    CHECK(pthread_key_create(&end_of_thread, tell_end) == 0);
    round_trip(argv[1]);
    round_trip(argv[1]);
    close_during_lookup(argv[1]);
    return 0;
}
