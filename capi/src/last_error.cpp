// The error of the last call that failed, for each thread.

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "guard.hpp"

namespace resock::capi {

namespace {

constexpr std::size_t max_text = 1024;

// A plain buffer: a thread_local with a destructor would have to be registered at each thread's
// exit, which may come after the library has gone.
thread_local char last_text[max_text];

bool continues_code_point(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

void remember(std::string_view text) {
    std::size_t size = std::min(text.size(), max_text - 1);
    if (size < text.size()) {
        while (size > 0 && continues_code_point(text[size]))
            --size;
    }
    std::memcpy(last_text, text.data(), size);
    last_text[size] = '\0';
}

std::int32_t fail(status code, std::string_view text, char** out_error) noexcept {
    remember(text);
    if (out_error) {
        *out_error = nullptr;
        if (char* copy = static_cast<char*>(std::malloc(text.size() + 1))) {
            std::memcpy(copy, text.data(), text.size());
            copy[text.size()] = '\0';
            *out_error = copy;
        }
    }
    return static_cast<std::int32_t>(code);
}

// Of the system: no more threads or memory, or something else that it refused.
template<class Code>
status status_of(const Code& refused) {
    const bool used_up = refused == std::errc::resource_unavailable_try_again ||
                         refused == std::errc::not_enough_memory;
    return used_up ? status::no_memory : status::io;
}

} // namespace

std::int32_t report(char** out_error) noexcept {
    try {
        throw;
    } catch (const error& known) {
        return fail(known.code(), known.what(), out_error);
    } catch (const std::bad_alloc&) {
        return fail(status::no_memory, "out of memory", out_error);
    } catch (const std::length_error&) {
        return fail(status::no_memory, "more memory is needed than a process can have", out_error);
    } catch (const std::system_error& refused) {
        return fail(status_of(refused.code()), refused.what(), out_error);
    } catch (const boost::system::system_error& refused) {
        return fail(status_of(refused.code()), refused.what(), out_error);
    } catch (const std::exception& unexpected) {
        return fail(status::internal, unexpected.what(), out_error);
    } catch (...) {
        return fail(status::internal, "an exception of an unknown type", out_error);
    }
}

char* owned_text(std::string_view text) {
    char* made = static_cast<char*>(std::malloc(text.size() + 1));
    if (!made) throw std::bad_alloc();
    if (!text.empty()) std::memcpy(made, text.data(), text.size());
    made[text.size()] = '\0';
    return made;
}

std::string_view bytes_of(const void* data, std::size_t size, const char* name) {
    if (size > 0) required(data, name);
    return {static_cast<const char*>(data), size};
}

void check_flags(std::uint32_t flags, std::uint32_t allowed) {
    if ((flags & ~allowed) == 0) return;
    throw error(status::invalid, "flags " + std::to_string(flags) +
                                     " hold bits that mean nothing here; those of " +
                                     std::to_string(allowed) + " are allowed");
}

} // namespace resock::capi

using namespace resock::capi;

const char* resock_last_error(void) {
    return last_text;
}

void resock_string_free(char* text) {
    std::free(text);
}
