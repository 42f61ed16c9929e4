#include "net/pem_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using net::file_identity;
using net::pem_file;

namespace {

std::string text_of(const pem_file& file) {
    std::string text(100, '\0');
    const int got = BIO_read(file.bio(), text.data(), static_cast<int>(text.size()));
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

void set_time(const std::string& path, timespec modified) {
    const timespec times[] = {modified, modified};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

} // namespace

TEST_CASE("a file is read as it is, and no program started meanwhile inherits it") {
    const test::temporary_directory directory;
    const pem_file file(directory.write("a.pem", "text\n"));
    CHECK(file.wrong().empty());
    CHECK(file.sys_errno() == 0);
    REQUIRE(file.bio());
    CHECK(text_of(file) == "text\n");
    std::FILE* inner = nullptr;
    BIO_get_fp(file.bio(), &inner);
    CHECK((::fcntl(::fileno(inner), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("an empty file can be read") {
    const test::temporary_directory directory;
    const pem_file file(directory.write("empty.pem", ""));
    CHECK(file.wrong().empty());
    CHECK(text_of(file).empty());
}

TEST_CASE("what cannot be read is told in words") {
    const test::temporary_directory directory;
    const std::string large = directory.write("large.pem", "");
    std::filesystem::resize_file(large, (std::uintmax_t{64} << 20) + 1); // sparse
    struct row {
        std::string path;
        const char* wrong;
        int sys_errno;
    };
    const row rows[] = {
        {directory.path() + "/missing.pem", "cannot be read: No such file or directory", ENOENT},
        {directory.write("a.pem", "") + "/b.pem", "cannot be read: Not a directory", ENOTDIR},
        {directory.path(), "is not a file", 0},
        {"/dev/null", "is not a file", 0},
        {large, "is larger than 64 MiB", 0},
    };
    for (const row& each : rows) {
        CAPTURE(each.path);
        const pem_file file(each.path);
        CHECK(file.wrong() == each.wrong);
        CHECK(file.sys_errno() == each.sys_errno);
        CHECK_FALSE(file.bio());
    }
}

TEST_CASE("a file of 64 MiB is not too large") {
    const test::temporary_directory directory;
    const std::string path = directory.write("large.pem", "");
    std::filesystem::resize_file(path, std::uintmax_t{64} << 20);
    CHECK(pem_file(path).wrong().empty());
}

TEST_CASE("a file keeps its identity until it is changed or replaced") {
    const test::temporary_directory directory;
    const std::string path = directory.write("a.pem", "one");
    set_time(path, {1'000'000, 1});
    const std::string first = file_identity(path);
    CHECK(file_identity(path) == first);
    CHECK(first.rfind(path + "|", 0) == 0);
    SECTION("by another one of the same size and time") {
        const std::string other = directory.write("b.pem", "two");
        set_time(other, {1'000'000, 1});
        CHECK(file_identity(other) != first);
        REQUIRE(std::rename(other.c_str(), path.c_str()) == 0);
        CHECK(file_identity(path) != first);
    }
    SECTION("by a nanosecond") {
        set_time(path, {1'000'000, 2});
        CHECK(file_identity(path) != first);
    }
    SECTION("by its size") {
        directory.write("a.pem", "three");
        set_time(path, {1'000'000, 1});
        CHECK(file_identity(path) != first);
    }
    SECTION("by being removed, and back") {
        REQUIRE(::unlink(path.c_str()) == 0);
        CHECK(file_identity(path) == path + "|missing");
        CHECK(file_identity(path) != first);
    }
    SECTION("behind a symbolic link that is turned, as certificate renewals do") {
        const std::string link = directory.path() + "/live.pem";
        std::filesystem::create_symlink("a.pem", link);
        const std::string before = file_identity(link);
        directory.write("b.pem", "one");
        std::filesystem::remove(link);
        std::filesystem::create_symlink("b.pem", link);
        CHECK(file_identity(link) != before);
    }
}
