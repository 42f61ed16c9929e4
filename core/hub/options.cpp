#include "hub/options.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "hub/option_value.hpp"

namespace resock::hub {

namespace {

namespace json = boost::json;

constexpr std::string_view verdict_pattern = "verdict.*";

bool has_default(const option_row& row) {
    return row.type != option_type::url && row.type != option_type::address &&
           row.type != option_type::header && row.type != option_type::bytes &&
           row.name != verdict_pattern;
}

json::array scopes_of(const option_row& row) {
    json::array made;
    for (const option_scope scope : all_scopes) {
        if (in_scope(row, scope)) made.emplace_back(to_string(scope));
    }
    return made;
}

json::value range_of(const option_row& row) {
    if (row.max.empty()) return nullptr;
    return json::object{{"min", row.min.empty() ? "0" : row.min}, {"max", row.max}};
}

json::value words_of(const option_row& row) {
    if (row.words.empty()) return nullptr;
    json::array made;
    for (const std::string_view word : split_words(row.words))
        made.emplace_back(word);
    return made;
}

json::object describe(const option_row& row) {
    json::object made;
    made["name"] = row.name;
    made["section"] = section_of(row);
    made["type"] = to_string(row.type);
    made["scope"] = scopes_of(row);
    made["default"] = has_default(row) ? json::value(row.default_value) : json::value(nullptr);
    made["range"] = range_of(row);
    made["allowed"] = words_of(row);
    made["unlimited"] = row.has(flag::unlimited);
    made["repeatable"] = row.has(flag::repeatable);
    made["changeable"] = row.has(flag::changeable);
    made["secret"] = row.has(flag::secret);
    made["meaning"] = row.meaning;
    return made;
}

} // namespace

void options::set(std::string_view name, std::string_view value) {
    const option_row& row = require_option(name, scope_);
    check_value(row, name, value);
    auto& values = values_[std::string(name)];
    if (row.has(flag::repeatable) && values.size() >= max_headers) {
        throw error(status::option, "option '" + std::string(name) + "' was set " +
                                        std::to_string(values.size()) +
                                        " times; more are not allowed");
    }
    if (!row.has(flag::repeatable)) values.clear();
    values.emplace_back(value);
}

void options::set_bytes(std::string_view name, std::string_view bytes) {
    check_bytes(require_option(name, scope_), name, bytes);
    values_[std::string(name)] = {std::string(bytes)};
}

std::string options::get(std::string_view name) const {
    const option_row& row = require_option(name, scope_);
    const auto set = values(name);
    if (set.empty()) return std::string(row.default_value);
    std::string made;
    for (const std::string& value : set) {
        if (!made.empty()) made += "\n";
        made += shown_value(row, value);
    }
    return made;
}

std::span<const std::string> options::values(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return {};
    return found->second;
}

options options::overlaid(const options& over) const {
    options made = *this;
    for (const auto& [name, values] : over.values_) {
        auto& mine = made.values_[name];
        if (!find_option(name)->has(flag::repeatable)) mine.clear();
        mine.insert(mine.end(), values.begin(), values.end());
    }
    return made;
}

std::vector<std::string> options::names() const {
    std::vector<std::string> made;
    for (const auto& [name, values] : values_)
        made.push_back(name);
    return made;
}

std::vector<std::string_view> options::verdict_names() const {
    std::vector<std::string_view> made;
    for (const auto& [name, values] : values_) {
        if (verdict_key(name)) made.emplace_back(name);
    }
    return made;
}

std::string options::describe_json() const {
    json::array made;
    for (const option_row& row : option_table()) {
        if (!in_scope(row, scope_)) continue;
        json::object described = describe(row);
        if (row.name == verdict_pattern) {
            json::object set;
            for (const std::string_view name : verdict_names())
                set[name] = get(name);
            if (!set.empty()) described["value"] = std::move(set);
        } else if (!values(row.name).empty()) {
            described["value"] = get(row.name);
        }
        made.push_back(std::move(described));
    }
    return json::serialize(made);
}

std::string describe_options_json(std::optional<option_scope> filter) {
    json::array made;
    for (const option_row& row : option_table()) {
        if (!filter || in_scope(row, *filter)) made.push_back(describe(row));
    }
    return json::serialize(made);
}

} // namespace resock::hub
