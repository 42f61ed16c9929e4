#include "net/store/store_file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "net/store/support/refusal.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::store_file;
using net::store_options;
using net::store_purpose;
using net::store_sync;

namespace {

void overwrite(const std::string& path, std::size_t from, const std::string& bytes) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(from));
    file << bytes;
}

void foreign(const std::string& path, const std::string& sql) {
    std::ofstream(path).close();
    net::sqlite::database(path).run(sql);
}

} // namespace

TEST_CASE("a new file is for its user alone and says what it is") {
    const temporary_directory directory;
    const std::string path = directory.path() + "/a.db";
    {
        const store_file opened(outbox(path));
        for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code gone;
            const auto target = std::filesystem::read_symlink(each.path(), gone).string();
            if (target.rfind(path, 0) != 0) continue;
            CAPTURE(target);
            const int fd = std::stoi(each.path().filename().string());
            CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
        }
        for (const std::string& each : {path, path + "-wal"}) {
            struct stat entry {};
            REQUIRE(::stat(each.c_str(), &entry) == 0);
            CHECK((entry.st_mode & 0777) == 0600);
        }
        CHECK_FALSE(std::filesystem::exists(path + "-shm"));
    }
    std::ifstream file(path, std::ios::binary);
    std::string header(100, '\0');
    file.read(header.data(), 100);
    CHECK(header.substr(68, 4) == "RSob");
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_CASE("each sync level is what SQLite calls it") {
    const temporary_directory directory;
    auto options = outbox(directory.path() + "/a.db");
    const std::pair<store_sync, int> rows[] = {
        {store_sync::full, 2}, {store_sync::normal, 1}, {store_sync::off, 0}};
    for (const auto& [level, number] : rows) {
        options.sync = level;
        store_file opened(options);
        CHECK(opened.database().number("PRAGMA synchronous") == number);
        CHECK(opened.database().text("PRAGMA journal_mode") == "wal");
    }
}

TEST_CASE("a path that cannot be a file is refused with the reason") {
    const temporary_directory directory;
    const std::string file = directory.write("file", "");
    std::filesystem::create_symlink(directory.path() + "/nowhere/x", directory.path() + "/link");
    struct row {
        std::string path;
        status code;
        std::string text;
    };
    const row rows[] = {
        {directory.path() + "/no/a.db", status::io,
         "cannot be made: the directory '" + directory.path() +
             "/no' does not exist; make it or name another"},
        {file + "/a.db", status::io,
         "cannot be made: '" + file + "' is not a directory; name another"},
        {directory.path(), status::option, "is a directory; name a file in it"},
        {"/dev/null", status::option, "is not a regular file; name another"},
        {directory.path() + "/" + std::string(300, 'n'), status::io,
         "cannot be opened: File name too long; name a file that can be written"},
    };
    for (const row& each : rows) {
        const auto options = outbox(each.path);
        const refusal got = refusal_of(options);
        CHECK(got.code == each.code);
        CHECK(got.text == start(options) + each.text);
    }
    for (const std::string& path : {std::string(), std::string("a\0b", 3)}) {
        const refusal got = refusal_of(outbox(path));
        CHECK(got.code == status::option);
        CHECK(got.text == "outbox.path: a path of a file is needed, not an empty one or one with "
                          "a NUL byte");
    }
    CHECK(refusal_of(outbox(directory.path() + "/link")).code == status::io);
}

TEST_CASE("a file that is no store is refused and left as it is") {
    const temporary_directory directory;
    struct row {
        const char* what;
        std::string path;
        std::string text;
    };
    const std::string other = directory.path() + "/other.db";
    foreign(other, "PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const std::string unnamed = directory.path() + "/unnamed.db";
    foreign(unnamed, "PRAGMA application_id=77");
    const std::string newer = full_file(directory);
    net::sqlite::database(newer).run("PRAGMA user_version=9");
    const row rows[] = {
        {"text", directory.write("text", std::string(5000, 't')),
         "is not an SQLite file; name another, or move it away"},
        {"short", directory.write("short", "x"),
         "is not an SQLite file; name another, or move it away"},
        {"of another program", other, "is an SQLite file of another program; name another file"},
        {"empty, of another", unnamed, "is an SQLite file of another program; name another file"},
        {"newer", newer,
         "was written by another version of resock (format 9, this one knows 1); use that "
         "version, or name another file"},
    };
    const auto content = [](const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    for (const row& each : rows) {
        CAPTURE(each.what);
        const std::string before = content(each.path);
        const refusal got = refusal_of(outbox(each.path));
        CHECK(got.code == status::option);
        CHECK(got.text == start(outbox(each.path)) + each.text);
        CHECK((content(each.path) == before));
    }
}

TEST_CASE("an outbox is not a listener's table, nor the other way round") {
    const temporary_directory directory;
    auto options = outbox(full_file(directory));
    options.purpose = store_purpose::table;
    CHECK(refusal_of(options).text ==
          start(options) +
              "holds the outbox of a link (outbox.path), not the sessions of a listener; name "
              "another file");
    const temporary_directory second;
    options = outbox(full_file(second, store_purpose::table));
    CHECK(refusal_of(options).code == status::option);
    CHECK(refusal_of(options).text ==
          start(options) + "holds the sessions of a listener (listen.sessions), not an outbox; "
                           "name another file");
}

TEST_CASE("a damaged or truncated file is refused, wherever it was hit") {
    const temporary_directory directory;
    const std::string path = full_file(directory);
    const auto whole = std::filesystem::file_size(path);
    REQUIRE(whole > 100 * 4096);
    std::size_t page = 0;
    SECTION("cut in the middle") {
        std::filesystem::resize_file(path, whole / 2);
    }
    SECTION("cut in the first page") {
        std::filesystem::resize_file(path, 1000);
    }
    SECTION("cut to a page") {
        std::filesystem::resize_file(path, 4096);
    }
    SECTION("a page of garbage") {
        page = GENERATE(0u, 2u, 10u, 57u, 99u); // 0: behind the header; 1 is a map
        overwrite(path, page * 4096 + (page == 0 ? 100 : 0), std::string(2000, '\xEE'));
    }
    CAPTURE(page);
    const refusal got = refusal_of(outbox(path));
    CHECK(got.code == status::io);
    CHECK_THAT(got.text, Catch::Matchers::StartsWith(start(outbox(path)) + "is damaged (") &&
                             Catch::Matchers::EndsWith("); keep a copy and move it away to begin "
                                                       "anew: what it held is then lost"));
}

TEST_CASE("an empty file becomes a store, and so does one whose making was cut short") {
    const temporary_directory directory;
    CHECK(refusal_of(outbox(directory.write("empty.db", ""))).text == "opened");
}

TEST_CASE("a log that lies beside a new file is not taken for its own") {
    const temporary_directory directory;
    const std::string path = directory.path() + "/a.db";
    const std::string kept = directory.path() + "/kept";
    {
        store_file former(outbox(path));
        former.database().run("INSERT INTO queue VALUES (1,1,1,0,1,0,0,0,x'00')");
        std::filesystem::copy_file(path + "-wal", kept);
    }
    REQUIRE(std::filesystem::file_size(kept) > 4096);
    std::filesystem::remove(path);
    std::filesystem::rename(kept, path + "-wal");
    store_file opened(outbox(path));
    CHECK(opened.database().number("SELECT count(*) FROM queue") == 0);
}

TEST_CASE("trouble that passes is told from trouble that stays") {
    for (const int code : {SQLITE_FULL, SQLITE_IOERR, SQLITE_BUSY, SQLITE_READONLY, SQLITE_CANTOPEN,
                           SQLITE_IOERR | (3 << 8)})
        CHECK(net::may_pass(net::sqlite::error(code, 0, "x")));
    for (const int code : {SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_TOOBIG, SQLITE_ERROR})
        CHECK_FALSE(net::may_pass(net::sqlite::error(code, 0, "x")));
}

TEST_CASE("the sentences of what may happen while it is written") {
    const auto text = [](int code, int sys_errno) {
        return net::sentence_of(outbox("o"), net::sqlite::error(code, sys_errno, "sqlite's"));
    };
    CHECK(text(SQLITE_FULL, 0) == "outbox.path: 'o' cannot be written: the disk is full; make "
                                  "room, what is there already stays");
    CHECK(text(SQLITE_IOERR, EIO) == "outbox.path: 'o' cannot be read or written: Input/output "
                                     "error; look after the disk");
    CHECK(text(SQLITE_TOOBIG, 0) == "outbox.path: 'o' cannot take a message larger than SQLite's "
                                    "limit (1000000000 bytes by default); lower message.max");
}
