#include "version/version.hpp"

#include <resock/resock.hpp>

#include "common/json.hpp"
#include "common/print.hpp"

namespace cli {

std::string version_text() {
    return std::string("resock ") + resock_version() + "\nABI " +
           std::to_string(resock_abi_version()) + "\n";
}

const char* version_command::footer() const {
    return R"(Of a library that is linked dynamically the version that it was compiled against is told, and the
one that runs now where it is another.

Examples:
  resock version
  resock version --json                   # for a bug report

Exit codes:
  0    shown
  1    standard output cannot be written
  2    wrong usage)";
}

void version_command::add_options(CLI::App& app) {
    app.add_flag("--json", json_, "As a JSON object");
}

int version_command::run() {
    const std::string found = resock::version_json();
    if (json_) return print(found + "\n");
    const boost::json::object all = json_object(found);
    std::string made = version_text();
    for (const boost::json::value& each : all.at("libraries").as_array()) {
        const boost::json::object& library = each.as_object();
        const std::string built = text_of(library, "built");
        const std::string running = text_of(library, "running");
        made += text_of(library, "name") + " " + (running.empty() ? built : running);
        if (!running.empty() && running != built) made += " (compiled against " + built + ")";
        made += "\n";
    }
    return print(made + "compiler " + text_of(all, "compiler") + "\n");
}

} // namespace cli
