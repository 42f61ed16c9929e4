// The sessions and tombstones of a file, as they were when the last transaction ended.
#pragma once

#include <cstdint>

#include "net/store/session_store.hpp"
#include "net/store/sqlite.hpp"

namespace resock::net {

// Tombstones that ended before now are left out. Throws sqlite::error, SQLITE_CORRUPT also for a
// row that no record gives.
session_store::loaded read_saved(sqlite::database&, std::int64_t now_unix_s);

} // namespace resock::net
