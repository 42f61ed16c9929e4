// NAME=VALUE of --set.
#pragma once

#include <string>
#include <vector>

#include <resock/resock.hpp>

namespace CLI {
class App;
}

namespace cli {

struct assignment {
    std::string name;
    std::string value;
};

// Throws usage_error where `text` is not NAME=VALUE.
assignment parse_assignment(const std::string& text);

// True where `name` is an option of the scope of `options`.
bool has_option(const resock::options& options, const std::string& name);

// The option --set NAME=VALUE, which may be repeated, of options of these scopes
// (command::set_scopes).
void add_set_option(CLI::App&, std::vector<std::string>& to,
                    const std::vector<std::string>& scopes);

} // namespace cli
