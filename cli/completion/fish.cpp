#include "completion/scripts.hpp"

namespace cli {

namespace {

constexpr const char* head = R"(# fish completion for resock, made by `resock completion fish`.

complete -c resock -f

# What --set of a command takes: NAME=, or NAME=VALUE where the values are known.
)";

std::string quoted(const std::string& text) {
    std::string made = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') made += '\\';
        made += c;
    }
    return made + "'";
}

// The function that prints what --set of a command takes.
std::string list_name(const std::string& command) {
    return "__resock_" + command + "_settings";
}

std::string list_of(const command_words& command, const std::vector<setting_words>& settings) {
    if (command.set_scopes.empty()) return "";
    std::string made;
    const auto add = [&](const std::string& word) {
        made += (made.empty() ? "" : " \\\n") + ("        " + word);
    };
    for (const setting_words& each : settings_of(command, settings)) {
        if (each.values.empty()) add(each.name + "=");
        for (const std::string& value : each.values)
            add(each.name + "=" + value);
    }
    return "function " + list_name(command.name) + "\n    printf '%s\\n' \\\n" + made + "\nend\n\n";
}

// "-l set", "-s q"
std::string names_of(const option_words& option) {
    std::string made;
    for (const std::string& name : option.names)
        made += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
    return made;
}

// Of an option of `command`.
std::string value_of(const std::string& command, const option_words& option) {
    switch (offer_of(option)) {
    case offered::settings:
        return " -x -a '(" + list_name(command) + ")'";
    case offered::files:
        return " -r -F";
    case offered::words:
        return " -x -a " + quoted(in_one_line(option.values));
    case offered::nothing:
        return option.takes_value ? " -x" : "";
    }
    return "";
}

std::string lines(const std::string& condition, const std::string& command,
                  const std::vector<option_words>& options) {
    std::string made;
    for (const option_words& option : options) {
        const std::string begin = "complete -c resock -n " + quoted(condition);
        if (!option.positional)
            made += begin + names_of(option) + value_of(command, option) + " -d " +
                    quoted(option.meaning) + "\n";
        else if (!option.values.empty())
            made += begin + " -a " + quoted(in_one_line(option.values)) + "\n";
    }
    return made;
}

} // namespace

std::string fish_script(const program_words& program, const std::vector<setting_words>& settings) {
    std::string made = head;
    for (const command_words& command : program.commands)
        made += list_of(command, settings);
    made += lines("__fish_use_subcommand", "", program.options);
    for (const command_words& command : program.commands)
        made += "complete -c resock -n __fish_use_subcommand -a " + command.name + " -d " +
                quoted(command.summary) + "\n";
    for (const command_words& command : program.commands)
        made += lines("__fish_seen_subcommand_from " + command.name, command.name, command.options);
    return made;
}

} // namespace cli
