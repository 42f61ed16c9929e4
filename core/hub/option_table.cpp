#include "hub/option_table.hpp"

#include <array>

#include "hub/option_rows_link.hpp"
#include "hub/option_rows_listener.hpp"
#include "hub/option_rows_session.hpp"

namespace resock::hub {

namespace {

constexpr std::string_view verdict_prefix = "verdict.";

struct section {
    std::string_view title;
    std::span<const option_row> rows;
};

constexpr section sections[] = {
    {"The connection", rows::of_connection}, {"Delivery", rows::of_delivery},
    {"Sessions", rows::of_sessions},         {"Staying up", rows::of_staying_up},
    {"The listener", rows::of_accepting},    {"The hub", rows::of_hubs},
};

constexpr std::size_t row_count() {
    std::size_t count = 0;
    for (const section& each : sections)
        count += each.rows.size();
    return count;
}

constexpr auto all_rows = [] {
    std::array<option_row, row_count()> made{};
    std::size_t at = 0;
    for (const section& each : sections)
        for (const option_row& row : each.rows)
            made[at++] = row;
    return made;
}();

} // namespace

std::span<const option_row> option_table() {
    return all_rows;
}

std::string_view section_of(const option_row& wanted) {
    for (const section& each : sections)
        for (const option_row& row : each.rows)
            if (row.name == wanted.name) return each.title;
    return {};
}

std::optional<std::string_view> verdict_key(std::string_view name) {
    if (!name.starts_with(verdict_prefix) || name == "verdict.strict") return {};
    return name.substr(verdict_prefix.size());
}

const option_row* find_option(std::string_view name) {
    const std::string_view wanted = verdict_key(name) ? "verdict.*" : name;
    for (const option_row& row : all_rows) {
        if (row.name == wanted) return &row;
    }
    return nullptr;
}

bool in_scope(const option_row& row, option_scope scope) {
    return (row.scopes & static_cast<std::uint32_t>(scope)) != 0;
}

const char* to_string(option_type type) {
    static constexpr std::array names = {
        "duration", "size",   "count",  "number",  "bool",    "enum",  "text",  "url",
        "path",     "header", "tokens", "address", "origins", "paths", "hosts", "bytes"};
    return names[static_cast<std::size_t>(type)];
}

const char* to_string(option_scope scope) {
    switch (scope) {
    case option_scope::hub:
        return "hub";
    case option_scope::link:
        return "link";
    case option_scope::listener:
        return "listener";
    }
    return "";
}

std::vector<std::string_view> split_words(std::string_view words) {
    std::vector<std::string_view> made;
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        made.push_back(words.substr(0, end));
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    }
    return made;
}

} // namespace resock::hub
