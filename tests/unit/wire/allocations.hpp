// Counts what this program allocates: bounds on memory are measured, not believed.
#pragma once

#include <cstddef>

namespace resock::test {

struct allocations {
    std::size_t count = 0;
    std::size_t live = 0; // bytes allocated and not freed
    std::size_t peak = 0; // the most that `live` has been
};

// Since reset_allocations(); `live` may wrap where memory of before is freed: free none in between.
allocations allocated();
void reset_allocations();

} // namespace resock::test
