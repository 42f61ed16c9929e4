// From C++ to C: every exception becomes a status and the text of resock_last_error().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "resock/resock.h"

namespace resock::capi {

// Inside a catch block: the status of what was thrown, its text kept for this thread and, where
// `out_error` is not null, handed to the caller.
std::int32_t report(char** out_error) noexcept;

// Runs the body of a function of the C ABI.
template<class Call>
std::int32_t guard(Call call, char** out_error = nullptr) noexcept {
    if (out_error) *out_error = nullptr;
    try {
        call();
        return RESOCK_OK;
    } catch (...) {
        return report(out_error);
    }
}

// Text that the caller frees with resock_string_free. Throws std::bad_alloc.
char* owned_text(std::string_view);

// An argument that may not be null. Throws error(status::invalid) naming it.
template<class T>
T* required(T* argument, const char* name) {
    if (argument) return argument;
    throw error(status::invalid, std::string(name) + " is NULL; it is needed");
}

// Out parameters: needed, and cleared before anything can fail.
template<class T>
T& cleared(T* out, const char* name) {
    *required(out, name) = T();
    return *out;
}

// Bytes of the caller; null only where there are none.
std::string_view bytes_of(const void* data, std::size_t size, const char* name);

// `flags` may only have the bits of `allowed`.
void check_flags(std::uint32_t flags, std::uint32_t allowed);

} // namespace resock::capi
