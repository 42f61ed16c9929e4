#include "common/assignment.hpp"

#include <CLI/CLI.hpp>

#include "common/usage_error.hpp"

namespace cli {

assignment parse_assignment(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        throw usage_error("--set " + text +
                          ": expected NAME=VALUE, for example --set heartbeat.interval=5s");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

bool has_option(const resock::options& options, const std::string& name) {
    try {
        options.get(name);
        return true;
    } catch (const resock::error&) {
        return false;
    }
}

void add_set_option(CLI::App& app, std::vector<std::string>& to,
                    const std::vector<std::string>& scopes) {
    std::string names;
    for (const std::string& scope : scopes)
        names += (names.empty() ? "" : " or ") + scope;
    app.add_option("--set", to,
                   "An option of scope " + names + " (resock options); may be repeated")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->take_all();
}

} // namespace cli
