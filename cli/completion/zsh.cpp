#include <algorithm>

#include "completion/scripts.hpp"

namespace cli {

namespace {

constexpr const char* head = R"(#compdef resock
# zsh completion for resock, made by `resock completion zsh`.

# _resock_setting NAME...: one of them, options of the library, and its value behind "=".
_resock_setting() {
    if ! compset -P '*='; then
        compadd -S = -- "$@"
        return
    fi
    case ${${IPREFIX%=}##*=} in
)";

constexpr const char* middle = R"(    esac
}

_resock() {
    local -a commands line
    local state
)";

constexpr const char* tail = R"(            esac
            ;;
    esac
}

if [[ $funcstack[1] == _resock ]]; then
    _resock "$@"
else
    compdef _resock resock
fi
)";

// Inside single quotes, with a backslash before each of `special`.
std::string quoted(const std::string& text, std::string_view special) {
    std::string made;
    for (const char c : text) {
        if (c == '\'') {
            made += "'\\''";
            continue;
        }
        if (special.find(c) != std::string_view::npos) made += '\\';
        made += c;
    }
    return made;
}

// The variable with the names that --set of a command takes.
std::string list_name(const std::string& command) {
    return "_resock_" + command + "_settings";
}

std::string list_of(const command_words& command, const std::vector<setting_words>& settings) {
    if (command.set_scopes.empty()) return "";
    std::string made = "    local -a " + list_name(command.name) + "=(\n";
    for (const setting_words& each : settings_of(command, settings))
        made += "        " + each.name + "\n";
    return made + "    )\n";
}

// Of an option of `command`.
std::string action_of(const std::string& command, const option_words& option) {
    switch (offer_of(option)) {
    case offered::settings:
        // With a space in front no arguments of compadd's come between.
        return " _resock_setting $" + list_name(command);
    case offered::files:
        return "_files";
    case offered::words:
        return "(" + in_one_line(option.values) + ")";
    case offered::nothing:
        return " ";
    }
    return " ";
}

// A specification of _arguments: '*--set[meaning]:NAME=VALUE: _resock_setting $...'.
std::string specification(const std::string& command, const option_words& option,
                          const std::string& name) {
    const std::string value = option.takes_value
                                  ? ":" + quoted(option.positional ? name : option.type, "\\:") +
                                        ":" + action_of(command, option)
                                  : "";
    if (option.positional) return "'" + std::string(option.repeatable ? "*" : "1") + value + "'";
    return "'" + std::string(option.repeatable ? "*" : "") + name + "[" +
           quoted(option.meaning, "\\[]:") + "]" + value + "'";
}

std::string specifications(const std::string& command, const std::vector<option_words>& options,
                           const std::string& margin) {
    std::string made;
    for (const option_words& option : options) {
        for (const std::string& name : option.names)
            made += " \\\n" + margin + specification(command, option, name);
    }
    return made;
}

} // namespace

std::string zsh_script(const program_words& program, const std::vector<setting_words>& settings) {
    std::string made = head;
    for (const setting_words& each : settings) {
        if (!each.values.empty())
            made += "        " + each.name + ") compadd -- " + in_one_line(each.values) + " ;;\n";
    }
    made += middle;
    for (const command_words& command : program.commands)
        made += list_of(command, settings);
    made += "    commands=(\n";
    for (const command_words& command : program.commands)
        made += "        '" + command.name + ":" + quoted(command.summary, "\\:") + "'\n";
    made += "    )\n    _arguments -C" + specifications("", program.options, "        ") +
            " \\\n        '1: :->command' \\\n        '*:: :->argument'\n"
            "    case $state in\n"
            "        command) _describe command commands ;;\n"
            "        argument)\n"
            "            case $line[1] in\n";
    for (const command_words& command : program.commands)
        made += "                " + command.name + ")\n                    _arguments" +
                specifications(command.name, command.options, "                        ") +
                "\n                    ;;\n";
    return made + tail;
}

} // namespace cli
