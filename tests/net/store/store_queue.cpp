#include "net/store/store_queue.hpp"

#include <thread>

#include "net/store/support/records.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::store_queue;

namespace {

store_queue::job job_of(std::uint64_t number, std::size_t records, std::size_t bytes = 0) {
    store_queue::job made;
    made.through = number;
    for (std::size_t at = 0; at < records; ++at)
        made.records.emplace_back(queued_of(at + 1, std::string(bytes, 'x')));
    return made;
}

std::vector<std::uint64_t> numbers(const store_queue::jobs& of) {
    std::vector<std::uint64_t> made;
    for (const auto& each : of)
        made.push_back(each.through);
    return made;
}

} // namespace

TEST_CASE("jobs come out in order, and as many as one transaction may have") {
    store_queue queue;
    CHECK(queue.idle());
    const std::size_t half = store_queue::max_batch_records / 2;
    for (std::uint64_t number = 1; number <= 5; ++number)
        queue.push(job_of(number, half));
    CHECK_FALSE(queue.idle());
    CHECK(queue.wait());
    store_queue::jobs batch;
    REQUIRE(queue.take(batch));
    CHECK(numbers(batch) == std::vector<std::uint64_t>{1, 2});
    // After a failure: more, behind what is there already.
    REQUIRE(queue.take(batch, 2));
    CHECK(numbers(batch) == std::vector<std::uint64_t>{1, 2, 3, 4});
    batch.clear();
    REQUIRE(queue.take(batch));
    CHECK(numbers(batch) == std::vector<std::uint64_t>{5});
    batch.clear();
    CHECK_FALSE(queue.take(batch));
}

TEST_CASE("bytes bound a transaction, too; a job is never divided") {
    store_queue queue;
    queue.push(job_of(1, 1, store_queue::max_batch_bytes * 2));
    queue.push(job_of(2, store_queue::max_batch_records * 3));
    store_queue::jobs batch;
    REQUIRE(queue.take(batch));
    CHECK(numbers(batch) == std::vector<std::uint64_t>{1});
    batch.clear();
    REQUIRE(queue.take(batch));
    CHECK(batch.at(0).records.size() == store_queue::max_batch_records * 3);
}

TEST_CASE("what waits is written before a closed queue ends; nothing is added any more") {
    store_queue queue;
    queue.push(job_of(1, 1));
    queue.close();
    queue.push(job_of(2, 1));
    CHECK(queue.wait());
    store_queue::jobs batch;
    REQUIRE(queue.take(batch));
    CHECK(numbers(batch) == std::vector<std::uint64_t>{1});
    CHECK_FALSE(queue.wait());
    CHECK_FALSE(queue.idle());
    CHECK_FALSE(queue.pause(std::chrono::hours(1)));
}

TEST_CASE("a push ends a wait, a close ends a pause") {
    store_queue queue;
    std::thread pushes([&] { queue.push(job_of(1, 1)); });
    CHECK(queue.wait());
    pushes.join();
    CHECK(queue.pause(std::chrono::milliseconds(1)));
    std::thread closes([&] { queue.close(); });
    CHECK_FALSE(queue.pause(std::chrono::hours(1)));
    closes.join();
}

TEST_CASE("a record weighs what it holds") {
    CHECK(net::weight_of(queued_of(1, std::string(1000, 'x'))) ==
          net::weight_of(session::record::epoch{}) + 1000);
}
