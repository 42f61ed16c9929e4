#include "options/markdown.hpp"

namespace cli {

namespace {

using option_list = std::vector<library_option>;

constexpr const char* head = R"(# Options

<!-- Written by `resock options --markdown`: change core/hub/option_table.cpp and run
     `./dev docs --update`. -->

Everything that can be set. The table in the library is the only list: it checks what is set, and this
page, `resock options` and `resock_options_describe` are made of it.

| where | how |
|---|---|
| C | `resock_options_set(options, "heartbeat.interval", "5s", NULL)`; on an open link `resock_link_set` |
| C++ | `options.set("heartbeat.interval", "5s")`; on an open link `link.set(...)` |
| Python | `resock.connect(url, heartbeat_interval=5)`; on an open link `link.set_options(...)`; more in [the guide](python/guide.md#options) |
| command line | `--set heartbeat.interval=5s` |

A wrong name, value or scope is an error at once, which says what is allowed and which name is nearest;
combinations are checked when the options are used. Values are text:

| type | is written |
|---|---|
| duration | a number and its unit: `20us`, `500ms`, `10s`, `1.5s`, `5min`, `2h`; `0` needs none |
| size | bytes: `4096`, `64KiB`, `8MiB`, `1GiB`; also `64kB`, `1MB`, `1GB` of 1,000 each |
| count | a whole number |
| number | a number, with a point: `1.5` |
| bool | `true` or `false` |
| enum | one of the words that are listed |
| text | UTF-8 |
| url | `ws://host[:port]/path`, `wss://host[:port]/path` or `echo:` |
| path | the path of a file |
| header | a field of HTTP: `Name: value` |
| tokens, origins, paths | several, separated by commas or spaces |
| address | `ws://ADDRESS:PORT`, `wss://ADDRESS:PORT` or `unix:PATH` |

*Of* says whose options it belongs to: a hub's, a link's, a listener's (which hold those of the links
that it accepts, too). A *changeable* one may be set on an open link; the others are fixed when it is
opened. A *repeatable* one gains a value with each setting, any other keeps the last. A *secret* one is
masked wherever the library shows it.
)";

// "heartbeat" of "heartbeat.interval", "url" of "url".
std::string prefix_of(const std::string& name) {
    return name.substr(0, name.find('.'));
}

std::string code(const std::string& text) {
    return text.empty() ? "–" : "`" + text + "`";
}

// A bar would end the cell, an angle bracket begin a tag.
std::string cell(const std::string& text) {
    std::string made;
    bool in_code = false;
    for (const char c : text) {
        if (c == '`') in_code = !in_code;
        if ((c == '<' || c == '*') && !in_code)
            made += '\\';
        else if (c == '|')
            made += '\\';
        made += c;
    }
    return made;
}

std::string values_of(const library_option& option) {
    std::string made = option.type;
    if (option.range.empty()) return made;
    return made + ": " + option.range;
}

std::string row_of(const library_option& option) {
    std::string scopes;
    for (const std::string& each : option.scopes)
        scopes += (scopes.empty() ? "" : ", ") + each;
    const std::string flags = shown_flags(option);
    return "| `" + option.name + "` | " + cell(values_of(option)) + " | " +
           code(option.default_value) + " | " + scopes + " | " + (flags.empty() ? "–" : flags) +
           " | " + cell(option.meaning) + " |\n";
}

} // namespace

std::string options_page(const option_list& all) {
    std::string made = head;
    std::string section, prefix;
    for (const library_option& option : all) {
        if (option.section != section) {
            section = option.section;
            prefix.clear();
            made += "\n## " + section + "\n";
        }
        if (prefix_of(option.name) != prefix) {
            prefix = prefix_of(option.name);
            made += "\n### " + prefix + "\n| option | value | default | of | notes | meaning |\n" +
                    "|---|---|---|---|---|---|\n";
        }
        made += row_of(option);
    }
    return made;
}

} // namespace cli
