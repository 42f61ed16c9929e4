// The command line of `resock`.
#pragma once

#include <stdexcept>
#include <string>
#include <variant>

#include "connect.hpp"

namespace cli {

struct show_text { // help or version, for standard output
    std::string text;
};

// What is to be done.
using order = std::variant<show_text, connect_settings>;

// The arguments are wrong; the sentence says what would be right.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Throws usage_error.
order parse_arguments(int argc, char** argv);

} // namespace cli
