// The closing figures, as a table for people and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "demo/outcome.hpp"

namespace demo {

struct row {
    std::string name;
    std::vector<std::string> values; // one for each side
};

std::vector<row> table_of(const outcome&);
std::string text_of(const outcome&);
std::string json_of(const outcome&); // one line

// What is about to run: "50,000 messages at 5,000/s, …"
std::string headline_of(const settings&);

} // namespace demo
