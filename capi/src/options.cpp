#include "hub/options.hpp"

#include "tables.hpp"

using namespace resock;
using namespace resock::capi;

namespace {

hub::option_scope scope_of(std::uint32_t scope) {
    static_assert(RESOCK_SCOPE_HUB == static_cast<int>(hub::option_scope::hub));
    static_assert(RESOCK_SCOPE_LINK == static_cast<int>(hub::option_scope::link));
    static_assert(RESOCK_SCOPE_LISTENER == static_cast<int>(hub::option_scope::listener));
    for (const hub::option_scope each : hub::all_scopes)
        if (scope == static_cast<std::uint32_t>(each)) return each;
    throw error(status::invalid, "scope " + std::to_string(scope) +
                                     " is none: RESOCK_SCOPE_HUB (1), RESOCK_SCOPE_LINK (2) or "
                                     "RESOCK_SCOPE_LISTENER (4)");
}

} // namespace

int32_t resock_options_create(uint32_t scope, resock_options** out_options) {
    return guard([&] {
        auto& out = cleared(out_options, "out_options");
        out = to_handle<resock_options>(
            all_options.insert(std::make_shared<shared_options>(scope_of(scope))));
    });
}

int32_t resock_options_set(resock_options* options, const char* name, const char* value,
                           char** out_error) {
    return guard(
        [&] {
            const auto pinned = pin(options);
            required(name, "name");
            required(value, "value");
            pinned->change([&](hub::options& given) { given.set(name, value); });
        },
        out_error);
}

int32_t resock_options_set_bytes(resock_options* options, const char* name, const void* data,
                                 size_t size, char** out_error) {
    return guard(
        [&] {
            const auto pinned = pin(options);
            required(name, "name");
            const std::string_view bytes = bytes_of(data, size, "data");
            pinned->change([&](hub::options& given) { given.set_bytes(name, bytes); });
        },
        out_error);
}

int32_t resock_options_get(resock_options* options, const char* name, char** out_value) {
    return guard([&] {
        auto& out = cleared(out_value, "out_value");
        out = owned_text(pin(options)->copy().get(required(name, "name")));
    });
}

int32_t resock_options_describe(resock_options* options, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(options ? pin(options)->copy().describe_json()
                                 : hub::describe_options_json({}));
    });
}

void resock_options_free(resock_options* options) {
    if (!options) return;
    guard([&] {
        if (!all_options.remove(to_key(options))) throw_handle(options, "resock_options");
    });
}
