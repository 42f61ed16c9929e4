// Wrong arguments.
#pragma once

#include <stdexcept>

namespace cli {

// The arguments are wrong; the sentence says what would be right. Ends with wrong_usage.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace cli
