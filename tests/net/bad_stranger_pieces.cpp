// Strangers whose request comes in pieces, or with more behind it than was asked for.
#include "net/http_server.hpp"

#include "net/link_support/siege.hpp"

using namespace resock;
using test::frame_bytes;
using test::has;
using test::opening_bytes;
using test::raw_client;
using test::siege;

namespace {

constexpr std::size_t at_once = 40;

// What stands behind the opening in the same segment: a message in two parts, and a ping between.
const std::string first_frames =
    frame_bytes(1, "one") + frame_bytes(1, "tw", false) + frame_bytes(9, "p") + frame_bytes(0, "o");

void check_both_messages(siege& at, raw_client& who) {
    const test::guest& at_door = at.await_guest(who);
    at.until("both messages", [&] { return at_door.message_count == 2; });
    CHECK(who.status() == 101);
    CHECK(at_door.messages == std::vector<std::string>{"one", "two"});
    at.until("the pong", [&] { return has(who.rest(), std::string("\x8a\x01p")); });
}

void check_closed_in_order(siege& at, raw_client& who) {
    const auto& record = at.await_down(who);
    CHECK(record.close_code == 1000);
    CHECK(record.layer == policy::layer::websocket);
    CHECK(!record.closed_by_us);
    CHECK(who.close_code() == 1000);
}

} // namespace

TEST_CASE("an opening and frames behind it, split at each byte") {
    siege at(GENERATE(0u, 2u));
    const std::string all = opening_bytes() + first_frames;
    for (std::size_t first = 1; first < all.size(); first += at_once) {
        std::vector<raw_client*> sockets;
        const std::size_t last = std::min(first + at_once, all.size());
        for (std::size_t split = first; split < last; ++split)
            sockets.push_back(&at.stranger_sending(all.substr(0, split)));
        at.check_good_link(); // the first piece has been read meanwhile
        for (std::size_t split = first; split < last; ++split)
            at.send(*sockets[split - first], all.substr(split));
        for (std::size_t split = first; split < last; ++split) {
            CAPTURE(split);
            check_both_messages(at, *sockets[split - first]);
            at.send(*sockets[split - first], frame_bytes(8, "\x03\xe8"));
            check_closed_in_order(at, *sockets[split - first]);
            at.forget(*sockets[split - first]);
        }
    }
    CHECK(at.at.history().empty());
    at.check_as_before();
}

TEST_CASE("an opening and frames behind it, one byte at a time") {
    siege at(GENERATE(0u, 2u));
    raw_client& who = at.stranger();
    for (const char each : opening_bytes() + first_frames) {
        at.send(who, {each});
        at.turn();
    }
    check_both_messages(at, who);
    for (const char each : frame_bytes(8, "\x03\xe8")) {
        at.send(who, {each});
        at.turn();
    }
    check_closed_in_order(at, who);
    at.check_as_before();
}

TEST_CASE("a second request behind the first is no frame") {
    siege at(GENERATE(0u, 2u));
    const std::string second =
        GENERATE(opening_bytes(), std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    raw_client& who = at.stranger_sending(opening_bytes() + second);
    const auto& record = at.await_down(who);
    CHECK(record.cause == policy::cause::protocol);
    CHECK(record.close_code == 1002);
    CHECK(record.closed_by_us);
    CHECK(has(record.why, "RSV1"));
    at.until("its end", [&] { return who.ended(); });
    CHECK(who.status() == 101);
    CHECK(who.close_code() == 1002);
    at.check_as_before();
}

TEST_CASE("requests behind one that is refused get no answer") {
    siege at(GENERATE(0u, 2u));
    const std::string plain = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    raw_client& who = at.stranger_sending(plain + opening_bytes() + first_frames);
    at.until("its end", [&] { return who.ended(); });
    CHECK(who.status() == 426);
    CHECK(!has(who.rest(), "HTTP/1.1"));
    CHECK(at.await_refusal(who).status == 426);
    CHECK(at.guest_of(who) == nullptr);
    CHECK(at.at.history().size() == 1);
    who.close();
    at.check_as_before();
}
