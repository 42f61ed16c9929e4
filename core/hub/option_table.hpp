// The options of this release. The table is the only list: parsing, bounds, defaults, docs, the
// command line and every binding take them from here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace resock::hub {

// How the value of an option is written and checked.
enum class option_type {
    duration, // "10s"
    size,     // bytes: "8MiB"
    count,    // "10000"
    number,   // "1.5"
    boolean,  // "true" or "false"
    word,     // one of `words`
    text,     // UTF-8
    url,      // ws:, wss: or echo:
    path,     // of a file
    header,   // "Name: value", a field of HTTP
    tokens,   // separated by commas or spaces
    address,  // to listen at: ws://ADDRESS:PORT, wss://ADDRESS:PORT, unix:PATH
    origins,  // of RFC 6454, separated by commas or spaces
    paths,    // of URLs, separated by commas or spaces; "/feed/*" for all below it
    hosts,    // names or addresses, separated by commas or spaces
    bytes,    // any, by set_bytes only
};

// Where an option belongs: values are bits of option_row::scopes and values of resock.h.
enum class option_scope : std::uint32_t { hub = 1, link = 2, listener = 4 };
inline constexpr option_scope all_scopes[] = {option_scope::hub, option_scope::link,
                                              option_scope::listener};

// Bits of option_row::flags.
namespace flag {
inline constexpr std::uint32_t plain = 0;
inline constexpr std::uint32_t unlimited = 1;  // the value "unlimited" is allowed too
inline constexpr std::uint32_t repeatable = 2; // each setting adds a value; else the last counts
inline constexpr std::uint32_t changeable = 4; // may be set on an open link
inline constexpr std::uint32_t secret = 8;     // masked where it is shown
} // namespace flag

struct option_row {
    std::string_view name; // "verdict.*" stands for every close code, HTTP status and cause
    option_type type;
    std::uint32_t scopes;
    std::string_view default_value; // as it would be set
    std::string_view min, max;      // as they would be set; of text, path, header, tokens: bytes
    std::string_view words;         // of type word: separated by spaces
    std::uint32_t flags;
    std::string_view meaning; // one sentence with the unit

    bool has(std::uint32_t bit) const { return (flags & bit) != 0; }
};

// Sorted by subject, as docs list them.
std::span<const option_row> option_table();

// The heading under which docs list the row: "Delivery".
std::string_view section_of(const option_row&);

// The row of `name`; "verdict.1008" has the row "verdict.*". Null where there is none.
const option_row* find_option(std::string_view name);
// "1008" for "verdict.1008"; empty for a name outside the pattern.
std::optional<std::string_view> verdict_key(std::string_view name);

bool in_scope(const option_row&, option_scope);
const char* to_string(option_type);
const char* to_string(option_scope);
// "ping" "text" "off" for "ping text off".
std::vector<std::string_view> split_words(std::string_view words);

} // namespace resock::hub
