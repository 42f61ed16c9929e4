// Where this system keeps its trusted root certificates: found at run time, because one library
// must work on every distribution.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace resock::net {

struct root_places {
    std::string file;                     // PEM bundle, "" where none
    std::vector<std::string> directories; // hashed by c_rehash, for OpenSSL
    std::vector<std::string> looked_at;   // every place in the order of the search
    bool found() const { return !file.empty() || !directories.empty(); }
};

// The value of an environment variable, "" where it is not set.
using environment = std::function<std::string(const char* name)>;
std::string process_environment(const char* name);

// SSL_CERT_FILE and SSL_CERT_DIR (colons between) first, then the bundles of the distributions,
// then their directories; the first that exists and can be read wins. `prefix` stands before each
// built-in place (not before those of the environment).
root_places find_roots(const std::string& prefix = {},
                       const environment& variable = process_environment);

} // namespace resock::net
