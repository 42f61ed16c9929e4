// What does not belong to any handle.

#include <array>

#include "guard.hpp"
#include "hub/explain.hpp"
#include "hub/libraries.hpp"
#include "resock/resock.h"

using namespace resock;
using namespace resock::capi;

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

int32_t resock_version_json(char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(hub::version_json(RESOCK_ABI_VERSION));
    });
}

int32_t resock_explain(const char* what, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(hub::explanations_json(what ? hub::explain(what) : hub::explain_all()));
    });
}
