#include "hub/memory_pool.hpp"

#include <random>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace resock::hub;
using part = memory_account::part;

namespace {

// 1,000 bytes for 5 links: a share of 100 each, and 500 to borrow.
std::shared_ptr<memory_pool> small_pool() {
    return std::make_shared<memory_pool>(1000, 5);
}

} // namespace

TEST_CASE("an account is the sum of its parts, the pool that of its accounts") {
    const auto pool = small_pool();
    CHECK(pool->share() == 100);
    memory_account first(pool), second(pool);
    first.set(part::queue, 10);
    first.set(part::events, 20);
    first.set(part::wire, 30);
    second.set(part::queue, 5);
    CHECK(first.total() == 60);
    CHECK(pool->bytes() == 65);
    first.set(part::events, 0);
    CHECK(first.total() == 40);
    CHECK(pool->bytes() == 45);
}

TEST_CASE("a share is borrowed from nobody") {
    const auto pool = small_pool();
    std::vector<std::unique_ptr<memory_account>> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(std::make_unique<memory_account>(pool));
        all.back()->set(part::queue, 100);
    }
    CHECK(pool->bytes() == 500);
    CHECK_FALSE(pool->used_up());
}

TEST_CASE("one that has borrowed everything gets no more; others keep their share") {
    const auto pool = small_pool();
    memory_account greedy(pool), modest(pool);
    greedy.set(part::wire, 599);
    CHECK_FALSE(pool->used_up());
    CHECK(greedy.fits(1));
    greedy.set(part::wire, 600);
    CHECK(pool->used_up());
    CHECK_FALSE(greedy.fits(0));
    CHECK(modest.fits(100));
    CHECK_FALSE(modest.fits(101));
    modest.set(part::queue, 60);
    CHECK(modest.fits(40));
    CHECK_FALSE(modest.fits(41));
    greedy.set(part::wire, 599);
    CHECK(greedy.fits(1));
    CHECK(modest.fits(101));
}

TEST_CASE("an account that ends gives back what it held") {
    const auto pool = small_pool();
    {
        memory_account account(pool);
        account.set(part::queue, 700);
        account.set(part::events, 70);
        CHECK(pool->used_up());
    }
    CHECK(pool->bytes() == 0);
    CHECK_FALSE(pool->used_up());
}

TEST_CASE("a limit below one byte for each link leaves no shares, and still a pool") {
    const auto pool = std::make_shared<memory_pool>(1000, 1'000'000);
    CHECK(pool->share() == 0);
    memory_account account(pool);
    CHECK(account.fits(1));
    account.set(part::wire, 500);
    CHECK_FALSE(account.fits(0));
}

TEST_CASE("threads change the parts of accounts: the pool ends at what they hold") {
    const auto pool = std::make_shared<memory_pool>(1'000'000, 10);
    std::vector<std::unique_ptr<memory_account>> accounts;
    for (int i = 0; i < 3; ++i)
        accounts.push_back(std::make_unique<memory_account>(pool));
    std::vector<std::thread> running;
    for (unsigned seed = 0; seed < 4; ++seed)
        running.emplace_back([&, seed] {
            std::mt19937 random(seed); // fixed: the same numbers every time
            for (int i = 0; i < 3000; ++i)
                accounts[random() % 3]->set(static_cast<part>(random() % 3), random() % 300'000);
        });
    for (std::thread& each : running)
        each.join();
    std::uint64_t held = 0;
    for (const auto& each : accounts)
        held += each->total();
    CHECK(pool->bytes() == held);
    for (const auto& each : accounts) {
        for (const part which : {part::queue, part::events, part::wire})
            each->set(which, 0);
    }
    CHECK(pool->bytes() == 0);
    CHECK_FALSE(pool->used_up());
}

TEST_CASE("whoever found no room is told once there is some again, and others are not woken") {
    const auto pool = std::make_shared<memory_pool>(2000, 10); // share 100, lent 1000
    int relieved = 0, pressed = 0;
    pool->tell([&] { ++relieved; }, [&] { ++pressed; });
    memory_account greedy(pool), other(pool);
    greedy.set(part::queue, 1100);
    greedy.set(part::queue, 0);
    CHECK(relieved == 0); // nobody had asked
    greedy.set(part::queue, 1100);
    CHECK(other.fits(100)); // its share
    CHECK_FALSE(other.fits(101));
    CHECK_FALSE(other.fits(101));
    CHECK(pressed == 1); // at most once a second
    CHECK(relieved == 0);
    greedy.set(part::queue, 1099);
    CHECK(relieved == 1);
    CHECK(other.fits(101));
    greedy.set(part::queue, 1100);
    greedy.set(part::queue, 0);
    CHECK(relieved == 1);
}

TEST_CASE("while memory is short a link reads no more than its share still holds, and a little") {
    const auto pool = std::make_shared<memory_pool>(2'000'000, 10); // share 100,000
    memory_account greedy(pool), other(pool);
    CHECK(other.allowance(131072) == 131072);
    greedy.set(part::events, 1'100'000);
    CHECK(other.allowance(131072) == 100'000);
    CHECK(other.allowance(50'000) == 50'000);
    other.set(part::events, 99'000);
    CHECK(other.allowance(131072) == 4096);
    CHECK(greedy.allowance(131072) == 4096);
    CHECK(greedy.above_share());
    CHECK_FALSE(other.above_share());
}
