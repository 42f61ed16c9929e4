// The commands as data: what completion scripts and the man page say of them.
#pragma once

#include <string>
#include <vector>

#include "commands.hpp"

namespace cli {

struct option_words {
    std::vector<std::string> names; // "-q", "--quiet"; of a positional one, "URL"
    bool positional = false;
    bool required = false;
    bool takes_value = false;
    bool repeatable = false;
    std::string type; // "NAME=VALUE"; "" for a flag
    std::string meaning;
    std::vector<std::string> values; // command::values_of
};

struct command_words {
    std::string name;
    std::string summary;
    std::string footer;
    std::vector<option_words> options;   // positional ones among them
    std::vector<std::string> set_scopes; // command::set_scopes
};

struct program_words {
    std::vector<option_words> options; // of `resock` alone
    std::vector<command_words> commands;
    std::string footer;
};

// Of the commands of this program.
program_words all_words();

// What may stand before the = of --set, a name for each code and cause, and what behind it.
struct setting_words {
    std::string name; // "delivery", "verdict.1006"
    std::vector<std::string> values;
    std::vector<std::string> scopes;
};
std::vector<setting_words> all_settings();
// Of these, what --set of the command takes.
std::vector<setting_words> settings_of(const command_words&, const std::vector<setting_words>&);

} // namespace cli
