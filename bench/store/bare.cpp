#include "bare.hpp"

#include <filesystem>
#include <sqlite3.h>
#include <stdexcept>

#include "support/clock.hpp"

namespace bench {

namespace {

class loop {
  public:
    loop(const std::string& path, int synchronous)
        : path_(path) {
        for (const char* tail : {"", "-wal", "-shm"})
            std::filesystem::remove(path_ + tail);
        check(sqlite3_open(path_.c_str(), &db_));
        run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA secure_delete=FAST");
        run("PRAGMA synchronous=" + std::to_string(synchronous));
        run("CREATE TABLE queue (seq INTEGER PRIMARY KEY, frames INTEGER, chunk INTEGER, content "
            "INTEGER, flags INTEGER, expires_ms INTEGER, end_code INTEGER, data BLOB)");
        run("CREATE TABLE session (id INTEGER PRIMARY KEY, acked INTEGER)");
        run("INSERT INTO session VALUES (1, 0)");
        insert_ = prepare("INSERT INTO queue VALUES (?1, 1, 0, 1, 0, 0, 0, ?2)");
        trim_ = prepare("DELETE FROM queue WHERE seq <= ?1");
        move_ = prepare("UPDATE session SET acked = ?1 WHERE id = 1");
        begin_ = prepare("BEGIN IMMEDIATE");
        commit_ = prepare("COMMIT");
    }
    ~loop() {
        for (sqlite3_stmt* each : {insert_, trim_, move_, begin_, commit_})
            sqlite3_finalize(each);
        sqlite3_close(db_);
    }
    loop(const loop&) = delete;

    void write(const transaction& one, const std::string& text) {
        step(begin_);
        if (one.acked > acked_) {
            acked_ = one.acked;
            sqlite3_bind_int64(trim_, 1, static_cast<sqlite3_int64>(acked_));
            step(trim_);
            sqlite3_bind_int64(move_, 1, static_cast<sqlite3_int64>(acked_));
            step(move_);
        }
        for (std::uint64_t left = one.messages; left; --left) {
            sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(++seq_));
            sqlite3_bind_blob(insert_, 2, text.data(), static_cast<int>(text.size()),
                              SQLITE_STATIC);
            step(insert_);
        }
        step(commit_);
    }

  private:
    void check(int code) {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
    }
    void run(const std::string& sql) {
        check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr));
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
        return made;
    }
    void step(sqlite3_stmt* one) {
        if (sqlite3_step(one) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
        sqlite3_reset(one);
    }

    std::string path_;
    sqlite3* db_ = nullptr;
    sqlite3_stmt *insert_, *trim_, *move_, *begin_, *commit_;
    std::uint64_t seq_ = 0;
    std::uint64_t acked_ = 0;
};

} // namespace

double run_bare(const traffic& wanted, const std::vector<transaction>& transactions) {
    static constexpr int synchronous[] = {2, 1, 0};
    loop writes(wanted.folder + "/bare.db", synchronous[static_cast<int>(wanted.sync)]);
    const std::string text(wanted.bytes, 'x');
    const auto began_ns = now_ns();
    for (const transaction& each : transactions)
        writes.write(each, text);
    return static_cast<double>(now_ns() - began_ns) / ns_per_s;
}

} // namespace bench
