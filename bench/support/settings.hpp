// Options of the library from the command line: `--set NAME=VALUE`.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

// Options is resock::options. Throws std::invalid_argument for one without '='.
template<class Options>
void set_all(Options& into, const std::vector<std::string>& settings) {
    for (const std::string& each : settings) {
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos)
            throw std::invalid_argument("--set " + each + " has no '=': write NAME=VALUE");
        into.set(each.substr(0, equals), each.substr(equals + 1));
    }
}

} // namespace bench
