// What an application makes of the messages that it receives, and how far the session has come: in
// one transaction of its own database (docs/protocol.md §8).
#pragma once

#include <cstdint>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>

class book {
  public:
    explicit book(const std::string& path) {
        check(sqlite3_open(path.c_str(), &database_));
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            "CREATE TABLE IF NOT EXISTS received (number INTEGER PRIMARY KEY);"
            "CREATE TABLE IF NOT EXISTS state (highest INTEGER, flaws INTEGER, position BLOB);"
            "INSERT INTO state SELECT 0, 0, x'' WHERE NOT EXISTS (SELECT 1 FROM state);");
        sqlite3_stmt* made = prepare("SELECT highest, flaws, position FROM state");
        sqlite3_step(made);
        highest_ = static_cast<std::uint64_t>(sqlite3_column_int64(made, 0));
        flaws_ = static_cast<std::uint64_t>(sqlite3_column_int64(made, 1));
        if (const void* bytes = sqlite3_column_blob(made, 2))
            position_.assign(static_cast<const char*>(bytes),
                             static_cast<std::size_t>(sqlite3_column_bytes(made, 2)));
        sqlite3_finalize(made);
        insert_ = prepare("INSERT INTO received VALUES (?)");
        update_ = prepare("UPDATE state SET highest = ?, flaws = ?, position = ?");
    }
    ~book() {
        sqlite3_finalize(insert_);
        sqlite3_finalize(update_);
        sqlite3_close(database_);
    }
    book(const book&) = delete;
    book& operator=(const book&) = delete;

    std::uint64_t highest() const { return highest_; }
    std::uint64_t flaws() const { return flaws_; } // numbers that came twice, or not in their turn
    const std::string& position() const { return position_; }

    void begin() { run("BEGIN IMMEDIATE"); }
    void enter(std::uint64_t number) {
        if (number != highest_ + 1) ++flaws_;
        if (number > highest_) highest_ = number;
        sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(number));
        if (sqlite3_step(insert_) != SQLITE_DONE) ++flaws_;
        sqlite3_reset(insert_);
    }
    void commit(std::string position) {
        position_ = std::move(position);
        sqlite3_bind_int64(update_, 1, static_cast<sqlite3_int64>(highest_));
        sqlite3_bind_int64(update_, 2, static_cast<sqlite3_int64>(flaws_));
        sqlite3_bind_blob(update_, 3, position_.data(), static_cast<int>(position_.size()),
                          SQLITE_STATIC);
        if (sqlite3_step(update_) != SQLITE_DONE) fail();
        sqlite3_reset(update_);
        run("COMMIT");
    }

  private:
    [[noreturn]] void fail() const { throw std::runtime_error(sqlite3_errmsg(database_)); }
    void check(int status) const {
        if (status != SQLITE_OK) fail();
    }
    void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v2(database_, sql, -1, &made, nullptr));
        return made;
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* update_ = nullptr;
    std::uint64_t highest_ = 0;
    std::uint64_t flaws_ = 0;
    std::string position_;
};
