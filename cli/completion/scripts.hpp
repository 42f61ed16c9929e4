// The script of each shell, made of the commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/command_words.hpp"

namespace cli {

std::string bash_script(const program_words&, const std::vector<setting_words>&);
std::string zsh_script(const program_words&, const std::vector<setting_words>&);
std::string fish_script(const program_words&, const std::vector<setting_words>&);

// What is to be offered as a value.
enum class offered { nothing, settings, files, words };
offered offer_of(const option_words&);

// "a b c"
std::string in_one_line(const std::vector<std::string>& words);

} // namespace cli
