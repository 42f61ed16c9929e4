#include "commands.hpp"

#include <algorithm>
#include <string>

#include "chaos/chaos.hpp"
#include "common/nearest.hpp"
#include "common/print.hpp"
#include "common/usage_error.hpp"
#include "completion/completion.hpp"
#include "connect/connect.hpp"
#include "demo/demo.hpp"
#include "explain/explain.hpp"
#include "man/man.hpp"
#include "options/options.hpp"
#include "serve/serve.hpp"
#include "version/version.hpp"

namespace cli {

namespace {

constexpr const char* main_footer = R"(Examples:
  resock connect wss://example.org/chat
  resock explain 1006                     # what it means and what to do
  resock options heartbeat                # what --set takes
  resock connect --help                   # the options, examples and exit codes of a command)";

// An unknown word of the command line, with the nearest that is known.
std::string unknown(const CLI::App& app, const std::vector<std::string>& words) {
    std::vector<std::string> known;
    const auto used = app.get_subcommands();
    const CLI::App& at = used.empty() ? app : *used.front();
    for (const CLI::Option* option : at.get_options()) {
        for (const std::string& name : option->get_lnames())
            known.push_back("--" + name);
    }
    for (const CLI::App* command : at.get_subcommands({}))
        known.push_back(command->get_name());
    const std::string word = words.empty() ? "" : words.front().substr(0, words.front().find('='));
    const std::string meant = nearest(word, known);
    return "unknown argument '" + word + "'" +
           (meant.empty() ? "" : "; did you mean '" + meant + "'?");
}

std::string missing_command(const command_list& commands) {
    std::string names;
    for (const auto& each : commands)
        names += (names.empty() ? "" : ", ") + std::string(each->name());
    return "expected a command, such as connect URL; there are " + names;
}

int run_parsed(CLI::App& app, const command_list& commands, int argc, char** argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return print(app.help()); // of the command, where one was given
    } catch (const CLI::CallForVersion&) {
        return print(version_text());
    } catch (const CLI::ExtrasError&) {
        throw usage_error(unknown(app, app.remaining(true)));
    } catch (const CLI::ParseError& error) {
        throw usage_error(error.what());
    }
    const auto chosen = std::find_if(commands.begin(), commands.end(), [&](const auto& each) {
        return app.got_subcommand(each->name());
    });
    if (chosen == commands.end()) throw usage_error(missing_command(commands));
    return (*chosen)->run();
}

} // namespace

command_list all_commands() {
    command_list made;
    made.push_back(std::make_unique<connect_command>());
    made.push_back(std::make_unique<serve_command>());
    made.push_back(std::make_unique<chaos_command>());
    made.push_back(std::make_unique<demo_command>());
    made.push_back(std::make_unique<explain_command>());
    made.push_back(std::make_unique<options_command>());
    made.push_back(std::make_unique<completion_command>());
    made.push_back(std::make_unique<man_command>());
    made.push_back(std::make_unique<version_command>());
    return made;
}

std::unique_ptr<CLI::App> make_app(const command_list& commands) {
    auto app = std::make_unique<CLI::App>("resock: a WebSocket that stays up and loses no message",
                                          "resock");
    app->footer(main_footer);
    app->require_subcommand(0, 1); // none is looked at later: the nearest one can be said
    app->set_version_flag("--version", version_text());
    for (const auto& each : commands) {
        CLI::App* added = app->add_subcommand(each->name(), each->summary());
        added->footer(each->footer());
        each->add_options(*added);
    }
    return app;
}

int run_command_line(int argc, char** argv) {
    const command_list commands = all_commands();
    const auto app = make_app(commands);
    try {
        return run_parsed(*app, commands, argc, argv);
    } catch (const usage_error& error) {
        const auto used = app->get_subcommands();
        const std::string command = used.empty() ? "" : " " + used.front()->get_name();
        throw usage_error(error.what() + (" (see `resock" + command + " --help`)"));
    }
}

} // namespace cli
