// The tables of a store. A change raises store_file::version.
#pragma once

#include <cstdint>

#include "net/store/session_store.hpp"
#include "net/store/sqlite.hpp"

namespace resock::net {

// In the header of the file (PRAGMA application_id): "RSob" and "RSta".
constexpr std::int64_t application_id(store_purpose purpose) {
    return purpose == store_purpose::outbox ? 0x52536f62 : 0x52537461;
}

// Flags of the tables queue and inbox.
inline constexpr std::int64_t flag_text = 1;
inline constexpr std::int64_t flag_ackme = 2;
inline constexpr std::int64_t flag_fin = 4;

// In an empty file whose journal is not yet a WAL; all or nothing.
void make_schema(sqlite::database&, store_purpose);

} // namespace resock::net
