// What does not belong to any handle.

#include <array>

#include "resock/resock.h"

namespace {

constexpr std::array status_names = {
    "RESOCK_OK",        "RESOCK_INVALID",        "RESOCK_HANDLE",     "RESOCK_CLOSED",
    "RESOCK_BUSY",      "RESOCK_WOULD_DEADLOCK", "RESOCK_QUEUE_FULL", "RESOCK_TOO_BIG",
    "RESOCK_TOO_SMALL", "RESOCK_TIMEOUT",        "RESOCK_OPTION",     "RESOCK_NOT_SUPPORTED",
    "RESOCK_FORKED",    "RESOCK_NO_MEMORY",      "RESOCK_IO",         "RESOCK_STATE",
    "RESOCK_INTERNAL"};
static_assert(status_names.size() == 1 - RESOCK_INTERNAL);

} // namespace

uint32_t resock_abi_version(void) {
    return RESOCK_ABI_VERSION;
}

const char* resock_version(void) {
    return RESOCK_VERSION;
}

const char* resock_status_name(int32_t status) {
    if (status > 0 || status < RESOCK_INTERNAL) return "RESOCK_?";
    return status_names[static_cast<std::size_t>(-status)];
}
