#include "net/resolver.hpp"

#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/support/loop.hpp"

using namespace resock;
using test::loop;

namespace {

// Lookups wait here until the test opens it.
class gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++inside_;
        most_ = std::max(most_, inside_);
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
        --inside_;
        ++passed_;
        changed_.notify_all();
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void await_inside(std::size_t count) {
        await([&] { return inside_ >= count; });
    }
    void await_passed(std::size_t count) {
        await([&] { return passed_ >= count; });
    }
    std::size_t most() {
        const std::lock_guard lock(mutex_);
        return most_;
    }

  private:
    template<class Condition>
    void await(Condition condition) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(60), condition));
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    std::size_t inside_ = 0;
    std::size_t most_ = 0;
    std::size_t passed_ = 0;
};

net::resolved one_address(std::uint16_t port) {
    net::resolved answer;
    answer.endpoints.emplace_back(boost::asio::ip::address_v4::loopback(), port);
    return answer;
}

net::resolved ask(loop& on, net::resolver& names, const std::string& host) {
    std::optional<net::resolved> got;
    const auto token =
        names.resolve(on.io, host, 80, [&](net::resolved answer) { got = std::move(answer); });
    CHECK(!got);
    on.run_until([&] { return got.has_value(); });
    return *got;
}

} // namespace

TEST_CASE("address literals are answered without a lookup") {
    loop on;
    net::resolver names([](const std::string&, std::uint16_t) -> net::resolved {
        throw std::logic_error("looked up");
    });
    for (const std::string host : {"127.0.0.1", "::1", "fe80::1%1"}) {
        CAPTURE(host);
        const auto answer = ask(on, names, host);
        REQUIRE(answer.endpoints.size() == 1);
        CHECK(answer.endpoints[0].address() == boost::asio::ip::make_address(host));
        CHECK(answer.endpoints[0].port() == 80);
    }
}

TEST_CASE("a name is looked up with its port and answered on the I/O thread") {
    loop on;
    net::resolver names([](const std::string& host, std::uint16_t port) {
        return host == "name.example" ? one_address(port) : net::resolved();
    });
    const auto answer = ask(on, names, "name.example");
    REQUIRE(answer.endpoints.size() == 1);
    CHECK(answer.endpoints[0].port() == 80);
}

TEST_CASE("errors come through, and a lookup that throws is one") {
    loop on;
    net::resolver unknown([](const std::string&, std::uint16_t) {
        net::resolved answer;
        answer.error = EAI_NONAME;
        answer.detail = "unknown";
        return answer;
    });
    CHECK(ask(on, unknown, "a").error == EAI_NONAME);
    net::resolver broken([](const std::string&, std::uint16_t) -> net::resolved { throw 1; });
    CHECK(ask(on, broken, "a").error == EAI_FAIL);
}

TEST_CASE("the system's lookup knows localhost and refuses what cannot be a name") {
    const auto local = net::system_lookup("localhost", 8080);
    REQUIRE(!local.endpoints.empty());
    CHECK(local.endpoints[0].address().is_loopback());
    CHECK(local.endpoints[0].port() == 8080);
    const auto bad = net::system_lookup("not a name.invalid", 80);
    CHECK(bad.endpoints.empty());
    CHECK(bad.error != 0);
    CHECK(!bad.detail.empty());
}

TEST_CASE("a hanging lookup outlives resolver, context and handler; its answer is dropped") {
    const auto hang = std::make_shared<gate>();
    const auto owned = std::make_shared<bool>(false);
    {
        loop on;
        auto names = std::make_unique<net::resolver>([hang](const std::string&, std::uint16_t) {
            hang->pass();
            return one_address(80);
        });
        const auto token =
            names->resolve(on.io, "hanging.example", 80, [owned](net::resolved) { *owned = true; });
        hang->await_inside(1);
        CHECK(owned.use_count() == 2);
    }
    CHECK(owned.use_count() == 1); // the handler is gone although the lookup still hangs
    hang->open();
    hang->await_passed(1);
    CHECK(!*owned);
}

TEST_CASE("without the token no answer comes, even where it is already posted") {
    loop on;
    int answers = 0;
    net::resolver names([](const std::string&, std::uint16_t port) { return one_address(port); });
    auto token = names.resolve(on.io, "127.0.0.1", 80, [&](net::resolved) { ++answers; });
    token.reset();
    on.run_ready();
    CHECK(answers == 0);
    token = names.resolve(on.io, "127.0.0.1", 80, [&](net::resolved) { ++answers; });
    on.run_ready();
    CHECK(answers == 1);
}

TEST_CASE("at most max_threads lookups run at once, the others wait their turn") {
    const auto hang = std::make_shared<gate>();
    loop on;
    net::resolver names([hang](const std::string&, std::uint16_t port) {
        hang->pass();
        return one_address(port);
    });
    constexpr std::size_t questions = net::resolver::max_threads + 8;
    std::size_t answers = 0;
    std::vector<std::shared_ptr<void>> tokens;
    for (std::size_t i = 0; i < questions; ++i)
        tokens.push_back(
            names.resolve(on.io, "name.example", 80, [&](net::resolved) { ++answers; }));
    hang->await_inside(net::resolver::max_threads);
    CHECK(answers == 0);
    hang->open();
    on.run_until([&] { return answers == questions; });
    CHECK(hang->most() == net::resolver::max_threads);
}

TEST_CASE("questions beyond the queue's bound are answered at once, abandoned ones make room") {
    const auto hang = std::make_shared<gate>();
    loop on;
    net::resolver names([hang](const std::string&, std::uint16_t port) {
        hang->pass();
        return one_address(port);
    });
    std::vector<std::shared_ptr<void>> tokens;
    std::optional<net::resolved> refused;
    std::size_t answers = 0;
    const auto record = [&](net::resolved answer) {
        ++answers;
        if (answer.error) refused = std::move(answer);
    };
    for (std::size_t i = 0; i < 6000 && !refused; ++i) {
        tokens.push_back(names.resolve(on.io, "name.example", 80, record));
        on.run_ready();
    }
    REQUIRE(refused);
    CHECK(refused->error == EAI_AGAIN);
    CHECK(refused->detail.find("waiting") != std::string::npos);
    tokens.clear();
    answers = 0;
    refused.reset();
    const auto token = names.resolve(on.io, "name.example", 80, record);
    on.run_ready();
    CHECK(answers == 0);
    hang->open();
    on.run_until([&] { return answers == 1; });
    CHECK(!refused);
}

#if !defined(__SANITIZE_THREAD__) // it allows no threads after a fork of a process with threads
TEST_CASE("a forked child has threads of its own") {
    const auto hang = std::make_shared<gate>();
    loop on;
    net::resolver hanging([hang](const std::string&, std::uint16_t port) {
        hang->pass();
        return one_address(port);
    });
    std::vector<std::shared_ptr<void>> tokens;
    for (std::size_t i = 0; i < net::resolver::max_threads; ++i)
        tokens.push_back(hanging.resolve(on.io, "name.example", 80, [](net::resolved) {}));
    hang->await_inside(net::resolver::max_threads);

    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(60); // a child that hangs ends itself
        const auto io = std::make_shared<boost::asio::io_context>();
        const auto work = boost::asio::make_work_guard(*io);
        net::resolver names(
            [](const std::string&, std::uint16_t port) { return one_address(port); });
        bool answered = false;
        const auto token =
            names.resolve(io, "name.example", 80, [&](net::resolved) { answered = true; });
        while (!answered)
            io->run_one();
        ::_exit(0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    hang->open();
    hang->await_passed(net::resolver::max_threads);
}
#endif
