// Name/value settings: names, scope and bounds are checked when set, combinations when used
// (settings.hpp).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/option_table.hpp"

namespace resock::hub {

// A plain value: copied when used. One thread at a time.
class options {
  public:
    explicit options(option_scope scope)
        : scope_(scope) {}

    // Throws error(status::option); the object is then unchanged. Setting a repeatable
    // option adds a value, up to 64; any other option takes the last value set.
    void set(std::string_view name, std::string_view value);
    // Throws error(status::not_supported): no option of this release is binary.
    void set_bytes(std::string_view name, std::string_view bytes);
    // What was set, else the default, as it would be set; secrets masked; "" for verdict.… that
    // was not set; fields of http.header one on a line. Throws error(status::option).
    std::string get(std::string_view name) const;
    // The table (describe_options_json) of this scope, each row with "value" (as get) where set.
    std::string describe_json() const;

    // These with those of `over` on top; a repeatable option has the values of both.
    options overlaid(const options& over) const;
    std::vector<std::string> names() const; // of what was set

    option_scope scope() const { return scope_; }
    // Unmasked, in the order of setting; empty where `name` was not set.
    std::span<const std::string> values(std::string_view name) const;
    // "verdict.1008" and the like that were set.
    std::vector<std::string_view> verdict_names() const;

  private:
    option_scope scope_;
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// JSON array, one object for each option: name, section, type, scope (array), default (null where
// there is none), range ({"min", "max"} or null), allowed (array of words or null), unlimited,
// repeatable, changeable, secret, meaning. Without `filter` those of all scopes.
std::string describe_options_json(std::optional<option_scope> filter);

} // namespace resock::hub
