#include "hub/control_queue.hpp"

#include "support/catch.hpp"

using namespace resock;
using namespace resock::hub;
namespace out = resock::link::out;

namespace {

event_ptr log_line(const std::string& text) {
    return make_event({1, 0}, out::log{link::log_level::info, text});
}
event_ptr request(std::uint64_t listener_id, std::uint64_t request_id) {
    request_info info;
    info.listener_id = listener_id;
    info.request_id = request_id;
    return make_request({0, 0}, std::move(info));
}

} // namespace

TEST_CASE("the log keeps the last 1,024 and says how many are missing") {
    control_queue queue;
    CHECK_FALSE(queue.front());
    CHECK_FALSE(queue.pop());
    for (int i = 0; i < 1030; ++i)
        queue.push(log_line(std::to_string(i)));
    CHECK(queue.size() == 1024);
    REQUIRE(queue.front());
    const event_ptr first = queue.pop();
    CHECK(*first->text() == "6");
    CHECK(first->skipped() == 6);
    CHECK(queue.pop()->skipped() == 0);
}

TEST_CASE("what listeners tell comes before the log, in its order") {
    control_queue queue;
    queue.push(log_line("first"));
    queue.push(request(1, 1));
    queue.push(request(1, 2));
    CHECK(queue.front()->id() == 1);
    CHECK(queue.pop()->id() == 1);
    CHECK(queue.pop()->id() == 2);
    CHECK(*queue.pop()->text() == "first");
    CHECK(queue.empty());
}

TEST_CASE("a request that was withdrawn is not told, others are") {
    control_queue queue;
    queue.push(request(1, 1));
    queue.push(request(2, 1));
    queue.push(request(1, 2));
    queue.withdraw(1, 1);
    queue.withdraw(1, 7);
    REQUIRE(queue.size() == 2);
    CHECK(queue.pop()->listener_id() == 2);
    CHECK(queue.pop()->id() == 2);
}
