// The parts of command::footer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct footer_entry { // "  0    all is well"
    std::string label;
    std::string text;
};

struct footer_parts {
    std::vector<std::string> paragraphs; // each on one line
    std::vector<std::string> examples;   // a line each, without its margin
    std::vector<footer_entry> exit_codes;
};

footer_parts split_footer(std::string_view footer);

} // namespace cli
