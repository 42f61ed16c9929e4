// The page docs/options.md, made of the library's own table.
#pragma once

#include <string>
#include <vector>

#include "common/option_list.hpp"

namespace cli {

std::string options_page(const std::vector<library_option>&);

} // namespace cli
