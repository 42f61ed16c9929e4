#include "common/command_words.hpp"

#include <algorithm>
#include <iterator>
#include <resock/resock.hpp>

#include "common/json.hpp"
#include "common/option_list.hpp"

namespace cli {

namespace {

option_words words_of(const CLI::Option& option) {
    option_words made;
    for (const std::string& name : option.get_snames())
        made.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        made.names.push_back("--" + name);
    made.positional = made.names.empty();
    if (made.positional) made.names.push_back(option.get_name(true));
    made.required = option.get_required();
    made.takes_value = option.get_items_expected_max() > 0;
    made.repeatable =
        made.takes_value && (option.get_expected_max() > 1 ||
                             option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll);
    if (made.takes_value && !made.positional) made.type = option.get_type_name();
    made.meaning = option.get_description();
    return made;
}

std::vector<option_words> options_of(const CLI::App& app) {
    std::vector<option_words> made;
    for (const CLI::Option* option : app.get_options())
        made.push_back(words_of(*option));
    return made;
}

// "verdict.1006" and the like, each once.
std::vector<std::string> verdict_options() {
    std::vector<std::string> made;
    for (const auto& each : json_array(resock::explain_all())) {
        const std::string option = text_of(each.as_object(), "option");
        const bool is_one = !option.empty() && option.find('<') == std::string::npos;
        if (is_one && std::find(made.begin(), made.end(), option) == made.end())
            made.push_back(option);
    }
    return made;
}

} // namespace

program_words all_words() {
    const command_list commands = all_commands();
    const auto app = make_app(commands);
    program_words made;
    made.options = options_of(*app);
    made.footer = app->get_footer();
    for (const auto& each : commands) {
        command_words words{each->name(), each->summary(), each->footer(),
                            options_of(*app->get_subcommand(each->name())), each->set_scopes()};
        for (option_words& option : words.options) {
            if (option.takes_value) option.values = each->values_of(option.names.back());
        }
        made.commands.push_back(std::move(words));
    }
    return made;
}

std::vector<setting_words> all_settings() {
    std::vector<setting_words> made;
    for (const library_option& option : library_options()) {
        std::vector<std::string> names = {option.name};
        if (option.name == "verdict.*") names = verdict_options();
        for (const std::string& name : names)
            made.push_back({name, option.words, option.scopes});
    }
    return made;
}

std::vector<setting_words> settings_of(const command_words& command,
                                       const std::vector<setting_words>& all) {
    const std::vector<std::string>& scopes = command.set_scopes;
    std::vector<setting_words> made;
    std::copy_if(all.begin(), all.end(), std::back_inserter(made), [&](const setting_words& each) {
        return std::find_first_of(each.scopes.begin(), each.scopes.end(), scopes.begin(),
                                  scopes.end()) != each.scopes.end();
    });
    return made;
}

} // namespace cli
