#include "hub/option_value.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "base/url.hpp"
#include "hub/option_text.hpp"
#include "policy/failure.hpp"
#include "policy/verdict.hpp"

namespace resock::hub {

namespace {

constexpr std::string_view unlimited_word = "unlimited";

// "a, b or c"
std::string alternatives(const std::vector<std::string_view>& words) {
    std::string made;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) made += i + 1 == words.size() ? " or " : ", ";
        made += words[i];
    }
    return made;
}

std::vector<std::string_view> cause_tokens() {
    std::vector<std::string_view> made;
    for (int i = static_cast<int>(policy::cause::none) + 1;
         i <= static_cast<int>(policy::cause::local); ++i) {
        const std::string_view token = policy::to_string(static_cast<policy::cause>(i));
        if (policy::is_verdict_key(token)) made.push_back(token);
    }
    return made;
}

void check_verdict_key(std::string_view name, std::string_view key) {
    if (policy::is_verdict_key(key)) return;
    std::vector<std::string_view> known = cause_tokens();
    const std::string causes = alternatives(known);
    known.push_back("strict");
    const std::string_view near = nearest_name(key, known);
    std::string why = quoted_value(key) +
                      " is no close code (1000 to 4999), HTTP status (100 to 599 "
                      "but 101) or cause (" +
                      causes + ")";
    if (!near.empty()) why += ": did you mean 'verdict." + std::string(near) + "'?";
    refuse_option(name, why);
}

[[noreturn]] void refuse_unknown(std::string_view name) {
    std::vector<std::string_view> known;
    for (const option_row& row : option_table())
        known.push_back(row.name);
    const std::string_view near = nearest_name(name, known);
    throw error(status::option, "unknown option '" + printable(name, max_option_shown) + "'" +
                                    (near.empty() ? std::string("; resock_options_describe lists "
                                                                "all")
                                                  : ": did you mean '" + std::string(near) + "'?"));
}

// The value as a number that its bounds can be compared with; empty where it is no such value.
std::optional<double> measure(option_type type, std::string_view value) {
    const auto as_double = [](const auto& parsed) {
        return parsed ? std::optional<double>(static_cast<double>(*parsed)) : std::nullopt;
    };
    switch (type) {
    case option_type::duration: {
        const auto parsed = parse_duration(value);
        return parsed ? std::optional<double>(static_cast<double>(parsed->count())) : std::nullopt;
    }
    case option_type::size:
        return as_double(parse_size(value));
    case option_type::count:
        return as_double(parse_count(value));
    default:
        return parse_number(value);
    }
}

const char* kind_of_value(option_type type) {
    switch (type) {
    case option_type::duration:
        return "a duration such as \"10s\" or \"500ms\"";
    case option_type::size:
        return "a size such as \"8MiB\" or \"64KiB\"";
    case option_type::count:
        return "a whole number";
    default:
        return "a number such as \"1.5\"";
    }
}

void check_range(const option_row& row, std::string_view name, std::string_view value) {
    if (row.has(flag::unlimited) && value == unlimited_word) return;
    const auto measured = measure(row.type, value);
    const std::string allowed = "; allowed is " + allowed_values(row);
    if (!measured) {
        refuse_option(name, "value " + quoted_value(value) + " is not " + kind_of_value(row.type) +
                                allowed);
    }
    if (*measured < measure(row.type, row.min).value() ||
        *measured > measure(row.type, row.max).value()) {
        refuse_option(name, "value " + quoted_value(value) + " is out of range" + allowed);
    }
}

void check_word(const option_row& row, std::string_view name, std::string_view value) {
    const std::vector<std::string_view> words = split_words(row.words);
    if (std::find(words.begin(), words.end(), value) != words.end()) return;
    const std::string_view near = nearest_name(value, words);
    refuse_option(name, "value " + quoted_value(value) + " is not allowed; allowed is " +
                            allowed_values(row) +
                            (near.empty() ? "" : ": did you mean \"" + std::string(near) + "\"?"));
}

// "a link", "the hub"
std::string article(option_scope scope) {
    return (scope == option_scope::hub ? "the " : "a ") + std::string(to_string(scope));
}

} // namespace

const option_row& require_option(std::string_view name, option_scope scope) {
    const option_row* row = find_option(name);
    if (!row) refuse_unknown(name);
    if (!in_scope(*row, scope)) {
        std::string owner;
        for (const option_scope each : all_scopes)
            if (in_scope(*row, each)) owner += (owner.empty() ? "" : " or ") + article(each);
        refuse_option(name, "belongs to " + owner + ", not to " + article(scope) +
                                ": set it in the options of " + owner);
    }
    if (const auto key = verdict_key(name)) check_verdict_key(name, *key);
    return *row;
}

void check_value(const option_row& row, std::string_view name, std::string_view value) {
    switch (row.type) {
    case option_type::duration:
    case option_type::size:
    case option_type::count:
    case option_type::number:
        return check_range(row, name, value);
    case option_type::boolean:
        if (parse_bool(value)) return;
        refuse_option(name,
                      "value " + quoted_value(value) + " is not allowed; allowed is true or false");
    case option_type::word:
        return check_word(row, name, value);
    default:
        return check_text_value(row, name, value);
    }
}

std::string allowed_values(const option_row& row) {
    switch (row.type) {
    case option_type::boolean:
        return "true or false";
    case option_type::word:
        return alternatives(split_words(row.words));
    case option_type::url:
        return "ws://host[:port]/path, wss://host[:port]/path or echo:";
    case option_type::address:
        return "ws://ADDRESS:PORT, wss://ADDRESS:PORT or unix:PATH";
    case option_type::header:
        return "\"Name: value\"";
    case option_type::text:
    case option_type::path:
    case option_type::tokens:
    case option_type::origins:
    case option_type::paths:
    case option_type::hosts:
        return "at most " + std::string(row.max);
    case option_type::bytes:
        return std::string(row.min) + " or " + std::string(row.max) + " bytes";
    default:
        return std::string(row.min) + " to " + std::string(row.max) +
               (row.has(flag::unlimited) ? ", or unlimited" : "");
    }
}

std::string shown_value(const option_row& row, std::string_view value) {
    if (row.type == option_type::url) return parse_url(value).shown();
    if (row.type == option_type::header) return read_header(value).name + ": ***";
    if (row.type == option_type::bytes) return std::to_string(value.size()) + " bytes";
    return std::string(row.has(flag::secret) ? "***" : value);
}

resock::duration read_duration(std::string_view value) {
    return value == unlimited_word ? unlimited_duration : parse_duration(value).value();
}

std::uint64_t read_size(std::string_view value) {
    return parse_size(value).value();
}

std::uint64_t read_count(std::string_view value) {
    return parse_count(value).value();
}

double read_number(std::string_view value) {
    return parse_number(value).value();
}

bool read_bool(std::string_view value) {
    return parse_bool(value).value();
}

std::size_t read_word(const option_row& row, std::string_view value) {
    const std::vector<std::string_view> words = split_words(row.words);
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), value) - words.begin());
}

wire::field read_header(std::string_view value) {
    const std::size_t colon = value.find(':');
    return {std::string(value.substr(0, colon)), std::string(trimmed(value.substr(colon + 1)))};
}

std::vector<std::string> read_hosts(std::string_view value) {
    std::vector<std::string> made = read_tokens(value);
    for (std::string& each : made)
        each = lower(each);
    return made;
}

std::vector<std::string> read_tokens(std::string_view value) {
    constexpr std::string_view separators = ", \t";
    std::vector<std::string> made;
    for (std::size_t at = value.find_first_not_of(separators); at != std::string_view::npos;) {
        const std::size_t end = std::min(value.find_first_of(separators, at), value.size());
        made.emplace_back(value.substr(at, end - at));
        at = value.find_first_not_of(separators, end);
    }
    return made;
}

} // namespace resock::hub
