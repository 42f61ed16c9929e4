// The search for the message that the peer refuses with 1003, 1007 or 1009.

#include "link/machine.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

using policy::verdict;
using wire::opcode;

// What follows an end by hand: disconnect, then DOWN.
out::down fell(script& s) {
    s.expect<out::disconnect>();
    return s.expect<out::down>();
}

} // namespace

TEST_CASE("the search for the message that the peer refuses") {
    script s;
    s.open();
    for (const char* data : {"a", "b", "bad", "c", "d"})
        s.send(data);
    const std::uint16_t code = GENERATE(1003, 1007, 1009);
    // Answers all until "bad" is seen, which it refuses.
    const auto peer = [&] {
        for (int turn = 0; turn < 20; ++turn) {
            s.pass(20ms);
            const auto read = s.write();
            for (const item& each : read) {
                if (each.bytes == "bad") {
                    s.hear(close_from_peer(code));
                    return;
                }
                if (each.kind == item_kind::ping) s.say(opcode::pong, each.bytes);
            }
        }
    };
    peer();
    CHECK(fell(s).record.verdict == verdict::backoff);
    s.send("e");
    s.reconnect();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"a"}); // alone
    s.break_line();                                                 // another break: it goes on
    fell(s);
    s.reconnect();
    peer();
    CHECK(s.messages().of(2) == ends::fate::confirmed);
    while (!s.nothing()) {
        if (s.messages().of(3) == ends::fate::failed) break;
        s.forget();
    }
    CHECK(s.messages().why(3) == fail_reason::refused);
    s.forget();
    CHECK(s.link().state() == state::waiting);
    s.reconnect();
    CHECK(messages_in(s.write()) == std::vector<std::string>{"c", "d", "e"}); // all at once again
    s.pass(20ms);
    s.serve();
    CHECK(s.messages().count(ends::fate::confirmed) == 5);
    s.forget();
}

TEST_CASE("the record of the culprit names it") {
    script s;
    s.open();
    s.send("bad");
    for (int i = 0; i < 2; ++i) {
        s.write();
        s.hear(close_from_peer(1009));
        s.expect<out::disconnect>();
        if (i == 1) CHECK(s.expect<out::failed>().reason == fail_reason::refused);
        const auto down = s.expect<out::down>();
        CHECK(down.record.message_id == (i == 1 ? std::optional<std::uint64_t>(1) : std::nullopt));
        CHECK(down.record.verdict == verdict::backoff);
        s.reconnect();
    }
}

TEST_CASE("no search where it cannot work") {
    struct row {
        delivery promise;
        confirm_mode mode;
    };
    const row r = GENERATE(row{delivery::at_most_once, confirm_mode::pong},
                           row{delivery::at_least_once, confirm_mode::app});
    config c = plain_config();
    c.delivery = r.promise;
    c.confirm.mode = r.mode;
    script s(c);
    s.open();
    s.send("bad");
    s.write();
    s.hear(close_from_peer(1009));
    s.expect<out::disconnect>();
    CHECK(s.messages().count(fail_reason::refused) == 0);
    CHECK(s.link().state() == state::finished);
    s.forget();
}

} // namespace resock::link
