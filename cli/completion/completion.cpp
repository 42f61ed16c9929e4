#include "completion/completion.hpp"

#include "common/nearest.hpp"
#include "common/print.hpp"
#include "common/usage_error.hpp"
#include "completion/scripts.hpp"

namespace cli {

const char* completion_command::footer() const {
    return R"(The script completes commands, options and the names and values behind --set. It is printed, and
nothing is changed: put it where your shell looks for it, or read it when the shell starts.

Examples:
  source <(resock completion bash)                       # for this shell
  resock completion bash > ~/.local/share/bash-completion/completions/resock
  resock completion zsh > ~/.zfunc/_resock               # with ~/.zfunc in $fpath
  resock completion fish > ~/.config/fish/completions/resock.fish

Exit codes:
  0    printed
  1    standard output cannot be written
  2    no such shell, or wrong usage)";
}

void completion_command::add_options(CLI::App& app) {
    app.add_option("SHELL", shell_, "bash, zsh or fish")->type_name("")->required();
}

std::vector<std::string> completion_command::values_of(const std::string& option) const {
    if (option != "SHELL") return {};
    return {"bash", "zsh", "fish"};
}

int completion_command::run() {
    const program_words words = all_words();
    const std::vector<setting_words> settings = all_settings();
    if (shell_ == "bash") return print(bash_script(words, settings));
    if (shell_ == "zsh") return print(zsh_script(words, settings));
    if (shell_ == "fish") return print(fish_script(words, settings));
    const std::string meant = nearest(shell_, values_of("SHELL"));
    throw usage_error("there is no script for '" + shell_ + "': expected bash, zsh or fish" +
                      (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
}

offered offer_of(const option_words& option) {
    if (!option.takes_value) return offered::nothing;
    if (!option.values.empty()) return offered::words;
    if (option.type == "NAME=VALUE") return offered::settings;
    return option.type == "FILE" ? offered::files : offered::nothing;
}

std::string in_one_line(const std::vector<std::string>& words) {
    std::string made;
    for (const std::string& word : words)
        made += (made.empty() ? "" : " ") + word;
    return made;
}

} // namespace cli
