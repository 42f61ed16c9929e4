// Reading and writing of a driver.
#include "net/driver.hpp"

#include "net/link_support/web_socket.hpp"
#include "net/support/driving.hpp"

using namespace resock;
using test::driven;
using test::serving;

TEST_CASE("what has come by the time a write returns is read at once") {
    serving at;
    at.adopt();
    at.say(test::opcode::text, "quick");
    at.on->send(1, "question");
    CHECK(at.on->told.messages == std::vector<std::string>{"quick"});
}

TEST_CASE("a ping that is read behind a write is answered at once") {
    serving at;
    at.adopt();
    at.say(test::opcode::ping, "there?");
    at.on->send(1, "question");
    const std::string both = test::frame_of(test::opcode::binary, "question") +
                             test::frame_of(test::opcode::pong, "there?");
    CHECK(at.read(both.size()) == both);
}

TEST_CASE("driven: reading is armed before the worker waits, also where it was left out before") {
    serving at;
    at.on->worker->driven = true;
    at.adopt();
    at.say(test::opcode::text, "one");
    at.on->send(1, "question");
    REQUIRE(at.on->told.messages.size() == 1);
    at.on->worker->io->poll(); // what was armed before the first write, if it was
    CHECK(at.on->worker->unarmed.size() <= 2);
    net::driver::arm_reads(*at.on->worker);
    CHECK(at.on->worker->unarmed.empty());
    at.say(test::opcode::text, "two");
    at.on->until([&] { return at.on->told.messages.size() == 2; });
}

TEST_CASE("messages taken together are staged by go_on") {
    serving at;
    at.adopt();
    at.on->driver->begin_burst();
    for (std::uint64_t id = 1; id <= 3; ++id) {
        link::in::send message;
        message.id = id;
        message.data = payload::copy("abc");
        at.on->driver->take(std::move(message));
    }
    CHECK(at.on->driver->machine().output().empty());
    at.on->driver->go_on();
    at.on->driver->end_burst();
    const std::string frame = test::frame_of(test::opcode::binary, "abc");
    CHECK(at.read(3 * frame.size()) == frame + frame + frame);
}
