// Files that are replaced while the certificate is in use.
#include "net/server_certificate.hpp"

#include <unistd.h>

#include "base/error.hpp"
#include "net/support/server_files.hpp"

using namespace resock;
using namespace std::chrono_literals;
using namespace resock::test;
using net::server_certificate;

namespace {

constexpr time_point start = time_point(1000s);

} // namespace

TEST_CASE("replaced files are taken up, and looked at once a second") {
    const pair_of_files files(named("first"));
    server_certificate made(files.options);
    std::string problem;
    const auto first = made.current(start, problem);
    CHECK(shown_by(first) == "first");
    files.replace(named("second"));
    const auto every = server_certificate::look_every;
    CHECK(made.current(start + every - 1ns, problem) == first);
    const auto second = made.current(start + every, problem);
    CHECK(shown_by(second) == "second");
    CHECK(meet(second).done);
    CHECK(made.current(start + 3 * every, problem) == second); // not read without a reason
    CHECK(problem.empty());
    CHECK(meet(first).done); // openings under way keep what they began with
}

TEST_CASE("what was replaced between the start and the first connection is taken up") {
    const pair_of_files files(named("first"));
    server_certificate made(files.options);
    files.replace(named("second"));
    std::string problem;
    CHECK(shown_by(made.current(start, problem)) == "second");
}

TEST_CASE("a replacement that is no use leaves the former in place and is told once") {
    const pair_of_files files(named("first"));
    server_certificate made(files.options);
    const identity second = named("second");
    time_point now = start;
    const auto look = [&](std::string* told) {
        now += server_certificate::look_every;
        told->clear();
        return shown_by(made.current(now, *told));
    };
    std::string problem;
    SECTION("half of a pair, then the other half") {
        files.replace("cert.pem", second.pem());
        CHECK(look(&problem) == "first");
        CHECK(problem.find("key.pem holds a key that does not belong") != std::string::npos);
        CHECK(problem.find("; the former certificate stays in use") != std::string::npos);
        CHECK(look(&problem) == "first");
        CHECK(problem.empty());
        files.replace("key.pem", key_pem(second));
        CHECK(look(&problem) == "second");
        CHECK(problem.empty());
    }
    SECTION("garbage, then other garbage") {
        files.replace("cert.pem", "garbage");
        CHECK(look(&problem) == "first");
        CHECK(problem.find("holds no certificate in PEM form") != std::string::npos);
        CHECK(look(&problem) == "first");
        CHECK(problem.empty());
        files.replace("cert.pem", "other");
        CHECK(look(&problem) == "first");
        CHECK_FALSE(problem.empty());
    }
    SECTION("removed, then there again") {
        ::unlink(files.options.key_file.c_str());
        CHECK(look(&problem) == "first");
        CHECK(problem.find("key.pem cannot be read: No such file") != std::string::npos);
        CHECK(look(&problem) == "first");
        CHECK(problem.empty());
        files.replace(second);
        CHECK(look(&problem) == "second");
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("reload reads at once and throws where that is no use") {
    const pair_of_files files(named("first"));
    server_certificate made(files.options);
    std::string problem;
    CHECK(shown_by(made.current(start, problem)) == "first");
    files.replace(named("second"));
    made.reload();
    CHECK(shown_by(made.current(start, problem)) == "second");
    files.replace("key.pem", "garbage");
    CHECK_THROWS_AS(made.reload(), error);
    CHECK(shown_by(made.current(start, problem)) == "second");
    CHECK(problem.empty());
    // The periodic look tells it too: whoever called reload need not be who reads the log.
    CHECK(shown_by(made.current(start + 2s, problem)) == "second");
    CHECK(problem.find("key.pem") != std::string::npos);
}
