#include "man/man.hpp"

#include <resock/resock.hpp>

#include "common/command_words.hpp"
#include "common/option_list.hpp"
#include "common/print.hpp"
#include "man/footer.hpp"
#include "man/roff.hpp"

namespace cli {

namespace {

std::string names_of(const option_words& option) {
    std::string made;
    for (const std::string& name : option.names)
        made += (made.empty() ? "" : ", ") + name;
    return made;
}

// "resock connect [OPTIONS] URL"
std::string usage(const command_words& command) {
    std::string made = "resock " + command.name + " [OPTIONS]";
    for (const option_words& option : command.options) {
        if (!option.positional) continue;
        const std::string name = option.names.front() + (option.repeatable ? "..." : "");
        made += " " + (option.required ? name : "[" + name + "]");
    }
    return made;
}

void add_options(roff& page, const std::vector<option_words>& options) {
    for (const option_words& option : options)
        page.tagged(names_of(option), option.type, option.meaning);
}

void add_footer(roff& page, const footer_parts& parts) {
    if (!parts.examples.empty()) {
        page.heading("Examples");
        page.example(parts.examples);
    }
    if (parts.exit_codes.empty()) return;
    page.heading("Exit codes");
    for (const footer_entry& each : parts.exit_codes)
        page.tagged(each.label, "", each.text);
}

void add_command(roff& page, const command_words& command) {
    const footer_parts parts = split_footer(command.footer);
    page.subsection(usage(command));
    page.paragraph(command.summary + ".");
    for (const std::string& each : parts.paragraphs)
        page.paragraph(each);
    add_options(page, command.options);
    add_footer(page, parts);
}

// "duration, default 10s, 10ms to 1h; link; changeable"
std::string facts_of(const library_option& option) {
    std::string made = option.type;
    if (!option.default_value.empty()) made += ", default " + option.default_value;
    if (!option.range.empty()) made += ", " + option.range;
    std::string scopes;
    for (const std::string& scope : option.scopes)
        scopes += (scopes.empty() ? "" : ", ") + scope;
    const std::string flags = shown_flags(option);
    return made + "; " + scopes + (flags.empty() ? "" : "; " + flags);
}

void add_library_options(roff& page) {
    page.section("LIBRARY OPTIONS");
    page.paragraph("What --set takes and programs set by the same names: type, default and range; "
                   "scope; what else can be said.");
    std::string section;
    for (const library_option& option : library_options()) {
        if (option.section != section) {
            section = option.section;
            page.subsection(section);
        }
        page.tagged(option.name, facts_of(option), option.meaning);
    }
}

std::string man_page(const program_words& words) {
    roff page("RESOCK", "1", std::string("resock ") + resock_version());
    page.section("NAME");
    page.paragraph("resock - a WebSocket that stays up and loses no message");
    page.section("SYNOPSIS");
    page.heading("resock COMMAND [OPTIONS] [ARGUMENTS]");
    page.section("DESCRIPTION");
    page.paragraph("resock keeps a WebSocket connected and keeps its messages until they are "
                   "confirmed. Each command has --help.");
    add_options(page, words.options);
    add_footer(page, split_footer(words.footer));
    page.section("COMMANDS");
    for (const command_words& command : words.commands)
        add_command(page, command);
    add_library_options(page);
    return page.text();
}

} // namespace

const char* man_command::footer() const {
    return R"(The man page in roff, made of the help of all commands and the table of options.

Examples:
  resock man | man -l -
  resock man > /usr/local/share/man/man1/resock.1

Exit codes:
  0    printed
  1    standard output cannot be written
  2    wrong usage)";
}

int man_command::run() {
    return print(man_page(all_words()));
}

} // namespace cli
