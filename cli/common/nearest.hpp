// What a person may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

// The one of `known` with the fewest changed letters, empty where none is near.
std::string nearest(std::string_view wrong, const std::vector<std::string>& known);

} // namespace cli
