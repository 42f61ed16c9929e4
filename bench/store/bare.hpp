// The same rows written with SQLite alone, in a plain loop of prepared statements: what there is to
// be had.
#pragma once

#include "kept.hpp"

namespace bench {

// Seconds for the given transactions.
double run_bare(const traffic&, const std::vector<transaction>&);

} // namespace bench
