#include "man/roff.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace cli {

namespace {

// One character of UTF-8 at the front of `text`, which is valid; how many bytes it has in `size`.
std::uint32_t code_point(std::string_view text, std::size_t& size) {
    const auto first = static_cast<unsigned char>(text.front());
    size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    size = std::min(size, text.size());
    std::uint32_t made = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i)
        made = made << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    return made;
}

std::string unicode(std::uint32_t code) {
    char text[16];
    std::snprintf(text, sizeof text, "\\[u%04X]", static_cast<unsigned>(code));
    return text;
}

const char* special(char c) {
    switch (c) {
    case '\\':
        return "\\e";
    case '-': // an ASCII one, which can be copied into a shell
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '"':
        return "\\(dq";
    default:
        return nullptr;
    }
}

} // namespace

std::string roff::escaped(std::string_view text) {
    std::string made;
    if (!text.empty() && text.front() == '.') made += "\\&"; // no request
    while (!text.empty()) {
        std::size_t size = 1;
        const std::uint32_t code = code_point(text, size);
        if (const char* as = special(text.front()))
            made += as;
        else if (code >= 0x80)
            made += unicode(code);
        else
            made += text.front();
        text.remove_prefix(size);
    }
    return made;
}

roff::roff(std::string_view name, std::string_view section, std::string_view source) {
    line(".TH " + escaped(name) + " " + std::string(section) + " \"\" \"" + escaped(source) + "\"");
}

void roff::line(std::string_view escaped_text) {
    made_.append(escaped_text).append("\n");
}

void roff::begin_paragraph() {
    if (!begins_) line(".PP");
    begins_ = false;
}

void roff::section(std::string_view title) {
    line(".SH " + escaped(title));
    begins_ = true;
}

void roff::subsection(std::string_view title) {
    line(".SS " + escaped(title));
    begins_ = true;
}

void roff::paragraph(std::string_view text) {
    begin_paragraph();
    line(escaped(text));
}

void roff::heading(std::string_view text) {
    begin_paragraph();
    line("\\fB" + escaped(text) + "\\fR");
}

void roff::tagged(std::string_view bold, std::string_view italic, std::string_view text) {
    begins_ = false;
    line(".TP");
    line("\\fB" + escaped(bold) + "\\fR" +
         (italic.empty() ? "" : " \\fI" + escaped(italic) + "\\fR"));
    line(escaped(text));
}

void roff::example(const std::vector<std::string>& lines) {
    begins_ = false;
    line(".PP");
    line(".RS 4");
    line(".nf");
    for (const std::string& each : lines)
        line(escaped(each));
    line(".fi");
    line(".RE");
}

} // namespace cli
