#include "net/store/sqlite.hpp"

namespace resock::net::sqlite {

database::database(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(opened);
    if (!opened) throw std::bad_alloc();
    sqlite3_extended_result_codes(opened, 1);
    if (code != SQLITE_OK) fail(sqlite3_extended_errcode(opened));
}

void database::run(const std::string& sql) {
    const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

std::int64_t database::number(const std::string& sql) {
    statement asked(*this, sql);
    return asked.next() ? asked.number(0) : 0;
}

std::string database::text(const std::string& sql) {
    statement asked(*this, sql);
    return asked.next() ? std::string(asked.bytes(0)) : std::string();
}

void database::fail(int code) const {
    const int primary = code & 0xFF;
    if (primary == SQLITE_NOMEM) throw std::bad_alloc();
    const bool from_system = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
    throw error(code, from_system ? sqlite3_system_errno(handle()) : 0, sqlite3_errmsg(handle()));
}

statement::statement(database& on, std::string_view sql)
    : database_(&on) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(on.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    handle_.reset(made);
    if (code != SQLITE_OK) on.fail(code);
}

void statement::fail(int code) {
    try {
        database_->fail(code);
    } catch (...) {
        reset();
        throw;
    }
}

} // namespace resock::net::sqlite
