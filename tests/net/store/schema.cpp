#include "net/store/schema.hpp"

#include "net/store/store_file.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using net::store_purpose;

TEST_CASE("the tables are made at once, with what tells the file from others") {
    const test::temporary_directory directory;
    net::sqlite::database db(directory.write("a.db", ""));
    const auto purpose = GENERATE(store_purpose::outbox, store_purpose::table);
    net::make_schema(db, purpose);
    CHECK(db.number("PRAGMA application_id") == net::application_id(purpose));
    CHECK(db.number("PRAGMA user_version") == net::store_file::version);
    CHECK(db.number("PRAGMA auto_vacuum") == 2);
    for (const char* table : {"session", "queue", "inbox", "tombstone"})
        CHECK(db.number(std::string("SELECT count(*) FROM ") + table) == 0);
}

TEST_CASE("a schema that cannot be made leaves nothing behind") {
    const test::temporary_directory directory;
    net::sqlite::database db(directory.write("a.db", ""));
    db.run("CREATE TABLE inbox (a)"); // in the way of the third
    CHECK_THROWS_AS(net::make_schema(db, store_purpose::outbox), net::sqlite::error);
    CHECK(db.number("SELECT count(*) FROM sqlite_schema") == 1);
    CHECK(db.number("PRAGMA application_id") == 0);
    db.run("BEGIN; COMMIT"); // no transaction is left open
}

TEST_CASE("the two kinds of file are told apart") {
    CHECK(net::application_id(store_purpose::outbox) != net::application_id(store_purpose::table));
}
