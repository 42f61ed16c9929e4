#include "net/store/schema.hpp"

#include <string>

#include "net/store/store_file.hpp"

namespace resock::net {

namespace {

// A session is a small number in the other tables, and their keys begin with it: what it keeps lies
// together, in order, and goes by deleting one range.
constexpr const char* tables = R"sql(
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    sid BLOB NOT NULL UNIQUE,
    secret BLOB NOT NULL,
    digest BLOB NOT NULL,
    principal BLOB NOT NULL,
    born INTEGER NOT NULL,
    max_frame_in INTEGER NOT NULL,
    max_frame_out INTEGER NOT NULL,
    max_message_in INTEGER NOT NULL,
    max_message_out INTEGER NOT NULL,
    ack_level_in INTEGER NOT NULL,
    ack_level_out INTEGER NOT NULL,
    first_window_in INTEGER NOT NULL,
    heartbeat_ms INTEGER NOT NULL,
    ttl_s INTEGER NOT NULL,
    tombstone_ttl_s INTEGER NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    acked INTEGER NOT NULL DEFAULT 0,
    acked_check INTEGER NOT NULL DEFAULT 0,
    recv INTEGER NOT NULL DEFAULT 0,
    recv_check INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE queue (
    session INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    content INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    end_code INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (session, first_seq)
) WITHOUT ROWID;
CREATE TABLE inbox (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    "check" INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    content INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    end_code INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;
CREATE TABLE tombstone (
    sid BLOB NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    principal BLOB NOT NULL,
    reason INTEGER NOT NULL,
    recv INTEGER NOT NULL,
    until_unix_s INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tombstone_by_end ON tombstone (until_unix_s);
)sql";

} // namespace

void make_schema(sqlite::database& db, store_purpose purpose) {
    // Before the first table, else it has no effect.
    db.run("PRAGMA auto_vacuum=INCREMENTAL");
    db.run("BEGIN EXCLUSIVE");
    try {
        db.run(tables);
        db.run("PRAGMA application_id=" + std::to_string(application_id(purpose)));
        db.run("PRAGMA user_version=" + std::to_string(store_file::version));
        db.run("COMMIT");
    } catch (...) {
        // Fails where the error has rolled back already.
        sqlite3_exec(db.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        throw;
    }
}

} // namespace resock::net
