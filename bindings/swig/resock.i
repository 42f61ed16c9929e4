// The C interface for languages that SWIG serves. The target language's file stands beside this one
// and says how values travel; what is taken of resock.h, and how errors come out, is said here.
//
// Events are pulled as packed records into a buffer of the language (resock_hub_poll_packed), so
// that no call into it is ever made from native code: there are no directors.
%module Native

%begin %{
#define _GNU_SOURCE // dladdr
%}
%{
#include <dlfcn.h>
#include <resock/resock.h>
#include <string.h>
%}

#define RESOCK_API
%ignore UINTPTR_MAX;
%ignore UINT64_MAX;
#define UINTPTR_MAX 64
#define UINT64_MAX 64

// Left out: events as objects, and what hands them out. Packed records have all of them.
%rename("$ignore", regexmatch$name="^resock_event(_.*)?$") "";
%ignore resock_hub_poll;
%ignore resock_link_poll;
%ignore resock_hub_dispatch;
%ignore RESOCK_RESOCK_H;
%ignore RESOCK_ABI_VERSION; // resock_binding_abi_version below
%ignore RESOCK_FOREVER;
%ignore RESOCK_UNKNOWN;
%ignore RESOCK_POSITION_CAPACITY;

#if defined(SWIGJAVA)
%include "java.i"
#elif defined(SWIGCSHARP)
%include "csharp.i"
#else
#error "no file of types for this language: see README.md"
#endif

// The one way of errors: RESOCK_RAISE, of the language's file, makes a negative status the
// language's exception, with the status and the text of resock_last_error.
%exception {
    $action
    if (result < 0) {
        RESOCK_RAISE(result)
    }
}
// These return no status.
%noexception resock_abi_version;
%noexception resock_version;
%noexception resock_status_name;
%noexception resock_last_error;
%noexception resock_string_free;
%noexception resock_options_free;
%noexception resock_hub_free;
%noexception resock_link_free;
%noexception resock_listener_free;
%noexception resock_binding_abi_version;
%noexception resock_library_path;
// These say something where they fail, too: the caller looks at the status, and raises it with
// resock_raise.
%noexception resock_hub_poll_packed;
RESOCK_RETURNS_STATUS(resock_hub_poll_packed)
%noexception resock_link_send_packed;
RESOCK_RETURNS_STATUS(resock_link_send_packed)

%include <resock/resock.h>

%inline %{
/** RESOCK_ABI_VERSION of the header that this binding was compiled with. */
static uint32_t resock_binding_abi_version(void) {
    return RESOCK_ABI_VERSION;
}

/** The file that resock_abi_version was loaded from; NULL where the system does not tell. */
static const char* resock_library_path(void) {
    Dl_info found;
    void* address = NULL;
    uint32_t (*const function)(void) = resock_abi_version;
    memcpy(&address, &function, sizeof address);
    return dladdr(address, &found) ? found.dli_fname : NULL;
}

/** Raises a status that was returned; the call that returned it is this thread's last one. */
static int32_t resock_raise(int32_t status) {
    return status;
}
%}

#if defined(SWIGJAVA)
%include "java_memory.i"
#elif defined(SWIGCSHARP)
%include "csharp_memory.i"
#endif
