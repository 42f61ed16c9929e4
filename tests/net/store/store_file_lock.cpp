// One process at a time, and one store in it.

#include <csignal>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "net/store/store_file.hpp"
#include "net/store/support/process.hpp"
#include "net/store/support/refusal.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::store_file;

TEST_CASE("a file is open once in a process, by whatever name") {
    const temporary_directory directory;
    const std::string path = directory.path() + "/a.db";
    const std::string link = directory.path() + "/b.db";
    const std::string text =
        "is in use by another link or listener of this process; each needs a file of its own";
    {
        const store_file first(outbox(path));
        std::filesystem::create_symlink(path, link);
        for (const auto& name : {path, link}) {
            CHECK(refusal_of(outbox(name)).code == status::io);
            CHECK(refusal_of(outbox(name)).text == start(outbox(name)) + text);
        }
    }
    CHECK(refusal_of(outbox(link)).text == "opened");
}

TEST_CASE("a file that is given back in a moment is waited for") {
    const temporary_directory directory;
    const auto options = outbox(directory.path() + "/a.db");
    auto first = std::make_unique<store_file>(options);
    std::string second;
    std::thread opening([&] { second = refusal_of(options).text; });
    first.reset();
    opening.join();
    CHECK(second == "opened");
}

TEST_CASE("a second process is refused until the first is gone, even by SIGKILL") {
    const temporary_directory directory;
    const auto options = outbox(directory.path() + "/a.db");
    process first([&](int pipe) {
        const store_file opened(options);
        // Its own child outlives it, and holds nothing.
        if (::fork() == 0) {
            process::say(pipe, std::to_string(::getpid()) + "\n");
            for (;;)
                ::pause();
        }
        for (;;)
            ::pause();
    });
    const int grandchild = std::stoi(first.read());
    const refusal got = refusal_of(options);
    CHECK(got.code == status::io);
    CHECK(got.text ==
          start(options) + "is in use by another process; end that one or name another file");
    first.kill();
    CHECK(refusal_of(options).text == "opened");
    ::kill(grandchild, SIGKILL);
}

TEST_CASE("another program of SQLite's is refused, too") {
    const temporary_directory directory;
    const std::string path = directory.path() + "/a.db";
    const store_file opened(outbox(path));
    process other([&](int pipe) {
        try {
            (void)net::sqlite::database(path).number("SELECT count(*) FROM session");
        } catch (const net::sqlite::error& refused) {
            process::say(pipe, std::to_string(refused.code()));
        }
    });
    CHECK(other.read_all() == std::to_string(SQLITE_BUSY));
}

TEST_CASE("where the process may not write, that is what is said") {
    const temporary_directory directory;
    const std::string path = full_file(directory);
    std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
    REQUIRE(::chmod(path.c_str(), 0444) == 0);
    const std::string denied = "cannot be opened: permission denied; this process needs to read "
                               "and write the file and its directory";
    for (const auto& name : {path, directory.path() + "/new.db"}) {
        CAPTURE(name);
        if (::geteuid() != 0 && name != path) continue; // the directory is ours
        process stranger([&](int pipe) {
            if (::geteuid() == 0 && ::setuid(65534) != 0) return process::say(pipe, "setuid");
            process::say(pipe, refusal_of(outbox(name)).text);
        });
        CHECK(stranger.read_all() == start(outbox(name)) + denied);
    }
}
