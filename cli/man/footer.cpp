#include "man/footer.hpp"

#include <algorithm>

namespace cli {

namespace {

constexpr std::string_view margin = "  ";

std::string_view without_margin(std::string_view line) {
    return line.substr(line.substr(0, margin.size()) == margin ? margin.size() : 0);
}

// "130  Ctrl-C"
footer_entry entry_of(std::string_view line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::size_t text = std::min(line.find_first_not_of(' ', end), line.size());
    return {std::string(line.substr(0, end)), std::string(line.substr(text))};
}

void add_exit_code(std::vector<footer_entry>& to, std::string_view line) {
    if (!line.empty() && line.front() == ' ' && !to.empty()) // the text goes on
        to.back().text.append(" ").append(line.substr(line.find_first_not_of(' ')));
    else
        to.push_back(entry_of(line));
}

} // namespace

footer_parts split_footer(std::string_view footer) {
    enum class at { prose, examples, exit_codes } where = at::prose;
    footer_parts made;
    bool begins = true; // a paragraph
    while (!footer.empty()) {
        const std::size_t end = std::min(footer.find('\n'), footer.size());
        const std::string_view line = footer.substr(0, end);
        footer.remove_prefix(std::min(end + 1, footer.size()));
        if (line.find_first_not_of(' ') == std::string_view::npos) {
            begins = true;
        } else if (line == "Examples:") {
            where = at::examples;
        } else if (line == "Exit codes:") {
            where = at::exit_codes;
        } else if (where == at::examples) {
            made.examples.emplace_back(without_margin(line));
        } else if (where == at::exit_codes) {
            add_exit_code(made.exit_codes, without_margin(line));
        } else if (begins) {
            made.paragraphs.emplace_back(line);
            begins = false;
        } else {
            made.paragraphs.back().append(" ").append(line);
        }
    }
    return made;
}

} // namespace cli
