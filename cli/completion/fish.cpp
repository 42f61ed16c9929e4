#include "completion/scripts.hpp"

namespace cli {

namespace {

constexpr const char* head = R"(# fish completion for resock, made by `resock completion fish`.

complete -c resock -f

# Options of the library as NAME=, or NAME=VALUE where the values are known.
function __resock_settings
    printf '%s\n' \
)";

std::string quoted(const std::string& text) {
    std::string made = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') made += '\\';
        made += c;
    }
    return made + "'";
}

std::string list_of(const std::vector<setting_words>& settings) {
    std::string made;
    const auto add = [&](const std::string& word) {
        made += (made.empty() ? "" : " \\\n") + ("        " + word);
    };
    for (const setting_words& each : settings) {
        if (each.values.empty()) add(each.name + "=");
        for (const std::string& value : each.values)
            add(each.name + "=" + value);
    }
    return made + "\nend\n\n";
}

// "-l set", "-s q"
std::string names_of(const option_words& option) {
    std::string made;
    for (const std::string& name : option.names)
        made += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
    return made;
}

std::string value_of(const option_words& option) {
    switch (offer_of(option)) {
    case offered::settings:
        return " -x -a '(__resock_settings)'";
    case offered::files:
        return " -r -F";
    case offered::words:
        return " -x -a " + quoted(in_one_line(option.values));
    case offered::nothing:
        return option.takes_value ? " -x" : "";
    }
    return "";
}

std::string lines(const std::string& condition, const std::vector<option_words>& options) {
    std::string made;
    for (const option_words& option : options) {
        const std::string begin = "complete -c resock -n " + quoted(condition);
        if (!option.positional)
            made += begin + names_of(option) + value_of(option) + " -d " + quoted(option.meaning) +
                    "\n";
        else if (!option.values.empty())
            made += begin + " -a " + quoted(in_one_line(option.values)) + "\n";
    }
    return made;
}

} // namespace

std::string fish_script(const program_words& program, const std::vector<setting_words>& settings) {
    std::string made = head + list_of(settings);
    made += lines("__fish_use_subcommand", program.options);
    for (const command_words& command : program.commands)
        made += "complete -c resock -n __fish_use_subcommand -a " + command.name + " -d " +
                quoted(command.summary) + "\n";
    for (const command_words& command : program.commands)
        made += lines("__fish_seen_subcommand_from " + command.name, command.options);
    return made;
}

} // namespace cli
