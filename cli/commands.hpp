// The command line: which commands there are, and how the words of one are read.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "command.hpp"

namespace cli {

using command_list = std::vector<std::unique_ptr<command>>;

// In the order in which help lists them.
command_list all_commands();

// `resock` with these as its subcommands; they must outlive it.
std::unique_ptr<CLI::App> make_app(const command_list&);

// Reads the arguments and runs the command; returns its exit_code. Throws what command::run
// does; the sentence of a usage_error says where help is.
int run_command_line(int argc, char** argv);

} // namespace cli
