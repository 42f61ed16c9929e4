/* libresock, loaded while the program runs: nothing of it is needed to link the program, only the
 * header resock/resock.h to compile it. */
#ifndef RESOCK_DL_H
#define RESOCK_DL_H

#include <resock/resock.h>

/* Every function that is used, with the type that resock.h gives it. Add what you need. */
#define RESOCK_DL_FUNCTIONS(X)                                                                     \
    X(abi_version)                                                                                 \
    X(last_error)                                                                                  \
    X(options_create)                                                                              \
    X(options_set)                                                                                 \
    X(options_free)                                                                                \
    X(hub_create)                                                                                  \
    X(hub_poll_packed)                                                                             \
    X(hub_free)                                                                                    \
    X(link_open)                                                                                   \
    X(link_send)                                                                                   \
    X(link_send_packed)                                                                            \
    X(link_close)                                                                                  \
    X(link_free)

struct resock_dl {
    void* handle;
#define RESOCK_DL_MEMBER(name) __typeof__(&resock_##name) name;
    RESOCK_DL_FUNCTIONS(RESOCK_DL_MEMBER)
#undef RESOCK_DL_MEMBER
};

/* Loads the library and checks that it is resock, of the version that resock.h is of.
 * path: NULL takes the environment variable RESOCK_LIBRARY, and without it libresock.so.0.
 * Returns 0; or -1, and `error` (of `capacity` bytes) has a sentence that says what is wrong. */
int resock_dl_load(struct resock_dl* out_library, const char* path, char* error, size_t capacity);

/* Unloading is harmless, and leaves the library where it is (docs/install.md). */
void resock_dl_unload(struct resock_dl* library);

#endif
