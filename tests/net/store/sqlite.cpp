#include "net/store/sqlite.hpp"

#include <cerrno>
#include <fstream>

#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using net::sqlite::database;
using net::sqlite::error;
using net::sqlite::statement;

namespace {

struct place {
    test::temporary_directory directory;
    database db{directory.write("a.db", "")};
    place() { db.run("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)"); }
};

template<class Call>
error error_of(Call call) {
    try {
        call();
    } catch (const error& failed) {
        return failed;
    }
    return {SQLITE_OK, 0, "no error"};
}

} // namespace

TEST_CASE("values are bound in order and come back") {
    place at;
    statement insert(at.db, "INSERT INTO t VALUES (?1, ?2)");
    const std::string bytes("a\0b\xFF", 4);
    insert.run(1, std::string_view(bytes));
    insert.run(std::uint64_t{1} << 52, std::string_view());
    statement select(at.db, "SELECT b FROM t WHERE a>=?1 ORDER BY a");
    select.query(1);
    REQUIRE(select.next());
    CHECK(select.bytes(0) == bytes);
    REQUIRE(select.next());
    CHECK_FALSE(select.is_null(0)); // an empty blob is not NULL
    CHECK(select.bytes(0).empty());
    CHECK_FALSE(select.next());
    select.query(2);
    REQUIRE(select.next());
    CHECK(at.db.number("SELECT max(a) FROM t") == std::int64_t{1} << 52);
    CHECK(at.db.text("SELECT 'text'") == "text");
    CHECK(at.db.text("SELECT a FROM t WHERE a=7").empty());
    CHECK(at.db.number("SELECT a FROM t WHERE a=7") == 0);
}

TEST_CASE("a failure says which and leaves the statement usable") {
    place at;
    statement insert(at.db, "INSERT INTO t VALUES (?1, NULL)");
    insert.run(1);
    const error failed = error_of([&] { insert.run(1); });
    CHECK(failed.code() == SQLITE_CONSTRAINT);
    CHECK(failed.extended_code() == SQLITE_CONSTRAINT_PRIMARYKEY);
    CHECK(failed.sys_errno() == 0);
    CHECK_THAT(failed.what(), Catch::Matchers::Contains("t.a"));
    insert.run(2);
    CHECK(at.db.number("SELECT count(*) FROM t") == 2);
    CHECK(error_of([&] { statement(at.db, "SELECT nothing FROM t"); }).code() == SQLITE_ERROR);
    CHECK(error_of([&] { at.db.run("nonsense"); }).code() == SQLITE_ERROR);
}

TEST_CASE("a file that is not there is not made, and the system's reason is kept") {
    const test::temporary_directory directory;
    const error failed = error_of([&] { database(directory.path() + "/none.db"); });
    CHECK(failed.code() == SQLITE_CANTOPEN);
    CHECK(failed.sys_errno() == ENOENT);
}
