// The options of the library, as its table describes them (resock_options_describe).
#pragma once

#include <string>
#include <vector>

namespace cli {

struct library_option {
    std::string name; // "verdict.*" stands for every code and cause
    std::string section;
    std::string type;
    std::vector<std::string> scopes; // "hub", "link" ...
    std::string default_value;       // "" where there is none
    std::string range;               // "10ms to 1h", "ping, text, off"; "" where there is none
    std::vector<std::string> words;  // that may be given, where they can be told
    bool repeatable = false;
    bool changeable = false;
    bool secret = false;
    std::string meaning;
};

// In the order of the table.
std::vector<library_option> library_options();

// "10s", "none" or, where it is empty, "-"; as tables show it.
std::string shown_default(const library_option&);
// "changeable, secret"
std::string shown_flags(const library_option&);

} // namespace cli
