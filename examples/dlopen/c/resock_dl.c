#include "resock_dl.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* dlopen's pointers to functions are void*, which C itself does not convert. */
static int find(void* handle, const char* name, void* out_function) {
    void* found = dlsym(handle, name);
    memcpy(out_function, &found, sizeof found);
    return found != NULL;
}

static int refuse(struct resock_dl* library, char* error, size_t capacity, const char* format,
                  ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(error, capacity, format, values);
    va_end(values);
    resock_dl_unload(library);
    return -1;
}

#define FIND(name)                                                                                 \
    if (!find(it->handle, "resock_" #name, &it->name))                                             \
        return refuse(it, error, capacity, "%s is not resock of ABI %u: it has no resock_" #name,  \
                      path, RESOCK_ABI_VERSION);

int resock_dl_load(struct resock_dl* out_library, const char* path, char* error, size_t capacity) {
    struct resock_dl* const it = out_library;
    if (path == NULL) path = getenv("RESOCK_LIBRARY");
    if (path == NULL || *path == '\0') path = "libresock.so.0";

    memset(it, 0, sizeof *it);
    it->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (it->handle == NULL)
        return refuse(it, error, capacity,
                      "cannot load resock: %s; install libresock0, or let RESOCK_LIBRARY name "
                      "the file libresock.so.0",
                      dlerror());
    FIND(abi_version)
    if (it->abi_version() != RESOCK_ABI_VERSION)
        return refuse(it, error, capacity,
                      "%s has ABI %u of resock and this program needs ABI %u: install the resock "
                      "that it was written for",
                      path, (unsigned)it->abi_version(), RESOCK_ABI_VERSION);
    RESOCK_DL_FUNCTIONS(FIND)
    return 0;
}

void resock_dl_unload(struct resock_dl* library) {
    if (library->handle != NULL) dlclose(library->handle);
    library->handle = NULL;
}
