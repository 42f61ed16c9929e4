// What every command of `resock` is. Help, completion and the man page are made from it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace cli {

class command {
  public:
    virtual ~command() = default;

    virtual const char* name() const = 0;
    virtual const char* summary() const = 0; // one line
    // What --help says below the options, then lines "Examples:" and "Exit codes:" with indented
    // lines below; an example may end in "# what it does". Everything else is prose.
    virtual const char* footer() const = 0;
    // Options of `app`, which is the command's own. They write into this object.
    virtual void add_options(CLI::App& app) = 0;
    // What completion offers as values of an option ("--scope") or a positional ("NAME"). Without
    // any, an option of the type FILE is completed with files and NAME=VALUE with the options of
    // the library that are in set_scopes.
    virtual std::vector<std::string> values_of(const std::string& /*option*/) const { return {}; }
    // Whose options of the library --set takes ("link", "hub"); empty where there is no --set.
    virtual std::vector<std::string> set_scopes() const { return {}; }
    // After parsing; returns an exit_code. Throws usage_error, resock::error or std::exception.
    virtual int run() = 0;
};

} // namespace cli
