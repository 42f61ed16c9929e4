// Strangers that are let in and then send much, too much, or nothing.
#include "link/machine.hpp"

#include "net/link_support/memory.hpp"
#include "net/link_support/siege.hpp"

using namespace resock;
using test::frame_bytes;
using test::has;
using test::opening_bytes;
using test::raw_client;
using test::siege;

namespace {

constexpr unsigned continuation = 0, text = 1, binary = 2, closing = 8, ping = 9;
// A read and its answers, the sockets' ends in this program, and what the good link holds.
constexpr std::size_t bound = 2u << 20;

raw_client& let_in(siege& at) {
    raw_client& who = at.stranger_sending(opening_bytes());
    at.await_guest(who);
    at.until("the 101", [&] { return who.status() == 101; });
    return who;
}

// `bytes` as often as `times`; returns what the program held more at the worst moment.
std::size_t flood(siege& at, raw_client& who, const std::string& bytes, int times,
                  const std::string& last, bool reads) {
    const test::memory_mark memory;
    std::string_view rest = bytes;
    at.until("everything is sent", [&] {
        rest.remove_prefix(who.send_some(rest));
        if (rest.empty() && --times > 0) rest = bytes;
        if (reads) who.received();
        return rest.empty();
    });
    at.send(who, last);
    at.until("the last is sent", [&] { return at.unsent(who) == 0; });
    return memory.worst();
}

void close_in_order(siege& at, raw_client& who) {
    at.send(who, frame_bytes(closing, "\x03\xe8"));
    CHECK(at.await_down(who).close_code == 1000);
    at.check_as_before();
}

} // namespace

TEST_CASE("100,000 pings of a stranger: the last is answered, no more is kept than one answer") {
    constexpr int in_a_burst = 1000, bursts = 100;
    siege at(GENERATE(0u, 2u));
    raw_client& who = let_in(at);
    std::string burst;
    for (int i = 0; i < in_a_burst; ++i)
        burst += frame_bytes(ping, std::string(125, 'p'));
    SECTION("that reads") {
        CHECK(flood(at, who, burst, bursts, frame_bytes(ping, "last"), true) < bound);
        at.until("the last pong", [&] { return has(who.rest(), "\x8a\x04last"); });
        close_in_order(at, who);
    }
    SECTION("that reads nothing, and goes") {
        CHECK(flood(at, who, burst, bursts, frame_bytes(text, "the end"), false) < bound);
        const test::guest& at_door = *at.guest_of(who);
        at.until("what came behind", [&] { return at_door.message_count == 1; });
        CHECK(!at_door.down);
        who.close();
        CHECK(at.await_down(who).close_code == 1006);
        at.check_as_before();
    }
}

TEST_CASE("1,000,000 empty fragments cost time, not memory, and not the others' time") {
    constexpr int in_a_burst = 10000, bursts = 100;
    siege at(GENERATE(0u, 2u));
    raw_client& who = let_in(at);
    at.send(who, frame_bytes(binary, "", false));
    std::string burst;
    for (int i = 0; i < in_a_burst; ++i)
        burst += frame_bytes(continuation, "", false);
    CHECK(flood(at, who, burst, bursts, frame_bytes(continuation, "the end"), true) < bound);
    const test::guest& at_door = *at.guest_of(who);
    at.until("its message", [&] { return at_door.message_count == 1; });
    CHECK(at_door.messages[0] == "the end");
    close_in_order(at, who);
}

TEST_CASE("a message that grows above message.max is never held as a whole") {
    siege at(GENERATE(0u, 2u), {{"message.max", "256KiB"}});
    raw_client& who = let_in(at);
    at.send(who, frame_bytes(binary, "", false));
    const std::string part = frame_bytes(continuation, std::string(1000, 'x'), false);
    CHECK(flood(at, who, part, 300, "", true) < bound);
    const auto& record = at.await_down(who);
    CHECK(record.close_code == 1009);
    CHECK(record.closed_by_us);
    CHECK(has(record.why, "sent a message larger than message.max"));
    at.until("its end", [&] { return who.ended(); });
    CHECK(who.close_code() == 1009);
    CHECK(at.guest_of(who)->message_count == 0);
    at.check_as_before();
}

TEST_CASE("memory of strangers is given to bytes that came, not to lengths that were claimed") {
    constexpr int count = 50;
    siege at(GENERATE(0u, 2u), {{"message.max", "1GiB"}, {"listen.memory", "4GiB"}});
    std::vector<raw_client*> all;
    for (int i = 0; i < count; ++i)
        all.push_back(&let_in(at));
    // A binary frame of 512 MiB, of which 1000 bytes come.
    const std::string claim("\x82\xff\x00\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00", 14);
    const test::memory_mark memory;
    for (raw_client* each : all)
        at.send(*each, claim + std::string(1000, 'x'));
    at.until("their bytes", [&] {
        return std::all_of(all.begin(), all.end(), [&](raw_client* each) {
            return at.guest_of(*each)->link->status().stats.bytes_received >= 1014;
        });
    });
    CHECK(memory.worst() < bound);
    CHECK(at.at.number("memory_bytes") >= count * 1000);
    for (raw_client* each : all)
        each->close();
    for (raw_client* each : all)
        CHECK(at.await_down(*each).close_code == 1006);
    at.check_as_before();
}

TEST_CASE("silence of a stranger is told as such, and ends") {
    siege at(GENERATE(0u, 2u), {{"heartbeat.interval", "200ms"}, {"heartbeat.timeout", "800ms"}});
    raw_client& silent = let_in(at);
    raw_client& inside_a_message = let_in(at);
    raw_client& lives = let_in(at);
    at.send(inside_a_message, frame_bytes(text, "begun", false));
    for (raw_client* each : {&silent, &inside_a_message}) {
        at.until("its end", [&] { return lives.answer_pings(), each->ended(); });
        CHECK(has(each->rest(), "\x89")); // it was asked
        const auto& record = at.await_down(*each);
        CHECK(record.layer == policy::layer::heartbeat);
        CHECK(record.cause == policy::cause::silence);
        CHECK(record.culprit == policy::culprit::network);
        CHECK(record.close_code == 1006);
        CHECK(record.verdict == policy::verdict::stop);
        CHECK(has(record.why, "peer silent for"));
    }
    CHECK(!at.guest_of(lives)->down);
    close_in_order(at, lives);
}
