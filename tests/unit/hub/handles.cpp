#include "hub/handles.hpp"

#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using test::error_of;

namespace {

struct thing {
    int value = 0;
};

std::shared_ptr<thing> made(int value) {
    return std::make_shared<thing>(thing{value});
}

// As in the library: a static without guard and destructor.
constinit handle_table<thing> static_table(handle_kind::hub);
static_assert(std::is_trivially_destructible_v<handle_table<thing>>);

// Tables live as long as the process, so that they need no destructor.
handle_table<thing>& new_table(handle_kind kind, handle_limits limits = {}) {
    static auto& all = *new std::vector<handle_table<thing>*>;
    all.push_back(new handle_table<thing>(kind, limits));
    return *all.back();
}

// Runs `check` in a forked child; true where it returned true there.
template<class Check>
bool in_child(Check check) {
    const pid_t child = ::fork();
    if (child == 0) {
        bool good = false;
        try {
            good = check();
        } catch (...) {
            good = false;
        }
        ::_exit(good ? 0 : 1);
    }
    int outcome = -1;
    REQUIRE(::waitpid(child, &outcome, 0) == child);
    return WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0;
}

} // namespace

TEST_CASE("a key finds its object until it is removed") {
    handle_table<thing>& table = new_table(handle_kind::link);
    const handle_key key = table.insert(made(7));
    REQUIRE(table.pin(key));
    CHECK(table.pin(key)->value == 7);
    CHECK(table.size() == 1);
    const auto removed = table.remove(key);
    REQUIRE(removed);
    CHECK(removed.use_count() == 1);
    CHECK_FALSE(table.pin(key));
    CHECK_FALSE(table.remove(key));
    CHECK(table.size() == 0);
}

TEST_CASE("null, foreign, forged and freed keys are told, not followed") {
    handle_table<thing>& table = new_table(handle_kind::link);
    handle_table<thing>& other = new_table(handle_kind::hub);
    const handle_key empty_table = detail::join({11, 0, 0, 0});
    CHECK_FALSE(table.pin(empty_table));
    const handle_key key = table.insert(made(1));
    const handle_key hub_key = other.insert(made(2));
    const int local = 0;
    for (const handle_key wrong :
         {handle_key{0}, handle_key{1}, handle_key{0xffff}, UINTPTR_MAX, hub_key,
          reinterpret_cast<handle_key>(&local), key + 1, key + (handle_key{1} << 20),
          key ^ (handle_key{1} << 63), key | (handle_key{1} << 48), key | 0xfffff}) {
        CAPTURE(wrong);
        CHECK_FALSE(table.pin(wrong));
        CHECK_FALSE(table.remove(wrong));
    }
    CHECK(table.pin(key));
    CHECK(hub_key != key);
}

TEST_CASE("keys look like no small integer and no address of user space") {
    for (const handle_kind kind :
         {handle_kind::options, handle_kind::hub, handle_kind::link, handle_kind::listener}) {
        handle_table<thing>& table = new_table(kind);
        const handle_key key = table.insert(made(0));
        CHECK(key >> 60 == static_cast<std::uint64_t>(kind));
        CHECK(key >> 63 == 1);
    }
}

TEST_CASE("a slot is used again, its keys never; at the last generation it is retired") {
    handle_table<thing>& table = new_table(handle_kind::link, {.slots = 2, .generations = 3});
    std::set<handle_key> seen;
    for (int i = 0; i < 6; ++i) {
        const handle_key key = table.insert(made(i));
        CHECK(seen.insert(key).second);
        for (const handle_key old : seen)
            CHECK((table.pin(old) != nullptr) == (old == key));
        table.remove(key);
    }
    const auto thrown = error_of([&] { table.insert(made(6)); });
    CHECK(thrown.code == status::no_memory);
    CHECK(thrown.says("all 2 handles"));
}

TEST_CASE("the number of handles is bounded, and slots in many chunks stay where they are") {
    handle_table<thing>& table = new_table(handle_kind::link, {.slots = 5000});
    std::vector<handle_key> keys;
    for (int i = 0; i < 5000; ++i)
        keys.push_back(table.insert(made(i)));
    CHECK(error_of([&] { table.insert(made(0)); }).code == status::no_memory);
    bool all = true;
    for (int i = 0; i < 5000; ++i)
        all = all && table.pin(keys[i])->value == i;
    CHECK(all);
    table.remove(keys[4321]);
    CHECK_NOTHROW(table.insert(made(0)));
}

TEST_CASE("threads pin and remove at the same time: one removes, nobody sees a dead object") {
    handle_table<thing>& table = new_table(handle_kind::link);
    constexpr int rounds = 500, threads = 4;
    const handle_key shared = table.insert(made(42));
    std::vector<handle_key> keys;
    for (int i = 0; i < rounds; ++i)
        keys.push_back(table.insert(made(i)));
    std::atomic<int> removed{0}, wrong{0};
    const auto work = [&] {
        for (int i = 0; i < rounds; ++i) {
            const auto seen = table.pin(keys[i]);
            if (seen && seen->value != i) ++wrong;
            for (int k = 0; k < 20; ++k) {
                if (table.pin(shared)->value != 42) ++wrong;
            }
            const handle_key own = table.insert(made(-i));
            if (table.pin(own)->value != -i) ++wrong;
            if (!table.remove(own)) ++wrong;
            if (table.remove(keys[i])) ++removed;
            if (table.pin(keys[i])) ++wrong;
        }
    };
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i)
        running.emplace_back(work);
    for (std::thread& each : running)
        each.join();
    CHECK(wrong == 0);
    CHECK(removed == rounds);
    CHECK(table.size() == 1);
}

TEST_CASE("a forked child is told, and makes handles of its own") {
    handle_table<thing>& table = new_table(handle_kind::link);
    const handle_key key = table.insert(made(3));
    const std::uint64_t epoch = fork_epoch();
    CHECK(in_child([&] {
        if (fork_epoch() != epoch + 1) return false;
        if (error_of([&] { table.pin(key); }).code != status::forked) return false;
        if (error_of([&] { table.remove(key); }).code != status::forked) return false;
        if (table.size() != 0 || table.pin(0)) return false;
        const handle_key own = table.insert(made(4));
        return own != key && table.pin(own)->value == 4 && table.remove(own) != nullptr;
    }));
    CHECK(fork_epoch() == epoch);
    REQUIRE(table.pin(key));
    CHECK(table.pin(key)->value == 3);
}

TEST_CASE("a fork inside a fork tells both generations of keys apart") {
    const handle_key key = static_table.insert(made(1));
    CHECK(in_child([&] {
        const handle_key own = static_table.insert(made(2));
        return in_child([&] {
            return error_of([&] { static_table.pin(key); }).code == status::forked &&
                   error_of([&] { static_table.pin(own); }).code == status::forked &&
                   static_table.insert(made(3)) != own;
        });
    }));
    CHECK(static_table.remove(key));
}

// A child must not wait for a lock that a thread of its parent held: that thread is not there.
TEST_CASE("forks while other threads insert and pin") {
    handle_table<thing>& table = new_table(handle_kind::link);
    const handle_key key = table.insert(made(5));
    std::atomic<bool> stop{false};
    std::vector<std::thread> busy;
    for (int i = 0; i < 2; ++i) {
        busy.emplace_back([&] {
            while (!stop) {
                table.pin(key);
                table.remove(table.insert(made(6)));
            }
        });
    }
    bool good = true;
    for (int i = 0; i < 20; ++i) {
        good = in_child([&] {
                   ::alarm(60); // ends a child that waits for ever
                   return error_of([&] { table.pin(key); }).code == status::forked &&
                          table.pin(table.insert(made(7)))->value == 7;
               }) &&
               good;
    }
    stop = true;
    for (std::thread& each : busy)
        each.join();
    CHECK(good);
}
