#include "common/text.hpp"

#include <algorithm>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::size_t most_columns = 100;
constexpr std::size_t least_columns = 40;

// Bytes that begin a character of UTF-8.
std::size_t letters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

} // namespace

std::size_t columns() {
    winsize size = {};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return most_columns;
    return std::clamp<std::size_t>(size.ws_col, least_columns, most_columns);
}

std::string padded(std::string_view text, std::size_t width) {
    std::string made(text);
    const std::size_t used = letters(text);
    if (used < width) made.append(width - used, ' ');
    return made;
}

std::string wrapped(std::string_view label, std::string_view text, std::size_t indent,
                    std::size_t width) {
    const std::string margin(indent, ' ');
    std::string made;
    if (letters(label) < indent)
        made = padded(label, indent);
    else
        made.append(label).append("\n").append(margin);
    std::size_t column = indent;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (column > indent && column + 1 + letters(word) > width) {
            made.append("\n").append(margin);
            column = indent;
        } else if (column > indent) {
            made += ' ';
            ++column;
        }
        made.append(word);
        column += letters(word);
    }
    made.erase(made.find_last_not_of(' ') + 1);
    return made + "\n";
}

} // namespace cli
