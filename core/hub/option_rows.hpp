// How a row of the option table is written down. For option_table.cpp alone.
#pragma once

#include "hub/option_table.hpp"

namespace resock::hub::rows {

using enum option_type;
using namespace flag;

constexpr std::uint32_t on_hub = static_cast<std::uint32_t>(option_scope::hub);
constexpr std::uint32_t on_link = static_cast<std::uint32_t>(option_scope::link);
constexpr std::uint32_t on_listener = static_cast<std::uint32_t>(option_scope::listener);

// The rows of links. What a listener's options say of the links that it accepts is wrapped in
// of_both(), a listener's own in of_listener(), a hub's in of_hub().
constexpr option_row ranged(std::string_view name, option_type type, std::string_view default_value,
                            std::string_view min, std::string_view max, std::uint32_t flags,
                            std::string_view meaning) {
    return {name, type, on_link, default_value, min, max, "", flags, meaning};
}
constexpr option_row choice(std::string_view name, std::string_view default_value,
                            std::string_view words, std::uint32_t flags, std::string_view meaning) {
    return {name, word, on_link, default_value, "", "", words, flags, meaning};
}
constexpr option_row toggle(std::string_view name, std::string_view default_value,
                            std::uint32_t flags, std::string_view meaning) {
    return {name, boolean, on_link, default_value, "", "", "", flags, meaning};
}
constexpr option_row of_both(option_row row) {
    row.scopes = on_link | on_listener;
    return row;
}
constexpr option_row of_listener(option_row row) {
    row.scopes = on_listener;
    return row;
}
constexpr option_row of_hub(option_row row) {
    row.scopes = on_hub;
    return row;
}

} // namespace resock::hub::rows
