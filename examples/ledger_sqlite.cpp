// ledger_sqlite URL TOKEN FILE: books each order once, with the receive position in the same
// transaction. FILE.session keeps the session.
#include <iostream>
#include <sqlite3.h>
#include <stdexcept>
#include <string>

#include <resock/resock.hpp>

class ledger {
  public:
    explicit ledger(const char* file) {
        if (sqlite3_open(file, &database_) != SQLITE_OK) fail();
        run("PRAGMA journal_mode=WAL");
        run("CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, words TEXT)");
        run("CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY, bytes BLOB)");
    }
    ~ledger() { sqlite3_close(database_); }
    ledger(const ledger&) = delete;
    ledger& operator=(const ledger&) = delete;

    // Empty the first time.
    std::string position() { return run("SELECT bytes FROM position"); }

    void begin() { run("BEGIN IMMEDIATE"); }
    void book(std::string_view order) {
        run("INSERT INTO entry (words) VALUES (CAST(? AS TEXT))", order);
    }
    void keep(std::string_view position) {
        run("INSERT OR REPLACE INTO position VALUES (1, ?)", position);
    }
    void forget_position() { run("DELETE FROM position"); }
    void commit() { run("COMMIT"); }

  private:
    // The first column of the first row.
    std::string run(const char* sql, std::string_view bytes = {}) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
        sqlite3_bind_blob64(statement, 1, bytes.data(), bytes.size(), SQLITE_STATIC);
        std::string found;
        const int told = sqlite3_step(statement);
        if (told == SQLITE_ROW)
            found.assign(static_cast<const char*>(sqlite3_column_blob(statement, 0)),
                         static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
        sqlite3_finalize(statement);
        if (told != SQLITE_ROW && told != SQLITE_DONE) fail();
        return found;
    }
    [[noreturn]] void fail() { throw std::runtime_error(sqlite3_errmsg(database_)); }

    sqlite3* database_ = nullptr;
};

int main(int argc, char** argv) try {
    if (argc != 4) {
        std::cerr << "usage: ledger_sqlite URL TOKEN FILE\n";
        return 2;
    }
    ledger books(argv[3]);
    resock::options options;
    options.set("url", argv[1])
        .set("delivery", "exactly-once")
        .set("session.token", argv[2])
        .set("reconnect.hold", "0") // nobody here has another token
        .set("outbox.path", std::string(argv[3]) + ".session")
        .set_bytes("session.position", books.position());
    resock::hub hub;
    resock::link link = hub.open(options);

    for (;;) {
        const auto events = hub.poll_many(resock::forever);
        books.begin();
        for (const resock::event& each : events) {
            if (each.kind() == resock::event_kind::message) {
                books.book(each.data());
                books.keep(each.position());
            } else if (each.kind() == resock::event_kind::lost) {
                books.forget_position();
                std::cerr << "lost: " << each.text() << '\n';
            } else if (each.kind() == resock::event_kind::closed) {
                if (each.close_code() == 1000) books.forget_position(); // the session has ended
                std::cerr << each.why() << '\n';
                books.commit();
                return each.close_code() == 1000 ? 0 : 1;
            }
        }
        books.commit();
        std::cout << "booked up to here" << std::endl;
    } // events are freed: only now, behind the commit, the server is told that they are processed
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
