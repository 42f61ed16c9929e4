#include "completion/scripts.hpp"

namespace cli {

namespace {

constexpr const char* head = R"(# bash completion for resock, made by `resock completion bash`.

# _resock_offer WORDS: those that begin as the current word does.
_resock_offer() {
    local IFS=$' \n'
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

# The value of the option $name of the library.
_resock_value() {
    case $name in
)";

constexpr const char* middle = R"(    esac
}

# _resock_setting NAMES: one of them, options of the library, and its value behind "=".
_resock_setting() {
    local before=
    if [[ -z $name && $cur == *=* ]]; then # "=" does not break words in this shell
        name=${cur%%=*} before=${cur%%=*}= cur=${cur#*=}
    fi
    if [[ -n $name ]]; then
        _resock_value
        COMPREPLY=("${COMPREPLY[@]/#/$before}")
        return
    fi
    compopt -o nospace 2>/dev/null
    _resock_offer "$1"
}

)";

constexpr const char* function = R"(
_resock() {
    local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) name= prev
    COMPREPLY=()
    # Bash hands over --set a=b as the words --set, a, = and b.
    if [[ $cur == = ]]; then
        cur= at=$COMP_CWORD
    fi
    if [[ ${COMP_WORDS[at]} == = ]]; then
        name=${COMP_WORDS[at - 1]} at=$((at - 2))
        [[ ${COMP_WORDS[at]} != = ]] || at=$((at - 1))
    fi
    prev=${COMP_WORDS[at]}
    if [[ $name == --* ]]; then # --set=a
        prev=$name name=
    fi
    if ((COMP_CWORD == 1)); then
        _resock_offer "$_resock_commands"
        return
    fi
    case ${COMP_WORDS[1]}:$prev in
)";

constexpr const char* tail = R"(    esac
}

complete -F _resock resock
)";

std::string offer(const std::vector<std::string>& words) {
    return "_resock_offer '" + in_one_line(words) + "'";
}

std::string branch(const std::string& pattern, const std::string& action) {
    return "        " + pattern + ") " + action + " ;;\n";
}

std::vector<std::string> names_of(const std::vector<option_words>& options) {
    std::vector<std::string> made;
    for (const option_words& option : options) {
        if (!option.positional) made.insert(made.end(), option.names.begin(), option.names.end());
    }
    return made;
}

// The variable with the names that --set takes.
std::string list_name(const command_words& command) {
    return "_resock_" + command.name + "_settings";
}

std::string list_of(const command_words& command, const std::vector<setting_words>& settings) {
    if (command.set_scopes.empty()) return "";
    std::string made = list_name(command) + "=\"\n";
    for (const setting_words& each : settings_of(command, settings))
        made += each.name + "=\n";
    return made + "\"\n";
}

// What stands behind options that take a value, then what stands anywhere else.
std::string branches(const command_words& command) {
    std::string made;
    std::vector<std::string> words;
    for (const option_words& option : command.options) {
        if (option.positional)
            words.insert(words.end(), option.values.begin(), option.values.end());
        if (option.positional || !option.takes_value) continue;
        std::string pattern;
        for (const std::string& name : option.names)
            pattern += (pattern.empty() ? "" : " | ") + command.name + ":" + name;
        switch (offer_of(option)) {
        case offered::settings:
            made += branch(pattern, "_resock_setting \"$" + list_name(command) + "\"");
            break;
        case offered::files:
            made += branch(pattern, "COMPREPLY=($(compgen -f -- \"$cur\"))");
            break;
        case offered::words:
            made += branch(pattern, offer(option.values));
            break;
        case offered::nothing:
            made += branch(pattern, ":");
            break;
        }
    }
    const std::vector<std::string> names = names_of(command.options);
    words.insert(words.end(), names.begin(), names.end());
    return made + branch(command.name + ":*", offer(words));
}

} // namespace

std::string bash_script(const program_words& program, const std::vector<setting_words>& settings) {
    std::string made = head;
    for (const setting_words& each : settings) {
        if (!each.values.empty()) made += branch(each.name, offer(each.values));
    }
    made += middle;
    for (const command_words& command : program.commands)
        made += list_of(command, settings);
    std::vector<std::string> first;
    for (const command_words& command : program.commands)
        first.push_back(command.name);
    const std::vector<std::string> names = names_of(program.options);
    first.insert(first.end(), names.begin(), names.end());
    made += "_resock_commands='" + in_one_line(first) + "'\n" + function;
    for (const command_words& command : program.commands)
        made += branches(command);
    return made + tail;
}

} // namespace cli
