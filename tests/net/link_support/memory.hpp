// Counts what this program allocates with new: bounds on memory are measured, not believed.
#pragma once

#include <cstddef>

namespace resock::test {

// Bytes held more at the worst moment of its life than at its beginning, by all threads. One at a
// time.
class memory_mark {
  public:
    memory_mark();
    std::size_t worst() const;

  private:
    std::size_t before_;
};

} // namespace resock::test
